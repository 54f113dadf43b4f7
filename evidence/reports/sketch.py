"""Sketches of a site: where its finds lie in its own grid, its outline on the ground, and the order of its contexts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

#: Width of a sketch in its own units, and the room around what is drawn.
WIDTH: Final = 680.0
ROOM: Final = 46.0
INK: Final = "#1c1917"
SOFT: Final = "#78716c"
FONT: Final = "Libertinus Serif"
#: Metres of a degree of latitude; good to half a per cent anywhere, which no sketch shows.
DEGREE_M: Final = 111_320.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """A find on the plan: its point in metres, what is written beside it, and its colour's number."""

    at: Point
    label: str
    colour: int = 0


#: Told apart in print and by those who see few colours.
COLOURS: Final = ("#1d4f91", "#b45309", "#166534", "#6d28d9", "#be123c", "#0f766e", "#4d7c0f", "#57534e")
#: More labels than this are not written: the plan would be black.
MOST_LABELS: Final = 60


def plan(points: Sequence[Placed], *, east: str, north: str) -> str:
    """Return finds as points in the grid of their site, with lines of the grid and their metres."""
    scale, low, size = _fit([point.at for point in points])
    step = _step(max(size) if max(size) > 0 else 1)

    def x(metres: float) -> float:
        return ROOM + (metres - low[0]) * scale

    height = 2 * ROOM + size[1] * scale

    def y(metres: float) -> float:
        return height - ROOM - (metres - low[1]) * scale

    parts = [_grid(low, size, step, (x, y), height)]
    for point in points:
        at = (x(point.at[0]), y(point.at[1]))
        colour = COLOURS[point.colour % len(COLOURS)]
        parts.append(f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="4" fill="{colour}" stroke="#ffffff"/>')
        if len(points) <= MOST_LABELS:
            parts.append(_text(at[0] + 7, at[1] + 4, point.label, 15, colour=colour, halo=True))
    parts.append(_text(WIDTH - ROOM, height - 8, east, 15, anchor="end", colour=SOFT))
    parts.append(_text(8, ROOM - 18, north, 15, colour=SOFT))
    return _svg(height, parts)


def outline(geometry: Mapping[str, Any], *, metres: str, north: str) -> str:
    """Return the outline of a site (GeoJSON, WGS 84) to scale, north up, with a bar for its length."""
    rings = [
        [(float(lon), float(lat)) for lon, lat, *_height in ring]
        for polygon in (
            [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        )
        for ring in polygon
    ]
    middle = math.radians(sum(lat for _lon, lat in rings[0]) / len(rings[0]))
    ground = [[(lon * DEGREE_M * math.cos(middle), lat * DEGREE_M) for lon, lat in ring] for ring in rings]
    scale, low, size = _fit([point for ring in ground for point in ring])
    height = 2 * ROOM + size[1] * scale
    drawn = "".join(
        "M"
        + "L".join(
            f"{ROOM + (px - low[0]) * scale:.1f} {height - ROOM - (py - low[1]) * scale:.1f}"
            for px, py in ring
        )
        + "Z"
        for ring in ground
    )
    area = f'<path d="{drawn}" fill="#d5e3f5" fill-rule="evenodd" stroke="{COLOURS[0]}" stroke-width="1.5"/>'
    return _svg(height, [area, *_bearings(height, _bar(max(size), scale), (metres, north))])


def somewhere(accuracy: float, *, metres: str, north: str) -> str:
    """Return a point with the circle, of this many metres, in which it is known to lie, to scale, north up."""
    scale, _low, size = _fit([(-accuracy, -accuracy), (accuracy, accuracy)])
    height = 2 * ROOM + size[1] * scale
    x, y = WIDTH / 2, height / 2
    return _svg(
        height,
        [
            f'<circle cx="{x}" cy="{y:.1f}" r="{accuracy * scale:.1f}" fill="#d5e3f5" stroke="{COLOURS[0]}" '
            'stroke-width="1.5" stroke-dasharray="6 4"/>',
            f'<path d="M{x - 8} {y:.1f}h16M{x} {y - 8:.1f}v16" stroke="{INK}" stroke-width="2"/>',
            *_bearings(height, _bar(2 * accuracy, scale), (metres, north), 22),
        ],
    )


def _bar(length: float, scale: float) -> tuple[float, float]:
    """Return a round number of metres, about a third of a length, and how long it is drawn."""
    metres = _step(length, parts=3)
    return metres, metres * scale


def _bearings(height: float, bar: tuple[float, float], words: tuple[str, str], size: float = 15) -> list[str]:
    """Return a bar (its metres, its length) below at the left, and the arrow to the north above at the right."""
    metres, north = words
    left, bottom = ROOM, height - 14
    end = left + bar[1]
    arrow = f"M{WIDTH - 24} {ROOM + 20}V14M{WIDTH - 31} 24L{WIDTH - 24} 12L{WIDTH - 17} 24"
    return [
        f'<path d="M{left} {bottom - 5}V{bottom}H{end:.1f}V{bottom - 5}" fill="none" stroke="{INK}"/>',
        _text(end + 6, bottom + 1, f"{bar[0]:g} {metres}", size),
        f'<path d="{arrow}" fill="none" stroke="{INK}" stroke-width="1.5"/>',
        _text(WIDTH - 24, ROOM + 20 + size, north, size, anchor="middle"),
    ]


def matrix(
    numbers: Mapping[Any, str], above: Iterable[tuple[Any, Any]], equal: Iterable[tuple[Any, Any]]
) -> str:
    """Return the order of contexts as a Harris matrix: the latest on top, those that are equal in one box.

    `numbers` are the contexts with what is written in their boxes. The relations form no circle.
    """
    box_of = _merged(numbers, equal)
    below: dict[Any, set[Any]] = defaultdict(set)
    for upper, lower in above:
        if upper in box_of and lower in box_of and box_of[upper] != box_of[lower]:
            below[box_of[upper]].add(box_of[lower])
    boxes = dict.fromkeys(box_of.values())
    depth = _depths(boxes, below)
    rows: dict[int, list[Any]] = defaultdict(list)
    for box in boxes:
        rows[depth[box]].append(box)
    labels = {box: " = ".join(numbers[key] for key in numbers if box_of[key] == box) for box in boxes}
    most = max(len(row) for row in rows.values())
    each = WIDTH / most
    wide, tall, gap = min(110.0, each - 8), 24.0, 26.0
    place = {
        box: ((index + 0.5) * WIDTH / len(row), 6 + level * (tall + gap))
        for level, row in rows.items()
        for index, box in enumerate(row)
    }
    lines = [
        f'<path d="M{place[upper][0]:.1f} {place[upper][1] + tall:.1f}V{place[lower][1] - gap / 2:.1f}'
        f'H{place[lower][0]:.1f}V{place[lower][1]:.1f}" fill="none" stroke="{SOFT}"/>'
        for upper, lowers in below.items()
        for lower in sorted(_nearest(lowers, below), key=str)
    ]
    drawn = [
        f'<rect x="{x - wide / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall}" fill="#ffffff" stroke="{INK}"/>'
        + _text(x, y + 16.5, labels[box], min(13.0, wide / max(len(labels[box]), 1) * 1.7), anchor="middle")
        for box, (x, y) in place.items()
    ]
    return _svg(12 + len(rows) * (tall + gap) - gap, [*lines, *drawn])


def _merged(numbers: Mapping[Any, str], equal: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    box_of = {key: key for key in numbers}
    for one, other in equal:
        if one in box_of and other in box_of:
            kept, gone = box_of[one], box_of[other]
            box_of = {key: kept if box == gone else box for key, box in box_of.items()}
    return box_of


def _depths(boxes: Iterable[Any], below: Mapping[Any, set[Any]]) -> dict[Any, int]:
    """Return on which row each box stands: below everything that is above it."""
    depth = dict.fromkeys(boxes, 0)
    waiting = list(depth)
    while waiting:
        upper = waiting.pop()
        for lower in below.get(upper, ()):
            if depth[lower] <= depth[upper]:
                depth[lower] = depth[upper] + 1
                waiting.append(lower)
    return depth


def _nearest(lowers: set[Any], below: Mapping[Any, set[Any]]) -> set[Any]:
    """Leave out what follows from the others: a matrix shows no line that another says."""

    def reached(start: Any) -> set[Any]:
        seen: set[Any] = set()
        waiting = list(below.get(start, ()))
        while waiting:
            box = waiting.pop()
            if box not in seen:
                seen.add(box)
                waiting += below.get(box, ())
        return seen

    return lowers - set().union(*(reached(lower) for lower in lowers))


def _fit(points: Sequence[Point]) -> tuple[float, Point, Point]:
    """Return the scale, the lower left corner and the size of what is drawn, at most two thirds as high as wide."""
    low = (min(x for x, _y in points), min(y for _x, y in points))
    size = (max(x for x, _y in points) - low[0], max(y for _x, y in points) - low[1])
    room = WIDTH - 2 * ROOM
    scale = min(room / max(size[0], 0.5), room * 0.7 / max(size[1], 0.5))
    return scale, low, size


def _step(length: float, parts: int = 8) -> float:
    """Return a round number of metres of which a length has about so many."""
    rough = max(length, 1e-3) / parts
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


def _grid(low: Point, size: Point, step: float, to: Any, height: float) -> str:
    x, y = to
    parts = []
    for axis in (0, 1):
        first = math.ceil(low[axis] / step)
        for number in range(first, math.floor((low[axis] + size[axis]) / step) + 1):
            metres = number * step
            if axis == 0:
                parts.append(
                    f'<path d="M{x(metres):.1f} {ROOM - 10}V{height - ROOM + 10}" stroke="#d6d3d1"/>'
                )
                parts.append(
                    _text(x(metres), height - ROOM + 24, f"{metres:g}", 14, anchor="middle", colour=SOFT)
                )
            else:
                parts.append(f'<path d="M{ROOM - 10} {y(metres):.1f}H{WIDTH - ROOM + 10}" stroke="#d6d3d1"/>')
                parts.append(_text(ROOM - 14, y(metres) + 4, f"{metres:g}", 14, anchor="end", colour=SOFT))
    return "".join(parts)


def _text(
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    anchor: str = "start",
    colour: str = INK,
    halo: bool = False,
) -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" font-family="{FONT}" text-anchor="{anchor}"'
    under = (
        f'<text {at} fill="#ffffff" stroke="#ffffff" stroke-width="3">{escape(text)}</text>' if halo else ""
    )
    return f'{under}<text {at} fill="{colour}">{escape(text)}</text>'


def _svg(height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}" height="{height:g}">{"".join(parts)}</svg>'
    )
