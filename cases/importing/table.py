"""Tables from outside, row by row: CSV in any usual encoding and separator, and XLSX.

A CSV file is checked whole before its first row is given out, so that nothing is found broken half-way;
memory does not grow with it. Cells are text, stripped. What they mean is not known here (see `mapping`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice, repeat
from pathlib import Path

from django.utils.translation import gettext as _

from cases.importing import separated
from cases.importing.faults import InvalidValue, TableRefused
from cases.importing.separated import Records
from cases.refusals import shown

LARGEST_BYTES = 200_000_000
MOST_COLUMNS = 1_000

_NO_TABLE = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"\xd0\xcf\x11\xe0": "XLS/DOC",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"\x7fELF": "ELF",
    b"SQLite format 3": "SQLite",
    b"<!DOCTYPE": "HTML",
    b"<html": "HTML",
    b"<?xml": "XML",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, its cells by column, and what is wrong with its form."""

    number: int
    values: dict[str, str]
    fault: InvalidValue | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """An opened table. `row_count` is exact for CSV; for XLSX it is what the file says, or None."""

    path: Path
    header: list[str]
    row_count: int | None
    size_bytes: int
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    other_sheets: list[str] = field(default_factory=list)
    records: Callable[[], Records] = field(repr=False, kw_only=True)

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header, each time from the beginning; blank ones are passed over."""
        header, width = self.header, len(self.header)
        for number, cells, fault in islice(_filled(self.records()), 1, None):
            if len(cells) == width and not fault:
                yield Row(number, dict(zip(header, cells, strict=True)))
            else:
                yield self._odd_row(number, cells, fault)

    def _odd_row(self, number: int, cells: list[str], fault: InvalidValue | None) -> Row:
        width = len(self.header)
        surplus = cells[width:]
        values = dict(zip(self.header, chain(cells, repeat("", width)), strict=False))
        if fault or (not any(surplus) and (surplus or self.separator is None)):
            return Row(number, values, fault)
        counts = {"cells": len(cells), "columns": width}
        if surplus:
            values |= {f"+{position}": cell for position, cell in enumerate(surplus, start=width + 1)}
            fault = InvalidValue(
                "row.too_many_cells",
                _("The row has %(cells)d cells, the header %(columns)d.") % counts,
                self.separator.join(cells) if self.separator else " ".join(cells),
                way_forward=_("Put quotes around a cell that contains the separator."),
            )
        else:
            fault = InvalidValue(
                "row.too_few_cells",
                _("The row has %(cells)d cells, the header %(columns)d.") % counts,
                (self.separator or " ").join(cells),
                way_forward=_("Check for a line break inside a cell, and put quotes around that cell."),
            )
        return Row(number, values, fault)


def open_table(
    path: Path | str,
    *,
    encoding: str | None = None,
    separator: str | None = None,
    largest_bytes: int = LARGEST_BYTES,
) -> Table:
    """Open the table at `path`; `encoding` and `separator` are found out unless given.

    Raises `TableRefused`: `table.not_readable`, `table.empty`, `table.too_large`, `table.not_a_table`,
    `table.encoding_unknown`, `table.encoding`, `table.separator`, `table.quote_unclosed`,
    `table.cell_too_long`, `table.no_rows`, `table.header_blank`, `table.header_repeated`,
    `table.too_many_columns`, `table.workbook`, `table.unpacks_too_large`.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise FileNotFoundError(_("it is no file"))
        size_bytes = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(512)
    except (OSError, ValueError) as error:
        raise TableRefused(
            "table.not_readable",
            _("The file cannot be read: %(error)s.") % {"error": shown(error, 200)},
            path.name,
            _("Check the name of the file and who may read it."),
        ) from None
    _refuse_by_size(path, size_bytes, largest_bytes)
    _refuse_by_kind(path, head)
    if head.startswith(b"PK\x03\x04"):
        from cases.importing.workbook import open_sheet  # openpyxl takes 0.2 s to load

        sheet = open_sheet(path)
        header, _rows = _header_and_rows(path, iter(sheet.head))
        return Table(
            path,
            header,
            sheet.row_count,
            size_bytes,
            sheet=sheet.name,
            other_sheets=sheet.others,
            records=sheet.records,
        )
    encoding = separated.checked_encoding(path, encoding)
    separator = separated.checked_separator(path, encoding, separator)
    records = partial(separated.records, path, encoding, separator)
    header, rows = _header_and_rows(path, records())
    row_count = 1 + sum(1 for _row in rows)
    return Table(path, header, row_count, size_bytes, encoding, separator, records=records)


def _header_and_rows(path: Path, records: Records) -> tuple[list[str], Records]:
    """Return the header and what follows after the first row below it, which there must be."""
    filled = _filled(records)
    first = next(filled, None)
    if first is None:
        raise _empty(path)
    header = _checked_header(path, *first[1:])
    if next(filled, None) is None:
        raise TableRefused(
            "table.no_rows",
            _("“%(name)s” has a header and no row below it.") % {"name": shown(path.name)},
            path.name,
            _("Check that the right file was chosen."),
        )
    return header, filled


def _checked_header(path: Path, cells: list[str], fault: InvalidValue | None) -> list[str]:
    """Return the names of the columns, or refuse a table that cannot be told apart by them."""
    if fault:
        raise TableRefused("table.header_blank", fault.message, path.name, fault.way_forward)
    header = [" ".join(name.split()) for name in cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise _empty(path)
    if len(header) > MOST_COLUMNS:
        raise TableRefused(
            "table.too_many_columns",
            _("The table has %(count)d columns; %(limit)d are the most.")
            % {"count": len(header), "limit": MOST_COLUMNS},
            path.name,
            _("Check the separator, or leave out columns."),
        )
    if "" in header:
        raise TableRefused(
            "table.header_blank",
            _("Column %(position)d has no name.") % {"position": header.index("") + 1},
            " | ".join(header),
            _("Give each column a name in the first row."),
        )
    repeated = next((name for position, name in enumerate(header) if name in header[:position]), None)
    if repeated is not None:
        raise TableRefused(
            "table.header_repeated",
            _("Two columns are named “%(name)s”.") % {"name": shown(repeated)},
            repeated,
            _("Give each column a name of its own in the first row."),
        )
    return header


def _empty(path: Path) -> TableRefused:
    return TableRefused(
        "table.empty",
        _("“%(name)s” is empty.") % {"name": shown(path.name)},
        path.name,
        _("Check that the file was saved and copied whole."),
    )


def _refuse_by_size(path: Path, size_bytes: int, largest_bytes: int) -> None:
    if not size_bytes:
        raise _empty(path)
    if size_bytes > largest_bytes:
        raise TableRefused(
            "table.too_large",
            _("“%(name)s” has %(size).1f MB; %(limit).1f MB is the most that is read.")
            % {"name": shown(path.name), "size": size_bytes / 1e6, "limit": largest_bytes / 1e6},
            path.name,
            _("Divide it into several files with the same header."),
        )


def _refuse_by_kind(path: Path, head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    kind = next((kind for mark, kind in _NO_TABLE.items() if start.lower().startswith(mark.lower())), None)
    if kind:
        raise TableRefused(
            "table.not_a_table",
            _("“%(name)s” is no table but a file of another kind (%(kind)s).")
            % {"name": shown(path.name), "kind": kind},
            path.name,
            _("Save the table as CSV or XLSX."),
        )


def _filled(records: Records) -> Records:
    """Pass over blank rows, which a spreadsheet counts all the same."""
    return (record for record in records if any(record[1]))
