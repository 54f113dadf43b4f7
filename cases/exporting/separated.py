"""Rows as CSV (RFC 4180) in UTF-8 with a mark, so that spreadsheets read every script; texts in quotation marks."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from cases.exporting.cells import Cell, harmless, in_words

MARK = "\ufeff"


class _Line:
    """A file that gives back what was written to it."""

    def write(self, text: str) -> str:
        return text


def write(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a file, the header first. Texts are made harmless; numbers and days stand as they are."""
    writer: Any = csv.writer(_Line(), quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    yield (MARK + writer.writerow([harmless(name) for name in header])).encode()
    for row in rows:
        yield writer.writerow([_cell(cell) for cell in row]).encode()


class _Number:
    """A number as it was recorded, which the writer leaves without quotation marks."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __float__(self) -> float:
        return float(self._text)

    def __str__(self) -> str:
        return self._text


def _cell(cell: Cell) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return _Number(in_words(cell))
    text = in_words(cell)
    return harmless(text) if isinstance(cell, str) else text
