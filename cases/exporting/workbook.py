"""Rows as a workbook (XLSX) that is sent while it is made, and needs no more memory for a million rows than for ten.

Written here, because the libraries that write workbooks hold them, or write them to a disk first. Texts are kept as
texts inside their cells, where no spreadsheet calculates; what begins like a formula is marked all the same, for who
saves the sheet as CSV.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from cases.exporting.cells import Cell, harmless, in_utc
from cases.refusals import Invalid

#: What a sheet holds at most: Excel's own limits.
LARGEST_ROWS: Final = 1_048_576
LONGEST_CELL: Final = 32_767
_FIRST_DAY: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zones
#: Before this day Excel counts a day that never was.
_CERTAIN: Final = dt.date(1900, 3, 1)
_DAY, _INSTANT, _HEADER = 1, 2, 3
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
#: What no name of a sheet may hold.
_SIGNS: Final = re.compile(r"[\[\]:*?/\\']")


class _Sent:
    """Where the archive is written: it keeps what was not sent yet."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        """Keep bytes until they are taken."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def write(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a workbook of one sheet. Raises `export.too_many_rows`, `export.cell_too_long` rather than cut anything."""
    sent = _Sent()
    out: Any = sent
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, _XML + content)
        sheet = _SIGNS.sub(" ", title)[:31] or "1"
        archive.writestr(
            "xl/workbook.xml",
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(sheet, {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for part in _sheet(header, rows):
                member.write(part.encode())
                if ready := sent.take():
                    yield ready
    yield sent.take()


def _sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{min(max(len(name) + 2, 12), 40)}" customWidth="1"/>'
        for n, name in enumerate(header, start=1)
    )
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>"
    )
    columns = [_letters(n) for n in range(len(header))]
    yield _row(1, columns, header, _HEADER)
    for number, row in enumerate(rows, start=2):
        if number > LARGEST_ROWS:
            raise too_many_rows(number)
        yield _row(number, columns, row, None)
    yield "</sheetData></worksheet>"


def too_many_rows(count: int) -> Invalid:
    """Return the refusal of a workbook with more rows than a sheet holds."""
    return Invalid(
        "export.too_many_rows",
        _("%(count)d rows are more than a sheet of a workbook holds.") % {"count": count},
        value=count,
        rule=_("A sheet holds %(most)d rows, one of them the heading.") % {"most": LARGEST_ROWS},
        way_forward=_("Take CSV, which has no limit, or filter the list first."),
    )


def cell_too_long(count: int) -> Invalid:
    """Return the refusal of a text that is longer than a cell holds."""
    return Invalid(
        "export.cell_too_long",
        _("A text of %(count)d letters is longer than a cell of a workbook holds.") % {"count": count},
        value=count,
        rule=_("A cell holds %(most)d letters.") % {"most": LONGEST_CELL},
        way_forward=_("Take CSV, which has no limit, or filter the list first."),
    )


def _row(number: int, columns: Sequence[str], row: Sequence[Cell], style: int | None) -> str:
    cells = "".join(
        _cell(f"{column}{number}", cell, style)
        for column, cell in zip(columns, row, strict=True)
        if cell is not None
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, cell: Any, style: int | None) -> str:
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, (int, float, Decimal)):
        return (
            f'<c r="{place}"><v>{cell:f}</v></c>'
            if isinstance(cell, Decimal)
            else f'<c r="{place}"><v>{cell}</v></c>'
        )
    if isinstance(cell, dt.datetime):
        return f'<c r="{place}" s="{_INSTANT}"><v>{(in_utc(cell) - _FIRST_DAY) / dt.timedelta(days=1):.8f}</v></c>'
    if isinstance(cell, dt.date) and cell >= _CERTAIN:
        return f'<c r="{place}" s="{_DAY}"><v>{(cell - _FIRST_DAY.date()).days}</v></c>'
    text = harmless(cell) if isinstance(cell, str) else cell.isoformat()
    if len(text) > LONGEST_CELL // 2 and (units := len(text.encode("utf-16-le")) // 2) > LONGEST_CELL:
        raise cell_too_long(units)
    marked = "" if style is None else f' s="{style}"'
    # Excel reads "_x0041_" as the letter of that number: the underscore before it is written as one.
    said = escape(re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)).replace("\r", "_x000D_")
    return f'<c r="{place}" t="inlineStr"{marked}><is><t xml:space="preserve">{said}</t></is></c>'


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
