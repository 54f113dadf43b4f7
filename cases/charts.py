"""Charts drawn by the server: bars of parts, told apart by pattern and not by colour alone, with a table behind.

Geometry only; `templates/cases/chart.html` draws it. Units are those of the drawing, which scales with the page: about
the width of a telephone, so that words stay readable on one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

WIDTH: Final = 340
#: As many patterns as there are; a chart of more parts than these is a table.
PATTERNS: Final = ("full", "lines", "dots", "crossed", "empty", "dashes", "steep", "grid")
#: A row of lying bars: its name above, the bar below.
ROW: Final = 36
BAR: Final = 14
#: Standing bars: room at the left for numbers, above and below for words.
LEFT: Final = 30
TOP: Final = 14
TALL: Final = 120
BELOW: Final = 20
WIDEST: Final = 40.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar, as it is drawn."""

    x: float
    y: float
    width: float
    height: float
    pattern: str
    said: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the drawing."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the drawing; `faint` ones only lead the eye."""

    x1: float
    y1: float
    x2: float
    y2: float
    faint: bool = False


@dataclass(slots=True)
class Chart:
    """A drawing and the table that says the same."""

    title: str
    across: str
    legend: list[tuple[str, str]]
    #: The name of a bar, its numbers, their sum, and the list of what is counted in it.
    rows: list[tuple[str, list[int], int, str]]
    height: int
    width: int = WIDTH
    parts: list[Part] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def identifier(self) -> str:
        """Return a name for the page's references to it."""
        return "chart-" + "".join(sign if sign.isalnum() else "-" for sign in self.title.lower())[:40]


def _chart(  # noqa: PLR0917 - what a chart is made of
    title: str,
    rows: Sequence[tuple[str, Sequence[int]]],
    parts: Sequence[str],
    across: str,
    height: int,
    links: Sequence[str] = (),
) -> Chart:
    if len(parts) > len(PATTERNS):
        raise ValueError(f"{len(parts)} parts cannot be told apart by {len(PATTERNS)} patterns")
    return Chart(
        title,
        across,
        list(zip(parts, PATTERNS, strict=False)),
        [
            (label, list(numbers), sum(numbers), link)
            for (label, numbers), link in zip(rows, links or [""] * len(rows), strict=True)
        ],
        height,
    )


def lying(
    title: str,
    rows: Sequence[tuple[str, Sequence[int]]],
    *,
    parts: Sequence[str],
    across: str,
    links: Sequence[str] = (),
) -> Chart:
    """Return bars that lie under their names, one a row, each divided into parts; a link leads to a bar's list."""
    chart = _chart(title, rows, parts, across, ROW * len(rows) + 4, links)
    most = max((sum(numbers) for _label, numbers in rows), default=0)
    for place, (label, numbers) in enumerate(rows):
        top = ROW * place + 16
        chart.words.append(Word(0, top - 4, f"{label}: {sum(numbers)}"))
        x = 1.0
        for name, pattern, number in zip(parts, PATTERNS, numbers, strict=False):
            wide = number * (WIDTH - 2) / max(most, 1)
            if number:
                chart.parts.append(
                    Part(round(x, 1), top, round(wide, 1), BAR, pattern, f"{label}, {name}: {number}")
                )
            x += wide
    return chart


def standing(
    title: str,
    rows: Sequence[tuple[str, Sequence[int]]],
    *,
    parts: Sequence[str],
    across: str,
    every: int = 1,
) -> Chart:
    """Return bars that stand beside each other, each divided into parts; every so many-th is named below."""
    base = TOP + TALL
    chart = _chart(title, rows, parts, across, base + BELOW)
    most = max((sum(numbers) for _label, numbers in rows), default=0)
    step = (WIDTH - LEFT) / max(len(rows), 1)
    wide = min(step * 0.7, WIDEST)
    chart.lines += [Line(LEFT, base, WIDTH, base), Line(LEFT, TOP, WIDTH, TOP, faint=True)]
    chart.words += [Word(LEFT - 5, TOP + 4, str(most), "end"), Word(LEFT - 5, base + 4, "0", "end")]
    for place, (label, numbers) in enumerate(rows):
        middle = LEFT + step * (place + 0.5)
        if place % every == 0:
            chart.words.append(Word(round(middle, 1), base + 14, label, "middle"))
        y = float(base)
        for name, pattern, number in zip(parts, PATTERNS, numbers, strict=False):
            tall = number * TALL / max(most, 1)
            y -= tall
            if number:
                chart.parts.append(
                    Part(
                        round(middle - wide / 2, 1),
                        round(y, 1),
                        round(wide, 1),
                        round(tall, 1),
                        pattern,
                        f"{label}, {name}: {number}",
                    )
                )
    return chart
