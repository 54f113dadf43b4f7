"""XLSX workbooks: the first sheet, row by row. Formulas are not calculated, links and macros not opened."""

import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from cases.importing.faults import InvalidValue, TableRefused
from cases.importing.separated import LONGEST_CELL, Records
from cases.refusals import shown

WIDEST_ROW = 1_100  # a little more than a table may have columns, so that the header is refused by name
LARGEST_UNPACKED_BYTES = 2_000_000_000
LARGEST_STRINGS_BYTES = 200_000_000
HIGHEST_RATIO = 200
UNSUSPICIOUS_BYTES = 10_000_000

_STRINGS = "xl/sharedStrings.xml"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a workbook, what the others are called, and the first two rows that are not blank."""

    name: str
    others: list[str]
    row_count: int | None
    head: list[tuple[int, list[str], InvalidValue | None]]
    records: Callable[[], Records]


def open_sheet(path: Path) -> Sheet:
    """Open the first sheet of the workbook at `path`.

    Raises `TableRefused`: `table.not_a_table`, `table.unpacks_too_large`, `table.workbook`.
    """
    _refuse_bomb(path)
    with _workbook(path) as workbook:
        names = [sheet.title for sheet in workbook.worksheets]
        if not names:
            raise _damaged(path, _("it has no sheet"))
        highest = workbook.worksheets[0].max_row
        head = list(islice((record for record in _sheet_records(path, workbook) if any(record[1])), 2))
    row_count = highest - 1 if highest and highest > 1 else None
    return Sheet(names[0], names[1:], row_count, head, partial(_records, path))


def _refuse_bomb(path: Path) -> None:
    """Refuse by its list of contents what would unpack to more than a table can be."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(path, error) from None
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise TableRefused(
            "table.not_a_table",
            _("“%(name)s” is a packed file, but no XLSX workbook.") % {"name": shown(path.name)},
            path.name,
            _("Unpack it, or save the table as CSV or XLSX."),
        )
    unpacked = sum(member.file_size for member in members)
    strings = sum(member.file_size for member in members if member.filename == _STRINGS)
    packed = max(1, sum(member.compress_size for member in members))
    suspicious = unpacked > UNSUSPICIOUS_BYTES and unpacked > HIGHEST_RATIO * packed
    if suspicious or unpacked > LARGEST_UNPACKED_BYTES or strings > LARGEST_STRINGS_BYTES:
        raise TableRefused(
            "table.unpacks_too_large",
            _("“%(name)s” would unpack from %(packed).1f to %(unpacked).1f MB.")
            % {"name": shown(path.name), "packed": packed / 1e6, "unpacked": unpacked / 1e6},
            path.name,
            _("Save the table as CSV, or divide it."),
        )


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """Open a workbook for reading; openpyxl raises nearly anything on a damaged one."""
    try:
        with warnings.catch_warnings():
            # It warns of styles, validations and extensions it leaves out: none of them is a cell's text.
            warnings.simplefilter("ignore")
            workbook = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # noqa: BLE001 - see above; every one of them means the same to the user
        raise _damaged(path, error) from None
    try:
        yield workbook
    finally:
        workbook.close()


def _records(path: Path) -> Records:
    with _workbook(path) as workbook:
        yield from _sheet_records(path, workbook)


def _sheet_records(path: Path, workbook: Any) -> Records:
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()  # some programs write wrong ones, and rows beyond them would be lost
    rows = sheet.iter_rows()
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                cells = next(rows, None)
        except Exception as error:  # noqa: BLE001 - as in `_workbook`
            raise _damaged(path, error) from None
        if cells is None:
            return
        number += 1
        yield number, *_texts(path, number, cells)


def _texts(path: Path, number: int, cells: tuple[Any, ...]) -> tuple[list[str], InvalidValue | None]:
    texts, fault = [], None
    if len(cells) > WIDEST_ROW:
        if any(cell.value is not None for cell in cells[WIDEST_ROW:]):
            raise TableRefused(
                "table.too_many_columns",
                _("Row %(number)d has more than %(limit)d cells.") % {"number": number, "limit": WIDEST_ROW},
                path.name,
                _("Leave out columns."),
            )
        cells = cells[:WIDEST_ROW]
    for cell in cells:
        value = cell.value
        if value is None:
            texts.append("")
            continue
        if cell.data_type in "fe":
            fault = fault or _not_a_value(cell)
        text = value.strip() if isinstance(value, str) else _as_text(value)
        if len(text) > LONGEST_CELL:
            raise TableRefused(
                "table.cell_too_long",
                _("A cell of row %(number)d is longer than %(limit)d characters.")
                % {"number": number, "limit": LONGEST_CELL},
                path.name,
                _("Shorten it."),
            )
        texts.append(text)
    return texts, fault


def _as_text(value: object) -> str:
    """Write a cell's value as people see it: 887 rather than 887.0, a day without its midnight."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _not_a_value(cell: Any) -> InvalidValue:
    if cell.data_type == "e":
        return InvalidValue(
            "row.error_cell",
            _("Cell %(cell)s holds the error %(value)s.")
            % {"cell": cell.coordinate, "value": shown(cell.value)},
            str(cell.value),
            way_forward=_("Correct the cell."),
        )
    return InvalidValue(
        "row.formula",
        _("Cell %(cell)s holds a formula, not a value.") % {"cell": cell.coordinate},
        str(cell.value),
        rule=_("Formulas are not calculated: their result may not be what was seen when it was saved."),
        way_forward=_("Copy the column and paste it as values."),
    )


def _damaged(path: Path, error: object) -> TableRefused:
    return TableRefused(
        "table.workbook",
        _("The workbook “%(name)s” cannot be read: %(error)s.")
        % {"name": shown(path.name), "error": shown(error or type(error).__name__, 100)},
        path.name,
        _("Open it in a spreadsheet program and save it again, or save the table as CSV."),
    )
