"""Outlines of simple shapes as SVG paths: long bones, round bones, bands and closed curves. No anatomy here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Point = tuple[float, float]
#: Where a point of the drawing comes to lie: mirrored for the left side, scaled for a child.
Map = Callable[[float, float], Point]


def as_drawn(x: float, y: float) -> Point:
    """Leave a point where it is."""
    return x, y


def mirrored(axis: float, then: Map = as_drawn) -> Map:
    """Return the map that turns a right bone into the left one."""
    return lambda x, y: then(2 * axis - x, y)


def scaled(about: Point, factor: float) -> Map:
    """Return the map that draws everything smaller or larger around a point."""
    return lambda x, y: (about[0] + (x - about[0]) * factor, about[1] + (y - about[1]) * factor)


def long_bone(
    start: Point,
    end: Point,
    widths: tuple[float, float, float],
    to: Map = as_drawn,
    *,
    open_ends: bool = False,
) -> str:
    """Return a bone from `start` to `end`: wide at its ends, slender between. `widths`: first end, shaft, second end.

    With `open_ends` the ends stand apart from the shaft, as in a child.
    """
    length = math.dist(start, end)
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)

    def at(u: float, v: float) -> str:
        return _at(to(start[0] + along[0] * u - along[1] * v, start[1] + along[1] * u + along[0] * v))

    first, shaft, second = (width / 2 for width in widths)
    low, high = (0.13 * length, 0.87 * length) if open_ends else (0.0, length)
    head, foot = (first * 0.8, second * 0.8) if open_ends else (first, second)
    bulge, heel = (head * 0.25, foot * 0.25) if open_ends else (head * 0.75, foot * 0.75)
    span = high - low
    a, b = low + 0.25 * span, high - 0.25 * span
    path = (
        f"M{at(low, head)}C{at(low + 0.12 * span, head)} {at(low + 0.12 * span, shaft)} {at(a, shaft)}"
        f"L{at(b, shaft)}C{at(high - 0.12 * span, shaft)} {at(high - 0.12 * span, foot)} {at(high, foot)}"
        f"C{at(high + heel, foot)} {at(high + heel, -foot)} {at(high, -foot)}"
        f"C{at(high - 0.12 * span, -foot)} {at(high - 0.12 * span, -shaft)} {at(b, -shaft)}"
        f"L{at(a, -shaft)}C{at(low + 0.12 * span, -shaft)} {at(low + 0.12 * span, -head)} {at(low, -head)}"
        f"C{at(low - bulge, -head)} {at(low - bulge, head)} {at(low, head)}Z"
    )
    if not open_ends:
        return path
    ends = ((0.03 * length, first), (0.97 * length, second))
    return path + "".join(
        closed([_local(start, along, u + du * radius, dv * radius) for du, dv in _ROUND], to)
        for u, radius in ends
    )


_ROUND = (
    (-0.45, 0.0),
    (-0.3, 0.75),
    (0.0, 0.95),
    (0.3, 0.75),
    (0.45, 0.0),
    (0.3, -0.75),
    (0.0, -0.95),
    (-0.3, -0.75),
)


def _local(start: Point, along: Point, u: float, v: float) -> Point:
    return start[0] + along[0] * u - along[1] * v, start[1] + along[1] * u + along[0] * v


def round_bone(centre: Point, rx: float, ry: float, to: Map = as_drawn) -> str:
    """Return a rounded shape around a centre."""
    points = [
        (centre[0] + rx * math.cos(step * math.tau / 8), centre[1] + ry * math.sin(step * math.tau / 8))
        for step in range(8)
    ]
    return closed(points, to)


def closed(points: Sequence[Point], to: Map = as_drawn) -> str:
    """Return the smooth closed curve through points (Catmull-Rom, written as Bézier curves)."""
    placed = [to(*point) for point in points]
    count = len(placed)
    parts = [f"M{_at(placed[0])}"]
    for index in range(count):
        before, here, there, after = (placed[(index + step) % count] for step in (-1, 0, 1, 2))
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        parts.append(f"C{_at(first)} {_at(second)} {_at(there)}")
    return "".join(parts) + "Z"


def band(points: Sequence[Point], width: float, to: Map = as_drawn) -> str:
    """Return a strip of this width along a line of points: ribs, the mandible, the clavicle."""
    one, other = [], []
    for index, here in enumerate(points):
        before = points[max(index - 1, 0)]
        after = points[min(index + 1, len(points) - 1)]
        length = math.dist(before, after)
        across = (
            (before[1] - after[1]) / length * width / 2,
            (after[0] - before[0]) / length * width / 2,
        )
        one.append((here[0] + across[0], here[1] + across[1]))
        other.append((here[0] - across[0], here[1] - across[1]))
    return closed([*one, *reversed(other)], to)


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
