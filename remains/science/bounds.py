"""The bound that needs no search: people in disjoint age windows are different people.

Inside a window the best of: the fullest resource (a zone of an element and side, a pair, a series, the individuals);
women and men counted apart; DNA groups counted apart, and each in turn by sex or not. Which windows: weighted interval
scheduling over the ages at which intervals begin and end. It can only grow with the specimens.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate

from remains.science.capacity import ONE_INDIVIDUAL, Capacities, Resource
from remains.science.claims import Claim
from remains.science.person import Unit
from remains.science.window import claims_in

# Beyond this many different ages they are told apart by month (to 20 years) and by year.
MOST_AGES = 400

_SOMEBODY = 0  # the resource that says no more than that there is somebody
_ENDLESS = 1 << 60

Window = tuple[float, float]
Event = dict[int, int]


def bound_by_windows(units: Sequence[Unit], capacities: Capacities) -> list[Claim]:
    """Return claims about different people; their counts add up to the bound."""
    if not units:
        return []
    ages = _ages(units)
    windows = _best_windows(units, ages, capacities)
    claims: list[Claim] = []
    for low, high in windows:
        inside = [unit for unit, (lo, hi) in zip(units, ages, strict=True) if low <= lo and hi <= high]
        claims += claims_in(inside, capacities, aged=len(windows) > 1)
    return claims


def cell(age_years: float) -> float:
    """Return the month of life up to 20, the year up to 120, then one for all: a step that never turns the order."""
    if age_years < 20:
        return age_years * 12 // 1
    return 220 + min(age_years // 1, 120)


def _ages(units: Sequence[Unit]) -> list[Window]:
    ages = [(unit.age_min_years, unit.age_max_years) for unit in units]
    if len({age for window in ages for age in window}) > MOST_AGES:
        return [(cell(low), cell(high)) for low, high in ages]
    return ages


def _best_windows(units: Sequence[Unit], ages: Sequence[Window], capacities: Capacities) -> list[Window]:
    lows, highs = sorted({low for low, _ in ages}), sorted({high for _, high in ages})
    before = [bisect_left(highs, low) for low in lows]
    # A score counts people first and then prefers fewer windows, which read more easily.
    step = len(highs) + 1
    best = [0] * (len(highs) + 1)
    chosen: list[int | None] = [None] * len(highs)
    for end, people in enumerate(_people_by_start(units, ages, capacities, lows, highs)):
        top, start_of_top = best[end], None
        for start, count in enumerate(people):
            if count and (score := best[before[start]] + count * step - 1) > top:
                top, start_of_top = score, start
        best[end + 1], chosen[end] = top, start_of_top
    windows: list[Window] = []
    end = len(highs)
    while end:
        start = chosen[end - 1]
        if start is None:
            end -= 1
        else:
            windows.append((lows[start], highs[end - 1]))
            end = before[start]
    return windows[::-1]


def _people_by_start(
    units: Sequence[Unit],
    ages: Sequence[Window],
    capacities: Capacities,
    lows: Sequence[float],
    highs: Sequence[float],
) -> Iterator[list[int]]:
    """Yield, for each end of a window in turn, the people in the window from each start to it."""
    events, kinds, capacity = _events(units, ages, capacities, lows, highs)
    tally = _Tally(kinds, len(lows))
    width, resources = len(lows), len(capacity)
    seen: dict[int, list[int]] = {}
    for happening in events:
        for code, number in happening.items():
            slot, start = divmod(code, width)
            kind, resource = divmod(slot, resources)
            counts = seen.setdefault(slot, [])
            if len(counts) <= start:
                counts.extend([0] * (start + 1 - len(counts)))
            tally.raise_to(kind, counts, start, number, capacity[resource])
        yield tally.people()


def _events(
    units: Sequence[Unit],
    ages: Sequence[Window],
    capacities: Capacities,
    lows: Sequence[float],
    highs: Sequence[float],
) -> tuple[list[Event], list[tuple[str, str]], list[int]]:
    """Count, by the end of their interval, what units of each kind take of each resource."""
    rank_low, rank_high = {a: i for i, a in enumerate(lows)}, {a: i for i, a in enumerate(highs)}
    numbers: dict[Resource, int] = {ONE_INDIVIDUAL: 1}
    capacity = [_ENDLESS, 1]
    slots_at: dict[object, tuple[int, ...]] = {}

    def slots(place: object) -> tuple[int, ...]:
        known = slots_at.get(place)
        if known is None:
            found = []
            for resource, most in capacities.of(place):  # type: ignore[arg-type]
                if resource not in numbers:
                    numbers[resource] = len(capacity)
                    capacity.append(most)
                found.append(numbers[resource])
            known = slots_at[place] = tuple(found)
        return known

    kinds: dict[tuple[str, str], int] = {("", ""): 0, ("F", ""): 1, ("M", ""): 2}
    taken: list[list[tuple[int, int]]] = []
    for unit in units:
        of_unit = [(_SOMEBODY, 1)] if unit.individual is None else [(_SOMEBODY, 1), (1, 1)]
        for place, load in unit.loads:
            of_unit += [(slot, load) for slot in slots(place)]
        taken.append(of_unit)
    events: list[Event] = [defaultdict(int) for _ in highs]
    width, resources = len(lows), len(capacity)
    for unit, (low, high), of_unit in zip(units, ages, taken, strict=True):
        event, start, count = events[rank_high[high]], rank_low[low], unit.count
        for kind in _kinds_of(unit):
            base = kinds.setdefault(kind, len(kinds)) * resources
            for slot, load in of_unit:
                event[(base + slot) * width + start] += load * count
    return events, list(kinds), capacity


def _kinds_of(unit: Unit) -> list[tuple[str, str]]:
    kinds = [("", "")]
    if unit.sex is not None:
        kinds.append((unit.sex, ""))
    if unit.dna_group is not None:
        kinds += [(sex, "=" + unit.dna_group) for sex in ("", unit.sex) if sex is not None]
    return kinds


class _Tally:
    """The most people that one resource shows, for each kind of specimen and each start of a window."""

    def __init__(self, kinds: list[tuple[str, str]], width: int) -> None:
        self._kinds = kinds
        numbers = {kind: number for number, kind in enumerate(kinds)}
        self._most = [[0] * width for _ in range(3)] + [[] for _ in kinds[3:]]
        self._width = width
        self._group_kinds = [
            tuple(numbers.get((sex, group)) for sex in ("", "F", "M")) for _, group in kinds
        ]
        self._women, self._men, self._groups = [0] * width, [0] * width, [0] * width

    def raise_to(self, kind: int, counts: list[int], start: int, number: int, capacity: int) -> None:
        """Add specimens that begin at `start` to every window that begins no later."""
        most = self._most[kind]
        if not most:
            most.extend([0] * self._width)
        for begin in range(start + 1):
            counts[begin] = count = counts[begin] + number
            people = count if capacity == 1 else -(-count // capacity)
            if people > most[begin]:
                if kind < 3:
                    most[begin] = people
                else:
                    self._raise_group(kind, begin, people)

    def _raise_group(self, kind: int, begin: int, people: int) -> None:
        own = self._group_kinds[kind]
        rise = people - self._most[kind][begin]
        before = self._in_group(own, begin)
        self._most[kind][begin] = people
        self._groups[begin] += self._in_group(own, begin) - before
        if kind == own[1]:
            self._women[begin] += rise
        elif kind == own[2]:
            self._men[begin] += rise

    def _in_group(self, own: tuple[int | None, ...], begin: int) -> int:
        plain, women, men = (
            self._most[kind][begin] if kind is not None and self._most[kind] else 0 for kind in own
        )
        return max(plain, women + men)

    def people(self) -> list[int]:
        """Return the best count of the window from each start to the end reached so far."""
        return [
            max(plain, max(women, women_by_group) + max(men, men_by_group), groups)
            for plain, women, men, women_by_group, men_by_group, groups in zip(
                *self._most[:3], self._women, self._men, self._groups, strict=True
            )
        ]
