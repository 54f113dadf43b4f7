"""Separated values (CSV): their encoding, separator and records."""

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from cases.importing import encoding as encodings
from cases.importing.faults import InvalidValue, TableRefused
from cases.refusals import shown

LONGEST_CELL = 100_000
LONGEST_LINE = 10_000_000
SEPARATORS = (";", ",", "\t", "|")

#: Number of a record as a spreadsheet shows it, its cells, and what is wrong with its form.
Records = Iterator[tuple[int, list[str], InvalidValue | None]]

_FAMILIES = (
    "utf-8",
    "utf-16",
    "utf-32",
    "ascii",
    "cp",
    "iso8859",
    "koi8",
    "mac",
    "gb",
    "big5",
    "shift",
    "euc",
)


def checked_encoding(path: Path, given: str | None) -> str:
    """Return the encoding that `path` is in, having decoded it to its end.

    Raises `TableRefused`: `table.encoding_unknown`, `table.encoding`, `table.not_a_table`.
    """
    encoding = _known(given) if given else encodings.detect(path)
    if encoding is None:
        raise TableRefused(
            "table.encoding_unknown",
            _("The encoding of “%(name)s” cannot be told.") % {"name": shown(given or path.name)},
            given or path.name,
            _("Name its encoding, such as utf-8, cp1252 or cp1251, or save the table as XLSX."),
        )
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as stream:
        chunk = None
        while chunk != b"":
            chunk = stream.read(encodings.CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                raise _does_not_fit(path, encoding, line, error) from None
            if "\x00" in text:
                raise TableRefused(
                    "table.not_a_table",
                    _("“%(name)s” holds bytes that no table has (line %(line)d).")
                    % {"name": shown(path.name), "line": line + text[: text.index("\x00")].count("\n")},
                    path.name,
                    _("Save the table as CSV or XLSX."),
                )
            line += text.count("\n")
    return encoding


def _known(name: str) -> str | None:
    """Return Python's name of a text encoding, with the byte order mark of UTF-8 allowed for."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if found == "utf-8":
        return "utf-8-sig"
    return found if found.startswith(_FAMILIES) else None


def _does_not_fit(path: Path, encoding: str, line: int, error: UnicodeError) -> TableRefused:
    if isinstance(error, UnicodeDecodeError):
        line += error.object[: error.start].count(b"\n")
    return TableRefused(
        "table.encoding",
        _("Line %(line)d of “%(name)s” is not %(encoding)s.")
        % {"line": line, "name": shown(path.name), "encoding": encoding},
        encoding,
        _("Name the right encoding, such as utf-8, cp1252 or cp1251, or save the table as XLSX."),
    )


def checked_separator(path: Path, encoding: str, given: str | None) -> str:
    """Return the separator that makes the first rows one table. Raises `table.separator`."""
    with path.open(encoding=encoding, newline="") as stream:
        lines = [line[:LONGEST_CELL] for line in islice(iter(lambda: stream.readline(LONGEST_CELL), ""), 50)]
    if lines and (declared := _declared_separator(lines[0])):
        given = given or declared
        lines = lines[1:]
    if given is None:
        return max(SEPARATORS, key=lambda separator: _agreement(lines, separator))
    if len(given) != 1 or given in '"\r\n\x00':
        raise TableRefused(
            "table.separator",
            _("“%(separator)s” cannot separate cells.") % {"separator": shown(given)},
            given,
            _("Give one sign: ; , | or a tab."),
        )
    return given


def _declared_separator(line: str) -> str | None:
    """Return the separator of the line "sep=;" that some spreadsheets write above the header."""
    line = line.rstrip("\r\n")
    return line[4] if len(line) == 5 and line.lower().startswith("sep=") else None


def _agreement(lines: list[str], separator: str) -> tuple[float, int]:
    """Return the share of the first rows that are as wide as the header, and how wide that is."""
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=separator) if any(cells)]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] < 2:
        return 0, 1
    return widths.count(widths[0]) / len(widths), widths[0]


def records(path: Path, encoding: str, separator: str) -> Records:
    """Yield number and cells of each record; a record whose quotes are wrong yields what is wrong with it.

    Raises `TableRefused`: `table.quote_unclosed`, `table.cell_too_long`.
    """
    with path.open(encoding=encoding, newline="") as stream:
        lines: list[str] = []  # of the record being read

        def remembered() -> Iterator[str]:
            # A line without end would be read whole: csv bounds a cell only after that.
            for line in iter(lambda: stream.readline(LONGEST_LINE), ""):
                lines.append(line)
                yield line

        reader = csv.reader(remembered(), delimiter=separator, strict=True)
        number = 0
        while True:
            number += 1
            lines.clear()
            try:
                cells = [cell.strip() for cell in next(reader)]
            except StopIteration:
                return
            except csv.Error as error:
                fault = _quotes_wrong(path, error, reader.line_num, lines)
                yield number, ["".join(lines).strip()], fault
                continue
            if number == 1 and _declared_separator(lines[0]):
                continue
            if sum(map(len, lines)) > LONGEST_CELL and max(map(len, cells)) > LONGEST_CELL:
                raise _cell_too_long(path, reader.line_num)
            yield number, cells, None


def _quotes_wrong(path: Path, error: csv.Error, line_number: int, lines: list[str]) -> InvalidValue:
    if "limit" in str(error):
        raise _cell_too_long(path, line_number)
    if "end of data" in str(error):
        raise TableRefused(
            "table.quote_unclosed",
            _("A quote opened at line %(line)d is never closed.") % {"line": line_number - len(lines) + 1},
            lines[0] if lines else path.name,
            _("Close the quote, or double a quote that belongs to the text."),
        )
    return InvalidValue(
        "row.quotes",
        _("The quotes of this row do not fit together (line %(line)d of the file).") % {"line": line_number},
        "".join(lines).strip(),
        rule=_("A cell that begins with a quote ends with one; quotes inside it are doubled."),
        way_forward=_("Double the quotes that belong to the text."),
    )


def _cell_too_long(path: Path, line_number: int) -> TableRefused:
    return TableRefused(
        "table.cell_too_long",
        _("A cell that ends at line %(line)d is longer than %(limit)d characters.")
        % {"line": line_number, "limit": LONGEST_CELL},
        path.name,
        _("Look for a quote that is not closed there."),
    )
