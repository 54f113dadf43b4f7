"""The bound that needs no search: people in disjoint age windows are different people.

Inside a window the best of: the fullest resource (a zone of an element and side, a pair, a series, the individuals);
women and men counted apart; DNA groups counted apart, and each in turn by sex or not. Which windows: weighted interval
scheduling over the ages at which intervals begin and end. It can only grow with the specimens.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from remains.science.capacity import Capacities
from remains.science.claims import Claim
from remains.science.person import Unit
from remains.science.tally import people_in_windows
from remains.science.window import claims_in

# Beyond this many different ages they are told apart by month (to 20 years) and by year.
MOST_AGES = 400

# Beyond this many different ages a contest is asked for all its specimens together only.
MOST_CONTESTED_AGES = 10

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class WindowBound:
    """The units whose ages lie inside a window, and the claims about different people among them."""

    units: list[Unit]
    claims: Sequence[Claim]

    @property
    def count(self) -> int:
        """The people that the claims add up to."""
        return sum(claim.count for claim in self.claims)


class Contest(Protocol):
    """What a search has to say about some of the units: at least how many people those inside a window are."""

    units: Sequence[Unit]

    def claims(self, inside: Sequence[Unit]) -> Sequence[Claim]:
        """Return what was shown about these of its units."""


def bound_by_windows(
    units: Sequence[Unit], capacities: Capacities, contest: Contest | None = None
) -> list[WindowBound]:
    """Return age windows of different people; the counts of their claims add up to the bound.

    With a contest its claims stand for a window in which they are of more people than counting shows.
    """
    if not units:
        return []
    ages = _ages(units)
    contested = _Contested(contest, units, ages) if contest else None
    windows = _best_windows(units, ages, capacities, contested)
    bounds: list[WindowBound] = []
    for low, high, people in windows:
        inside = [unit for unit, (lo, hi) in zip(units, ages, strict=True) if low <= lo and hi <= high]
        claims: Sequence[Claim] = claims_in(inside, capacities, people, aged=len(windows) > 1)
        if contested and sum(claim.count for claim in claims) < people:
            claims = contested.claims(low, high)
        bounds.append(WindowBound(inside, claims))
    return bounds


class _Contested:
    """The people of a contest in each window; the windows that differ for it are few, or it is asked as a whole."""

    def __init__(self, contest: Contest, units: Sequence[Unit], ages: Sequence[Window]) -> None:
        own = {id(unit) for unit in contest.units}
        self._contest = contest
        self._ages = [(unit, *age) for unit, age in zip(units, ages, strict=True) if id(unit) in own]
        self._lows, self._highs = (
            sorted({low for _, low, _ in self._ages}),
            sorted({h for _, _, h in self._ages}),
        )
        self._few = max(len(self._lows), len(self._highs)) <= MOST_CONTESTED_AGES
        self._known: dict[tuple[int, int], Sequence[Claim]] = {}
        if self._ages:
            self.claims(self._lows[0], self._highs[-1])  # the whole first, while all steps are left

    def claims(self, low: float, high: float) -> Sequence[Claim]:
        """Return what is shown about those inside the window."""
        start, end = bisect_left(self._lows, low), bisect_right(self._highs, high)
        if not self._few and (start, end) != (0, len(self._highs)):
            return ()
        known = self._known.get((start, end))
        if known is None:
            inside = [unit for unit, lo, hi in self._ages if low <= lo and hi <= high]
            known = self._known[start, end] = self._contest.claims(inside)
        return known

    def people(self, low: float, high: float) -> int:
        """Return how many people they add up to."""
        return sum(claim.count for claim in self.claims(low, high))


def cell(age_years: float) -> float:
    """Return the month of life up to 20, the year up to 120, then one for all: a step that never turns the order."""
    if age_years < 20:
        return age_years * 12 // 1
    return 220 + min(age_years, 120) // 1


def _ages(units: Sequence[Unit]) -> list[Window]:
    ages = [(unit.age_min_years, unit.age_max_years) for unit in units]
    if len({age for window in ages for age in window}) > MOST_AGES:
        return [(cell(low), cell(high)) for low, high in ages]
    return ages


def _best_windows(
    units: Sequence[Unit], ages: Sequence[Window], capacities: Capacities, contested: _Contested | None
) -> list[tuple[float, float, int]]:
    """Return the disjoint windows that show the most people together, with how many each shows."""
    lows, highs = sorted({low for low, _ in ages}), sorted({high for _, high in ages})
    before = [bisect_left(highs, low) for low in lows]
    # A score counts people first and then prefers fewer windows, which read more easily.
    step = len(highs) + 1
    best = [0] * (len(highs) + 1)
    chosen: list[tuple[int, int] | None] = [None] * len(highs)
    for end, people in enumerate(people_in_windows(units, ages, capacities, lows, highs)):
        top, window = best[end], None
        for start, counted in enumerate(people):
            count = max(counted, contested.people(lows[start], highs[end])) if contested else counted
            if count and (score := best[before[start]] + count * step - 1) > top:
                top, window = score, (start, count)
        best[end + 1], chosen[end] = top, window
    windows: list[tuple[float, float, int]] = []
    end = len(highs)
    while end:
        window = chosen[end - 1]
        if window is None:
            end -= 1
        else:
            start, count = window
            windows.append((lows[start], highs[end - 1], count))
            end = before[start]
    return windows[::-1]
