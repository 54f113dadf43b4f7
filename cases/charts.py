"""Charts drawn by the server: columns of parts, told apart by pattern and not by colour alone, with a table behind.

Geometry only; `templates/cases/chart.html` draws it. Units are those of the drawing, which scales with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 420
HEIGHT: Final = 190
LEFT: Final = 34
TOP: Final = 14
BOTTOM: Final = 30
#: As many patterns as there are; a chart of more parts than these is a table.
PATTERNS: Final = ("full", "lines", "dots", "crossed", "empty", "dashes", "steep", "grid")
#: A column is never wider, so that one alone does not fill the drawing.
WIDEST: Final = 48.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a column, as it is drawn."""

    x: float
    y: float
    width: float
    height: float
    pattern: str
    said: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its name stands, and its parts."""

    label: str
    middle: float
    top: float
    whole: int
    parts: list[Part]
    named: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns and the table that says the same."""

    title: str
    across: str
    parts: list[tuple[str, str]]
    columns: list[Column]
    rows: list[tuple[str, list[int], int]]
    most: int
    most_y: float

    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM

    @property
    def identifier(self) -> str:
        """Return a name for the page's references to it."""
        return "chart-" + "".join(sign if sign.isalnum() else "-" for sign in self.title.lower())[:40]


def columns(
    title: str,
    rows: Sequence[tuple[str, Sequence[int]]],
    *,
    parts: Sequence[str],
    across: str,
    every: int = 1,
) -> Columns:
    """Return a chart of one column per row, divided into parts; every so many-th column is named below."""
    most = max((sum(numbers) for _label, numbers in rows), default=0)
    step = (WIDTH - LEFT - 8) / max(len(rows), 1)
    wide = min(step * 0.7, WIDEST)
    scale = (HEIGHT - TOP - BOTTOM) / max(most, 1)
    drawn = []
    for place, (label, numbers) in enumerate(rows):
        middle = LEFT + step * (place + 0.5)
        height = 0.0
        pieces = []
        for name, pattern, number in zip(parts, PATTERNS, numbers, strict=False):
            if not number:
                continue
            tall = number * scale
            pieces.append(
                Part(
                    round(middle - wide / 2, 1),
                    round(HEIGHT - BOTTOM - height - tall, 1),
                    round(wide, 1),
                    round(tall, 1),
                    pattern,
                    f"{label}, {name}: {number}",
                )
            )
            height += tall
        drawn.append(
            Column(
                label,
                round(middle, 1),
                round(HEIGHT - BOTTOM - height - 4, 1),
                sum(numbers),
                pieces,
                place % every == 0,
            )
        )
    return Columns(
        title,
        across,
        list(zip(parts, PATTERNS, strict=False)),
        drawn,
        [(label, list(numbers), sum(numbers)) for label, numbers in rows],
        most,
        round(HEIGHT - BOTTOM - most * scale, 1),
    )
