"""How many people each age window shows, for all windows in one pass over their ends.

A number can only rise as a window reaches further, so each is kept as the most that any resource shows so far, and
no resource is looked at twice for the same specimens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from remains.science.capacity import ONE_INDIVIDUAL, Capacities, Place, Resource
from remains.science.person import Unit

_SOMEBODY, _INDIVIDUAL = 0, 1  # the first says no more than that there is somebody
_ENDLESS = 1 << 60

# Kinds of specimens: all, women, men; then the same of each DNA group.
_OF_SEX = {None: 0, "F": 1, "M": 2}
_SEXES = 3

Event = dict[int, int]


def people_in_windows(
    units: Sequence[Unit],
    ages: Sequence[tuple[float, float]],
    capacities: Capacities,
    lows: Sequence[float],
    highs: Sequence[float],
) -> Iterator[list[int]]:
    """Yield, for each of the ends `highs` in turn, the people in the window from each of the starts `lows` to it."""
    events, groups, capacity = _events(units, ages, capacities, lows, highs)
    width, resources = len(lows), len(capacity)
    tally = _Tally(groups, width)
    taken: dict[int, list[int]] = {}
    while events:
        for code, number in events.pop().items():
            slot, start = divmod(code, width)
            so_far = taken.get(slot)
            if so_far is None:
                so_far = taken[slot] = [0] * (start + 1)
            elif len(so_far) <= start:
                so_far.extend([0] * (start + 1 - len(so_far)))
            kind, resource = divmod(slot, resources)
            if start:
                tally.add(kind, so_far, start, number, capacity[resource])
            else:  # of unknown age, as most are: one window only, and no call for it
                load = so_far[0] = so_far[0] + number
                people = load if capacity[resource] == 1 else -(-load // capacity[resource])
                if people > tally.most[kind][0]:
                    tally.raise_to(kind, 0, people)
        yield tally.people()


def _events(
    units: Sequence[Unit],
    ages: Sequence[tuple[float, float]],
    capacities: Capacities,
    lows: Sequence[float],
    highs: Sequence[float],
) -> tuple[list[Event], int, list[int]]:
    """Count what specimens of each kind take of each resource, by the end of their interval, the last end first.

    Also return the number of DNA groups, and how much a person has of each resource.
    """
    rank_low, rank_high = {a: i for i, a in enumerate(lows)}, {a: i for i, a in enumerate(highs)}
    slots = _Slots(capacities)
    slots_of = [slots.of(unit.loads) for unit in units]
    width, resources = len(lows), len(slots.capacity)
    groups: dict[str, int] = {}
    events: list[Event] = [defaultdict(int) for _ in highs]
    for unit, (low, high), own in zip(units, ages, slots_of, strict=True):
        event, start, count = events[rank_high[high]], rank_low[low], unit.count
        kinds = [0] if unit.sex is None else [0, _OF_SEX[unit.sex]]
        if unit.dna_group is not None:
            first = _SEXES * (1 + groups.setdefault(unit.dna_group, len(groups)))
            kinds += [first + kind for kind in kinds]
        for kind in kinds:
            base = kind * resources * width + start
            event[base] += count
            if unit.individual is not None:
                event[base + _INDIVIDUAL * width] += 1
            for slot, load in own:
                event[base + slot * width] += load * count
    return events[::-1], len(groups), slots.capacity


class _Slots:
    """Numbers for the resources, as they come."""

    def __init__(self, capacities: Capacities) -> None:
        self._capacities = capacities
        self._numbers: dict[Resource, int] = {ONE_INDIVIDUAL: _INDIVIDUAL}
        self.capacity = [_ENDLESS, 1]
        self._of_place: dict[Place, list[int]] = {}
        self._of_loads: dict[int, list[tuple[int, int]]] = {}

    def of(self, loads: tuple[tuple[Place, int], ...]) -> list[tuple[int, int]]:
        """Return what the loads take, by number. Loads are shared between units that are alike in them."""
        known = self._of_loads.get(id(loads))
        if known is None:
            known = self._of_loads[id(loads)] = []
            for place, load in loads:
                numbers = self._of_place.get(place)
                if numbers is None:
                    numbers = self._of_place[place] = [
                        self._number(resource, most) for resource, most in self._capacities.of(place)
                    ]
                known += [(number, load) for number in numbers]
        return known

    def _number(self, resource: Resource, most: int) -> int:
        number = self._numbers.setdefault(resource, len(self.capacity))
        if number == len(self.capacity):
            self.capacity.append(most)
        return number


class _Tally:
    """The most people that one resource shows, for each kind of specimen and each start of a window."""

    def __init__(self, groups: int, width: int) -> None:
        self.most = [[0] * width for _ in range(_SEXES * (1 + groups))]
        # Summed over DNA groups: women, men, and each group in its better way.
        self._women, self._men, self._groups = [0] * width, [0] * width, [0] * width

    def add(self, kind: int, taken: list[int], start: int, number: int, capacity: int) -> None:
        """Add what begins at `start` to what every window that begins no later takes of one resource."""
        most = self.most[kind]
        for begin in range(start + 1):
            taken[begin] = load = taken[begin] + number
            people = load if capacity == 1 else -(-load // capacity)
            if people > most[begin]:
                self.raise_to(kind, begin, people)

    def raise_to(self, kind: int, begin: int, people: int) -> None:
        """Note that the window from this start shows so many people of a kind."""
        if kind < _SEXES:
            self.most[kind][begin] = people
            return
        sex = kind % _SEXES
        plain, women, men = self.most[kind - sex : kind - sex + _SEXES]
        rise, before = people - self.most[kind][begin], max(plain[begin], women[begin] + men[begin])
        self.most[kind][begin] = people
        self._groups[begin] += max(plain[begin], women[begin] + men[begin]) - before
        if sex == 1:
            self._women[begin] += rise
        elif sex == 2:
            self._men[begin] += rise

    def people(self) -> list[int]:
        """Return the best count of the window from each start to the end reached so far."""
        return [
            max(plain, max(women, women_by_group) + max(men, men_by_group), groups)
            for plain, women, men, women_by_group, men_by_group, groups in zip(
                *self.most[:_SEXES], self._women, self._men, self._groups, strict=True
            )
        ]
