"""How many people each age window shows, for all windows in one pass over their ends.

A number can only rise as a window reaches further, so each is kept as the most that any resource shows so far. All
starts of windows are reckoned together, as arrays; DNA groups, which may be many, in portions that bound the memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remains.science.capacity import ONE_INDIVIDUAL, Capacities, Place, Resource
from remains.science.person import Unit

Ints: TypeAlias = NDArray[np.int64]

_SOMEBODY, _INDIVIDUAL = 0, 1  # the first says no more than that there is somebody
_ENDLESS = 1 << 60

# Kinds of specimens: all, women, men; of everybody, and of each DNA group.
_OF_SEX = {None: 0, "F": 1, "M": 2}
_SEXES = 3

#: Numbers held at once for DNA groups: one for each resource that a group takes and each start of a window.
MOST_HELD = 8_000_000


def people_in_windows(
    units: Sequence[Unit],
    ages: Sequence[tuple[float, float]],
    capacities: Capacities,
    lows: Sequence[float],
    highs: Sequence[float],
) -> Iterator[list[int]]:
    """Yield, for each of the ends `highs` in turn, the people in the window from each of the starts `lows` to it."""
    taken = _taken(units, ages, capacities, lows, highs)
    width, ends = len(lows), len(highs)
    most = np.zeros((ends, _SEXES, width), dtype=np.int64)
    for end, by_kind in _by_end(taken.of_everybody(), taken.capacity, ends, width, kinds=_SEXES):
        most[end] = by_kind
    # Summed over DNA groups: women, men, and each group in its better way.
    summed = np.zeros((ends, _SEXES, width), dtype=np.int64)
    for part, groups in taken.of_groups(MOST_HELD // max(1, width)):
        for end, by_kind in _by_end(part, taken.capacity, ends, width, kinds=_SEXES * groups):
            plain, women, men = by_kind.reshape(groups, _SEXES, width).swapaxes(0, 1)
            summed[end, 0] += np.maximum(plain, women + men).sum(axis=0)
            summed[end, 1] += women.sum(axis=0)
            summed[end, 2] += men.sum(axis=0)
    apart = np.maximum(most[:, 1], summed[:, 1]) + np.maximum(most[:, 2], summed[:, 2])
    yield from np.maximum(np.maximum(most[:, 0], apart), summed[:, 0]).tolist()


@dataclass(frozen=True, slots=True)
class _Taken:
    """What units take of resources, a row each time: kind, resource, start and end of the ages, and how much."""

    sex: Ints
    group: Ints  # -1 where the DNA group is not known
    resource: Ints
    start: Ints
    end: Ints
    load: Ints
    capacity: Ints

    def of_everybody(self) -> _Part:
        """Return the rows of all, and again those of known sex as women's and men's."""
        sexed = np.flatnonzero(self.sex)
        return self._part(
            np.concatenate([np.arange(len(self.sex)), sexed]),
            np.concatenate([np.zeros_like(self.sex), self.sex[sexed]]),
        )

    def of_groups(self, most_rows: int) -> Iterator[tuple[_Part, int]]:
        """Yield the rows of DNA groups likewise, some groups at a time, with how many they are."""
        known = np.flatnonzero(self.group >= 0)
        known = known[np.argsort(self.group[known], kind="stable")]
        group = self.group[known]
        begin = 0
        while begin < len(known):
            end = min(begin + max(1, most_rows // 2), len(known))
            end = int(np.searchsorted(group, group[end - 1], side="right"))  # a group stays whole
            rows = known[begin:end]
            number = group[begin:end] - group[begin]
            sexed = np.flatnonzero(self.sex[rows])
            kinds = np.concatenate([number * _SEXES, number[sexed] * _SEXES + self.sex[rows[sexed]]])
            yield (
                self._part(np.concatenate([rows, rows[sexed]]), kinds),
                int(group[end - 1] - group[begin]) + 1,
            )
            begin = end

    def _part(self, rows: Ints, kinds: Ints) -> _Part:
        order = np.argsort(self.end[rows], kind="stable")
        rows = rows[order]
        return _Part(kinds[order], self.resource[rows], self.start[rows], self.end[rows], self.load[rows])


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows in the order of their ends."""

    kind: Ints
    resource: Ints
    start: Ints
    end: Ints
    load: Ints


def _by_end(part: _Part, capacity: Ints, ends: int, width: int, *, kinds: int) -> Iterator[tuple[int, Ints]]:
    """Yield for each end the most people that one resource shows, of each kind and from each start."""
    slots, slot = np.unique(part.kind * len(capacity) + part.resource, return_inverse=True)
    kind_of, capacity_of = slots // len(capacity), capacity[slots % len(capacity)]
    so_far = np.zeros((len(slots), width), dtype=np.int64)
    most = np.zeros((kinds, width), dtype=np.int64)
    bounds = np.searchsorted(part.end, np.arange(ends + 1))
    for end in range(ends):
        rows = slice(bounds[end], bounds[end + 1])
        touched, place = np.unique(slot[rows], return_inverse=True)
        if len(touched):
            begun = np.bincount(
                place * width + part.start[rows], part.load[rows], minlength=len(touched) * width
            )
            # Every window that begins no later than a specimen's interval has it.
            begun = begun.reshape(len(touched), width)[:, ::-1].cumsum(axis=1)[:, ::-1]
            so_far[touched] += begun.astype(np.int64)
            people = -(-so_far[touched] // capacity_of[touched, None])
            of_kind = kind_of[touched]
            first = np.flatnonzero(np.diff(of_kind, prepend=-1))
            of_kind = of_kind[first]
            most[of_kind] = np.maximum(most[of_kind], np.maximum.reduceat(people, first, axis=0))
        yield end, most


def _taken(
    units: Sequence[Unit],
    ages: Sequence[tuple[float, float]],
    capacities: Capacities,
    lows: Sequence[float],
    highs: Sequence[float],
) -> _Taken:
    """Spread the units over the resources they take from."""
    rank_low, rank_high = {a: i for i, a in enumerate(lows)}, {a: i for i, a in enumerate(highs)}
    slots = _Slots(capacities)
    groups: dict[str | None, int] = {None: -1}
    many = len(units)
    loads_of = np.fromiter((slots.of(unit.loads) for unit in units), np.int64, many)
    count = np.fromiter((unit.count for unit in units), np.int64, many)
    start = np.fromiter((rank_low[low] for low, _high in ages), np.int64, many)
    end = np.fromiter((rank_high[high] for _low, high in ages), np.int64, many)
    sex = np.fromiter((_OF_SEX[unit.sex] for unit in units), np.int64, many)
    group = np.fromiter(
        (groups.setdefault(unit.dna_group, len(groups) - 1) for unit in units), np.int64, many
    )
    named = np.fromiter((i for i, unit in enumerate(units) if unit.individual is not None), np.int64)
    resource, load, first, length = slots.arrays()
    # Row by row: that there is somebody, that it is a certain individual, and each resource of its loads.
    lengths = length[loads_of]
    spread = np.repeat(np.arange(many), lengths)
    within = np.arange(len(spread)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    place = np.repeat(first[loads_of], lengths) + within
    unit = np.concatenate([np.arange(many), named, spread])
    return _Taken(
        sex=sex[unit],
        group=group[unit],
        resource=np.concatenate(
            [np.full(many, _SOMEBODY), np.full(len(named), _INDIVIDUAL), resource[place]]
        ),
        start=start[unit],
        end=end[unit],
        load=np.concatenate([count, np.ones(len(named), dtype=np.int64), load[place] * count[spread]]),
        capacity=np.array(slots.capacity, dtype=np.int64),
    )


class _Slots:
    """Numbers for the resources, as they come, and what each distinct load takes of them."""

    def __init__(self, capacities: Capacities) -> None:
        self._capacities = capacities
        self._numbers: dict[Resource, int] = {ONE_INDIVIDUAL: _INDIVIDUAL}
        self.capacity = [_ENDLESS, 1]
        self._of_place: dict[Place, list[int]] = {}
        self._of_loads: dict[int, int] = {}
        self._lists: list[list[tuple[int, int]]] = []

    def of(self, loads: tuple[tuple[Place, int], ...]) -> int:
        """Return the number of what the loads take. Loads are shared between units that are alike in them."""
        known = self._of_loads.get(id(loads))
        if known is None:
            known = self._of_loads[id(loads)] = len(self._lists)
            self._lists.append([(number, load) for place, load in loads for number in self._of(place)])
        return known

    def arrays(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return all resources and loads one after the other, and where those of each load begin and how many."""
        length = np.fromiter(map(len, self._lists), np.int64, len(self._lists))
        flat = np.array([pair for pairs in self._lists for pair in pairs], dtype=np.int64).reshape(-1, 2)
        return flat[:, 0], flat[:, 1], np.cumsum(length) - length, length

    def _of(self, place: Place) -> list[int]:
        numbers = self._of_place.get(place)
        if numbers is None:
            numbers = self._of_place[place] = [
                self._number(resource, most) for resource, most in self._capacities.of(place)
            ]
        return numbers

    def _number(self, resource: Resource, most: int) -> int:
        number = self._numbers.setdefault(resource, len(self.capacity))
        if number == len(self.capacity):
            self.capacity.append(most)
        return number
