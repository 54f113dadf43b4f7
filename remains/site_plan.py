"""The plan of a site: outlines of contexts and finds where they lay, in the site's own grid. Geometry only, no Django.

North is up, as the grid has it. A find's sign is a shape and a letter, so that no plan needs a colour; where a body's
orientation is known, a stroke points to the head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

#: The drawing's width, and the least and the greatest height that it takes (in its own units).
WIDTH: Final = 760
LOWEST: Final = 260
HIGHEST: Final = 1_100
#: Room for the numbers of the grid, and above for the north.
LEFT: Final = 58
RIGHT: Final = 24
TOP: Final = 44
BOTTOM: Final = 58
#: Around what lies outermost, in metres, so that a single find is not a plan of no extent.
AROUND_M: Final = 1.0
LINES: Final = 8

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Lying:
    """A find as it lay: its key, number, category, and its place in the grid (metres)."""

    key: str
    number: str
    category: str
    east: float
    north: float
    towards_deg: int | None = None


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A context with its outline (metres)."""

    key: str
    number: str
    kind: str
    corners: Sequence[Corner]


@dataclass(frozen=True, slots=True)
class Area:
    """An outline as it is drawn."""

    context: Surveyed
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Point:
    """A find as it is drawn; `head` ends the stroke towards the head of the body."""

    find: Lying
    x: float
    y: float
    head: Corner | None


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the grid, with the metres that it stands for."""

    at: float
    label: str


@dataclass(slots=True)
class Plan:
    """What is drawn."""

    height: float
    areas: list[Area] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    eastings: list[GridLine] = field(default_factory=list)
    northings: list[GridLine] = field(default_factory=list)
    bar: float = 0
    bar_m: str = ""
    width: float = WIDTH
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP

    @property
    def base(self) -> float:
        """Return where the frame ends below."""
        return self.height - BOTTOM


def plain(metres: float) -> str:
    """Return metres without zeros that say nothing."""
    return f"{round(metres, 3):g}"


def step_of(extent: float, lines: int = LINES) -> float:
    """Return 1, 2 or 5 times a power of ten that divides an extent into about so many parts."""
    least = max(extent, 1e-3) / lines
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least - 1e-12)


def drawn(contexts: Iterable[Surveyed], finds: Iterable[Lying]) -> Plan | None:
    """Return the plan of contexts and finds, the same for the same ones in any order; None where there are none."""
    areas = sorted(contexts, key=lambda context: (-_extent(context.corners), context.key))
    lying = sorted(finds, key=lambda find: find.key)
    places = [(find.east, find.north) for find in lying]
    places += [corner for context in areas for corner in context.corners]
    if not places:
        return None
    west, east = min(x for x, _y in places) - AROUND_M, max(x for x, _y in places) + AROUND_M
    south, north = min(y for _x, y in places) - AROUND_M, max(y for _x, y in places) + AROUND_M
    scale = min((WIDTH - LEFT - RIGHT) / (east - west), (HIGHEST - TOP - BOTTOM) / (north - south))
    height = max(float(LOWEST), TOP + BOTTOM + (north - south) * scale)
    # What is narrower, or lower, than its frame lies in the middle of it.
    from_left = LEFT + (WIDTH - LEFT - RIGHT - (east - west) * scale) / 2
    from_top = TOP + (height - TOP - BOTTOM - (north - south) * scale) / 2

    def across(metres: float) -> float:
        return round(from_left + (metres - west) * scale, 1)

    def down(metres: float) -> float:
        return round(from_top + (north - metres) * scale, 1)

    step = step_of(max(east - west, north - south))
    plan = Plan(round(height, 1))
    plan.eastings = [GridLine(across(metres), plain(metres)) for metres in _lines(west, east, step)]
    plan.northings = [GridLine(down(metres), plain(metres)) for metres in _lines(south, north, step)]
    plan.bar, plan.bar_m = round(step * scale, 1), plain(step)
    plan.areas = [_area(context, across, down) for context in areas]
    plan.points = [_point(find, across(find.east), down(find.north)) for find in lying]
    return plan


def _lines(first: float, last: float, step: float) -> list[float]:
    begin = math.ceil(first / step)
    return [number * step for number in range(begin, math.floor(last / step) + 1)]


def _extent(corners: Sequence[Corner]) -> float:
    """Return the area of an outline in square metres, so that what is larger is drawn below."""
    turns = zip(corners, (*corners[1:], corners[0]), strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in turns)) / 2


def area_m2(corners: Sequence[Corner]) -> float:
    """Return the area of an outline in square metres."""
    return round(_extent(corners), 2)


def _area(context: Surveyed, across: Callable[[float], float], down: Callable[[float], float]) -> Area:
    placed = [(across(x), down(y)) for x, y in context.corners]
    path = "M" + " L".join(f"{x:g} {y:g}" for x, y in placed) + " Z"
    highest = min(placed, key=lambda corner: (corner[1], corner[0]))
    return Area(context, path, highest[0], highest[1])


def _point(find: Lying, x: float, y: float) -> Point:
    if find.towards_deg is None:
        return Point(find, x, y, None)
    turn = math.radians(find.towards_deg)
    return Point(find, x, y, (round(x + 22 * math.sin(turn), 1), round(y - 22 * math.cos(turn), 1)))
