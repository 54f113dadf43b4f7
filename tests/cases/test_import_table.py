"""Tables from outside: encodings, separators, damaged files, workbooks."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cases.importing.faults import TableRefused
from cases.importing.table import Row, Table, open_table

TEXT = "code;name\nA1;{}\nA2;x\n"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(content: bytes | str, name: str = "t.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return written


def workbook(path: Path, *rows: tuple[Any, ...]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.create_sheet("second")
    book.save(path)
    return path


def first(table: Table) -> Row:
    return next(table.rows())


def code_of(path: Path, **options: Any) -> str:
    with pytest.raises(TableRefused) as refused:
        list(open_table(path, **options).rows())
    assert refused.value.way_forward
    return refused.value.code


@pytest.mark.parametrize(
    ("encoding", "name", "found"),
    [
        ("ascii", "Khojaly", "utf-8"),
        ("utf-8", "Ağdam, Alhama de Aragón", "utf-8"),
        ("utf-8-sig", "Ağdam", "utf-8-sig"),
        ("utf-16", "Ağdam, Ходжалы", "utf-16"),
        ("utf-16-le", "Khojaly", "utf-16-le"),
        ("utf-16-be", "Khojaly", "utf-16-be"),
        ("latin-1", "Señora Muñoz, Castellón", "cp1252"),
        ("cp1252", "Œuvre, “forêt” — été", "cp1252"),
        ("cp1250", "Šćepan Polje, Žepa, Čelebići", "cp1250"),
        ("cp1251", "Ходжалы, братская могила", "cp1251"),
        ("cp1254", "Şuşa, Güçlükonak, Ağdam", "cp1254"),
        ("iso8859-2", "Świętokrzyskie, Łódź, Żary, Ożarów", "iso8859_2"),
        ("koi8-r", "Ходжалы, братская могила", "koi8_r"),
    ],
)
def test_the_usual_encodings_are_found(write: Any, encoding: str, name: str, found: str) -> None:
    table = open_table(write(TEXT.format(name), encoding=encoding))
    assert table.encoding == found
    assert first(table).values == {"code": "A1", "name": name}


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separators_quotes_and_line_ends(write: Any, separator: str, newline: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator=newline)
    cells = ["A1", f' said {separator} "here"\nand there ']
    writer.writerows([["code", "name"], cells, ["", ""], ["A2", "x"]])
    table = open_table(write(stream.getvalue()))
    assert (table.separator, table.row_count) == (separator, 2)
    assert [(row.number, row.values["name"]) for row in table.rows()] == [(2, cells[1].strip()), (4, "x")]


def test_a_declared_separator_is_believed(write: Any) -> None:
    table = open_table(write("sep=|\ncode|a;b;c\nA1|x\n"))
    assert table.header == ["code", "a;b;c"]
    assert first(table) == Row(3, {"code": "A1", "a;b;c": "x"})


def test_rows_can_be_read_twice(write: Any) -> None:
    table = open_table(write(TEXT.format("x")))
    assert list(table.rows()) == list(table.rows())


def test_a_row_of_another_width_is_told_and_the_rest_is_read(write: Any) -> None:
    rows = list(open_table(write("a;b;;\n1;2;3\n1;2;;;\n1\n4;5\n")).rows())
    assert [row.fault.code if row.fault else None for row in rows] == [
        "row.too_many_cells",
        None,
        "row.too_few_cells",
        None,
    ]
    assert rows[0].values == {"a": "1", "b": "2", "+3": "3"}


def test_a_row_whose_quotes_are_wrong_is_told_and_the_rest_is_read(write: Any) -> None:
    rows = list(open_table(write('a;b\n"x"y;1\n2;3\n')).rows())
    assert rows[0].fault
    assert rows[0].fault.code == "row.quotes"
    assert rows[0].values["a"] == '"x"y;1'
    assert rows[1].values == {"a": "2", "b": "3"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table.empty"),
        (b"\n\n  \n", "table.empty"),
        (b"a;b\n", "table.no_rows"),
        (b"a;b\n;\n\n", "table.no_rows"),
        (b"a;;c\n1;2;3\n", "table.header_blank"),
        (b"a;b;a \n1;2;3\n", "table.header_repeated"),
        (b";".join(b"%d" % n for n in range(1100)) + b"\n1\n", "table.too_many_columns"),
        (b"a;b\n1;\x00\n", "table.not_a_table"),
        (b"%PDF-1.7 x", "table.not_a_table"),
        (b"\x89PNG\r\n\x1a\n\x00", "table.not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "table.not_a_table"),
        (b"<!doctype html><html></html>", "table.not_a_table"),
        (b'a;b\n1;"2\n3;4\n', "table.quote_unclosed"),
        (b"a;b\n1;" + b"x" * 100_001 + b"\n", "table.cell_too_long"),
        (b"a;b\n1;" + b"x" * 200_000 + b"\n", "table.cell_too_long"),
        (b"PK\x03\x04 and no more", "table.workbook"),
    ],
)
def test_a_file_that_is_no_table_is_refused(write: Any, content: bytes, code: str) -> None:
    assert code_of(write(content)) == code


def test_an_encoding_that_does_not_fit_names_the_line(write: Any) -> None:
    path = write("a;b\n1;2\n3;Muñoz\n", encoding="latin-1")
    with pytest.raises(TableRefused, match="Line 3") as refused:
        open_table(path, encoding="utf-8")
    assert refused.value.code == "table.encoding"
    assert first(open_table(path, encoding="latin-1")).values == {"a": "1", "b": "2"}


@pytest.mark.parametrize("encoding", ["klingon", "base64", "utf-7", "unicode_escape", "a\x00b"])
def test_an_encoding_that_is_none_is_refused(write: Any, encoding: str) -> None:
    assert code_of(write("a;b\n1;2\n"), encoding=encoding) == "table.encoding_unknown"


def test_a_separator_that_is_none_is_refused(write: Any) -> None:
    assert code_of(write("a;b\n1;2\n"), separator=";;") == "table.separator"
    assert code_of(write("a;b\n1;2\n"), separator='"') == "table.separator"


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as stream:
        stream.truncate(200_000_001)
    assert code_of(large) == "table.too_large"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.csv") == "table.not_readable"
    assert code_of(tmp_path) == "table.not_readable"


def test_a_workbook_is_read_as_people_see_it(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "t.xlsx",
        ("code", "number", "north", "day"),
        (" A1 ", 887.0, 43.055292, date(1936, 11, 27)),
        (),
        ("A2",),
    )
    table = open_table(path)
    assert (table.header, table.other_sheets) == (["code", "number", "north", "day"], ["second"])
    rows = list(table.rows())
    assert rows[0].values == {"code": "A1", "number": "887", "north": "43.055292", "day": "1936-11-27"}
    assert rows[1] == Row(4, {"code": "A2", "number": "", "north": "", "day": ""})


def test_a_formula_is_not_calculated_but_refused(tmp_path: Path) -> None:
    rows = list(open_table(workbook(tmp_path / "t.xlsx", ("a", "b"), (1, "=A1+1"), (2, 3))).rows())
    assert rows[0].fault
    assert rows[0].fault.code == "row.formula"
    assert rows[0].values == {"a": "1", "b": "=A1+1"}
    assert rows[1].fault is None


def test_a_workbook_without_rows_is_refused(tmp_path: Path) -> None:
    assert code_of(workbook(tmp_path / "t.xlsx")) == "table.empty"
    assert code_of(workbook(tmp_path / "t.xlsx", ("a", "b"))) == "table.no_rows"


def test_a_packed_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.txt", "x")
    assert code_of(path) == "table.not_a_table"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    assert code_of(path) == "table.unpacks_too_large"


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", ("a", "b"), (1, 2))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-40]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert code_of(path) == "table.workbook"


quiet = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@quiet
@given(content=st.binary(max_size=200) | st.text('ab;,"\n\r\t|é\x00', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        table = open_table(path)
    except TableRefused:
        return
    assert len(list(table.rows())) == table.row_count


cells = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)


@quiet
@given(rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_was_written_is_read(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([["a", "b", "c"], *rows])
    expected = [stripped for row in rows if any(stripped := [cell.strip() for cell in row])]
    if expected:
        table = open_table(path, separator=";", encoding="utf-8")
        assert [list(row.values.values()) for row in table.rows()] == expected
