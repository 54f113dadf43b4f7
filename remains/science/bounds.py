"""The bound that needs no search: people in disjoint age windows are different people.

Inside a window the best of: the fullest resource (a zone of an element and side, a pair, a series, the individuals);
women and men counted apart; DNA groups counted apart, and each in turn by sex or not. Which windows: weighted interval
scheduling over the ages at which intervals begin and end. It can only grow with the specimens.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from remains.science.capacity import Capacities
from remains.science.claims import Claim
from remains.science.person import Unit
from remains.science.tally import people_in_windows
from remains.science.window import claims_in

# Beyond this many different ages they are told apart by month (to 20 years) and by year.
MOST_AGES = 400

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class WindowBound:
    """The units whose ages lie inside a window, and the claims about different people among them."""

    units: list[Unit]
    claims: list[Claim]

    @property
    def count(self) -> int:
        """The people that the claims add up to."""
        return sum(claim.count for claim in self.claims)


def bound_by_windows(units: Sequence[Unit], capacities: Capacities) -> list[WindowBound]:
    """Return age windows of different people; the counts of their claims add up to the bound."""
    if not units:
        return []
    ages = _ages(units)
    windows = _best_windows(units, ages, capacities)
    bounds: list[WindowBound] = []
    for low, high, people in windows:
        inside = [unit for unit, (lo, hi) in zip(units, ages, strict=True) if low <= lo and hi <= high]
        bounds.append(WindowBound(inside, claims_in(inside, capacities, people, aged=len(windows) > 1)))
    return bounds


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
    units: Sequence[Unit], ages: Sequence[Window], capacities: Capacities
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
        for start, count in enumerate(people):
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
