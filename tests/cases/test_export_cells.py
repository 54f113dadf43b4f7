"""What stands in a cell: no formula, whatever somebody typed, and always the value that was there."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cases.exporting import separated, workbook
from cases.exporting.cells import Cell, harmless, plain, read_back
from cases.refusals import Invalid

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201", "a;=1+1", "a|=1", "a\t=1", "a\n=cmd", "'=1", "\tx",
]  # fmt: skip
INNOCENT = ["", "bone", "4-5 years", "a = b", "x@example.org", "L + R", "rope; wool", "'tis", "2024-02-21"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_is_marked_and_read_back(text: str) -> None:
    made = harmless(text)
    assert made != text
    for begin in (made, *made.replace("|", ";").replace("\t", ";").replace("\n", ";").split(";")):
        assert not begin.strip(" \u00a0\u200b\ufeff\r").startswith(("=", "+", "-", "@", "\uff1d", "\uff0b"))
    assert read_back(made) == text


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) in {text, f"'{text}"}
    assert read_back(harmless(text)) == text


@given(st.text(alphabet=st.sampled_from("ab =+-@';|\t\r\n\u00a0\uff1d\"x1"), max_size=12))
def test_every_text_is_read_back_as_it_was(text: str) -> None:
    assert read_back(harmless(text)) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        ("-", None),
        ("", None),
        (("open", "under way"), "under way"),
        (mark_safe('<a href="/x">S &amp; 1</a>'), "S & 1"),
        (4, 4),
        (Decimal("1.50"), Decimal("1.50")),
        (dt.date(2024, 2, 21), dt.date(2024, 2, 21)),
        ("a\x00b", "a\ufffdb"),
        ({"b": 1, "a": [2]}, '{"a": [2], "b": 1}'),
    ],
)
def test_a_cell_is_what_a_list_shows_without_its_mark_up(value: object, cell: Cell) -> None:
    assert plain(value) == cell


ROW: list[Cell] = [
    '=HYPERLINK("x")', 'says "no", and\nleaves', None, 4, Decimal("-46.7910000"), True,
    dt.date(2024, 2, 21), dt.datetime(2024, 2, 21, 9, 30, tzinfo=dt.UTC), "Xocal\u0131", "_x0041_",
]  # fmt: skip
NAMES = ["text", "quoted", "empty", "number", "decimal", "yes", "day", "instant", "letters", "underscores"]


def test_csv_is_as_the_rfc_says_and_read_by_every_spreadsheet() -> None:
    content = b"".join(separated.write(NAMES, [ROW]))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert header == NAMES
    assert [read_back(cell) for cell in row] == [
        '=HYPERLINK("x")', 'says "no", and\nleaves', "", "4", "-46.7910000", "yes",
        "2024-02-21", "2024-02-21 09:30:00", "Xocal\u0131", "_x0041_",
    ]  # fmt: skip


def test_a_workbook_has_numbers_and_days_as_such_and_no_formula() -> None:
    content = b"".join(workbook.write("Finds / 'A'", NAMES, [ROW]))
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet.title == "Finds    A "
    cells = [cell.value for cell in sheet[2]]
    assert cells == [
        "'=HYPERLINK(\"x\")", 'says "no", and\nleaves', None, 4, -46.791, True,
        dt.datetime(2024, 2, 21), dt.datetime(2024, 2, 21, 9, 30), "Xocal\u0131", "_x005F_x0041_",  # noqa: DTZ001 - which spreadsheets show as it was
    ]  # fmt: skip
    assert {cell.data_type for cell in sheet[2]} == {"s", "n", "b", "d"}
    assert sheet.freeze_panes == "A2"


def test_what_a_sheet_does_not_hold_is_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid) as refused:
        list(workbook.write("x", ["text"], [["x" * (workbook.LONGEST_CELL + 1)]]))
    assert refused.value.code == "export.cell_too_long"
    assert list(workbook.write("x", ["text"], [["x" * workbook.LONGEST_CELL]]))
    monkeypatch.setattr(workbook, "LARGEST_ROWS", 3)
    assert list(workbook.write("x", ["n"], [[1], [2]]))
    with pytest.raises(Invalid) as refused:
        list(workbook.write("x", ["n"], [[1], [2], [3]]))
    assert refused.value.code == "export.too_many_rows"


def test_files_of_many_rows_are_sent_in_parts_of_one_size() -> None:
    def rows() -> object:
        for number in range(20_000):
            yield [number, "as found" * 4]

    for parts in (separated.write(["n", "t"], rows()), workbook.write("x", ["n", "t"], rows())):  # type: ignore[arg-type]
        assert max(map(len, parts)) < 200_000
