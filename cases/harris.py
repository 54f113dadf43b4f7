"""The Harris matrix of a site: contexts in layers, later above earlier, drawn from the relations that the viewer sees.

Pure: no Django. Contexts said to be equal are one box; a relation that follows from others is left out (the transitive
reduction). The same contexts and relations give the same drawing, in whatever order they come; what is not given
leaves no trace, so that nobody can see that something is kept from them.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

#: One context: key, number as people write it, and what stands below the number.
Unit = tuple[str, str, str]

CELL: Final = 58
TALL: Final = 38
GAP: Final = 18
RISE: Final = 34
MARGIN: Final = 12
#: How often the order within layers is improved, and how often boxes are moved towards their neighbours.
SWEEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One context in its box."""

    key: str
    number: str
    below: str
    x: float


@dataclass(slots=True)
class Box:
    """One box: a context, or several that are equal."""

    cells: list[Cell]
    layer: int = 0
    x: float = 0
    y: float = 0

    @property
    def width(self) -> int:
        """Return how wide it is."""
        return CELL * len(self.cells)


@dataclass(slots=True)
class Drawing:
    """What is drawn: boxes, the lines between them, and how large it all is."""

    boxes: list[Box] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    #: Contexts of which no relation is known.
    alone: list[Box] = field(default_factory=list)
    alone_y: float = 0
    width: float = 0
    height: float = 0


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key by which 2 comes before 10, and 10 before 10a."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def drawn(
    units: Iterable[Unit], above: Iterable[tuple[str, str]], equal: Iterable[tuple[str, str]] = ()
) -> Drawing:
    """Return the drawing of contexts, of pairs (upper, lower) and of pairs that are equal.

    Relations with a context that is not given are left out.
    """
    ordered = sorted(units, key=lambda unit: (natural(unit[1]), unit[0]))
    group = _groups(ordered, equal)
    members: dict[int, list[Unit]] = {}
    for unit in ordered:
        members.setdefault(group[unit[0]], []).append(unit)
    edges = {(group[upper], group[lower]) for upper, lower in above if upper in group and lower in group}
    edges = {(upper, lower) for upper, lower in edges if upper != lower}
    boxes = {
        name: Box([Cell(key, number, below, CELL * place) for place, (key, number, below) in enumerate(of)])
        for name, of in members.items()
    }
    edges = reduced(edges)
    related = {end for edge in edges for end in edge}
    drawing = Drawing()
    x = float(MARGIN)
    for part in _components(sorted(related), edges):
        layout = _Layout(part, [edge for edge in edges if edge[0] in part], boxes)
        x = layout.place(x) + 2 * GAP
        drawing.boxes += [boxes[name] for name in sorted(part)]
        drawing.paths += layout.paths()
    _place_alone(drawing, [boxes[name] for name in sorted(boxes) if name not in related], x)
    return drawing


def _place_alone(drawing: Drawing, alone: list[Box], right: float) -> None:
    """Put contexts without relations into rows below the others."""
    bottom = max((box.y + TALL for box in drawing.boxes), default=0)
    widest = max(right, MARGIN + 6 * (CELL + GAP))
    x, y = float(MARGIN), bottom + RISE + (12 if alone else -RISE)
    drawing.alone, drawing.alone_y = alone, y - 10
    for box in alone:
        if x > MARGIN and x + box.width > widest:
            x, y = float(MARGIN), y + TALL + GAP
        box.x, box.y = x, y
        x += box.width + GAP
    every = [*drawing.boxes, *alone]
    drawing.width = max((box.x + box.width for box in every), default=0) + MARGIN
    drawing.height = max((box.y + TALL for box in every), default=0) + MARGIN


def _groups(ordered: Sequence[Unit], equal: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return for each context the place of the first one that it is equal to."""
    place = {key: index for index, (key, _number, _below) in enumerate(ordered)}
    first = list(range(len(ordered)))

    def root(index: int) -> int:
        while first[index] != index:
            first[index] = first[first[index]]
            index = first[index]
        return index

    for one, other in equal:
        if one in place and other in place:
            low, high = sorted((root(place[one]), root(place[other])))
            first[high] = low
    return {key: root(index) for key, index in place.items()}


def _downwards(edges: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for upper, lower in sorted(edges):
        found.setdefault(upper, []).append(lower)
        found.setdefault(lower, [])
    return found


def _from_the_bottom(down: Mapping[int, Sequence[int]]) -> list[int]:
    """Return every box after all boxes below it. (The database lets no circle be recorded.)"""
    done: set[int] = set()
    order: list[int] = []
    for start in down:
        stack = [(start, iter(down[start]))] if start not in done else []
        done.add(start)
        while stack:
            box, rest = stack[-1]
            for lower in rest:
                if lower not in done:
                    done.add(lower)
                    stack.append((lower, iter(down[lower])))
                    break
            else:
                order.append(box)
                stack.pop()
    return order


def reduced(edges: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the relations that do not follow from others."""
    down = _downwards(edges)
    reach: dict[int, int] = {}
    kept = set()
    for box in _from_the_bottom(down):
        below = 0
        for lower in down[box]:
            below |= reach.get(lower, 0)
        kept |= {(box, lower) for lower in down[box] if not below >> lower & 1}
        for lower in down[box]:
            below |= 1 << lower
        reach[box] = below
    return kept


def _components(boxes: Sequence[int], edges: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Return the boxes that hang together, in the order of their first."""
    beside: dict[int, set[int]] = {box: set() for box in boxes}
    for upper, lower in edges:
        beside[upper].add(lower)
        beside[lower].add(upper)
    left, found = list(boxes), []
    seen: set[int] = set()
    for box in left:
        if box in seen:
            continue
        part, rest = {box}, [box]
        while rest:
            for other in beside[rest.pop()] - part:
                part.add(other)
                rest.append(other)
        seen |= part
        found.append(part)
    return found


def _order(row: list[int], beside: Mapping[int, Sequence[int]], before: Mapping[int, int]) -> None:
    """Sort a layer by the middle of what its boxes are tied to in the layer before it."""
    middle = {}
    for place, name in enumerate(row):
        tied = [before[other] for other in beside[name]]
        middle[name] = (sum(tied) / len(tied) if tied else float(place), place)
    row.sort(key=middle.__getitem__)


class _Layout:
    """Places one part of the matrix: layers from the top, an order within each, then places from left to right.

    A relation over several layers passes through a point in each layer between.
    """

    def __init__(self, part: set[int], edges: Sequence[tuple[int, int]], boxes: Mapping[int, Box]) -> None:
        self.boxes = boxes
        down = _downwards(edges)
        for box in part:
            down.setdefault(box, [])
        layer = dict.fromkeys(part, 0)
        for box in reversed(_from_the_bottom(down)):
            for lower in down[box]:
                layer[lower] = max(layer[lower], layer[box] + 1)
        self.layer: dict[int, int] = layer
        self.points = 0
        self.up: dict[int, list[int]] = {box: [] for box in part}
        self.down: dict[int, list[int]] = {box: [] for box in part}
        self.ways: list[list[int]] = []
        for upper, lower in sorted(edges):
            self.ways.append(self._way(upper, lower))
        self.rows = self._ordered()
        self.x: dict[int, float] = {}

    def _way(self, upper: int, lower: int) -> list[int]:
        way = [upper]
        for depth in range(self.layer[upper] + 1, self.layer[lower]):
            self.points += 1
            point = -self.points
            self.layer[point] = depth
            self.up[point], self.down[point] = [], []
            way.append(point)
        way.append(lower)
        for one, next_one in itertools.pairwise(way):
            self.down[one].append(next_one)
            self.up[next_one].append(one)
        return way

    def _wide(self, name: int) -> float:
        return float(self.boxes[name].width) if name >= 0 else 4.0

    def _ordered(self) -> list[list[int]]:
        """Return the layers, each in the order in which lines cross least, as far as sweeping finds it."""
        rows: list[list[int]] = [[] for _ in range(max(self.layer.values()) + 1)]
        for name in sorted(self.layer, key=lambda name: (name < 0, abs(name))):
            rows[self.layer[name]].append(name)
        best, fewest = [list(row) for row in rows], self._crossings(rows)
        for sweep in range(SWEEPS):
            beside = self.up if sweep % 2 == 0 else self.down
            before: dict[int, int] = {}
            for row in rows if sweep % 2 == 0 else reversed(rows):
                _order(row, beside, before)
                before = {name: place for place, name in enumerate(row)}
            crossed = self._crossings(rows)
            if crossed < fewest:
                best, fewest = [list(row) for row in rows], crossed
        return best

    def _crossings(self, rows: Sequence[Sequence[int]]) -> int:
        count = 0
        for upper, lower in itertools.pairwise(rows):
            where = {name: place for place, name in enumerate(lower)}
            ends = [sorted(where[other] for other in self.down[name]) for name in upper]
            seen: list[int] = []
            for of_one in ends:
                count += sum(len(seen) - bisect.bisect_right(seen, end) for end in of_one)
                for end in of_one:
                    bisect.insort(seen, end)
        return count

    def place(self, left: float) -> float:
        """Give every box its place from `left` on, and return how far they reach."""
        for row in self.rows:
            x = 0.0
            for name in row:
                self.x[name] = x + self._wide(name) / 2
                x += self._wide(name) + GAP
        for sweep in range(SWEEPS):
            beside = self.up if sweep % 2 == 0 else self.down
            for row in self.rows if sweep % 2 == 0 else reversed(self.rows):
                self._settle(row, beside)
        first = min(self.x[name] - self._wide(name) / 2 for name in self.x)
        for name in self.x:
            self.x[name] = round(self.x[name] - first + left, 1)
            if name >= 0:
                box = self.boxes[name]
                box.layer = self.layer[name]
                box.x = round(self.x[name] - box.width / 2, 1)
                box.y = MARGIN + self.layer[name] * (TALL + RISE)
        return max(self.x[name] + self._wide(name) / 2 for name in self.x)

    def _settle(self, row: Sequence[int], beside: Mapping[int, Sequence[int]]) -> None:
        """Move a layer's boxes towards their neighbours, without changing their order or letting them touch."""
        wanted = [
            sum(self.x[other] for other in beside[name]) / len(beside[name]) if beside[name] else self.x[name]
            for name in row
        ]
        apart = [(self._wide(one) + self._wide(other)) / 2 + GAP for one, other in itertools.pairwise(row)]
        from_left, from_right = list(wanted), list(wanted)
        for place in range(1, len(row)):
            from_left[place] = max(from_left[place], from_left[place - 1] + apart[place - 1])
        for place in range(len(row) - 2, -1, -1):
            from_right[place] = min(from_right[place], from_right[place + 1] - apart[place])
        for name, one, other in zip(row, from_left, from_right, strict=True):
            self.x[name] = (one + other) / 2

    def paths(self) -> list[str]:
        """Return the lines: down from the upper box, across between layers, down to the lower box."""
        found = []
        for way in self.ways:
            x = self.x[way[0]]
            steps = [f"M{x:g} {MARGIN + self.layer[way[0]] * (TALL + RISE) + TALL}"]
            for name in way[1:]:
                top = MARGIN + self.layer[name] * (TALL + RISE)
                if self.x[name] != x:
                    x = self.x[name]
                    steps.append(f"V{top - RISE // 2} H{x:g}")
                steps.append(f"V{top if name == way[-1] else top + TALL}")
            found.append(" ".join(steps))
        return found
