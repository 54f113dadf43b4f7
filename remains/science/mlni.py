"""The most likely number of individuals, and what comes with it. Estimates, and no minimum: they never enter an MNI.

From the left and right bones of one element and the pairs among them; it supposes that every bone of the dead had
the same chance to be recovered, and that pairs are matched rightly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from remains.science.elements import is_whole

# Below this the number is known to be biased.
FEWEST_PAIRS = 7

# With one or two pairs among thousands of bones the region reaches into the millions; nobody is helped by it.
MOST_STEPS = 500_000

_ROUNDING = 1e-12
_BY_PAIRS = (
    "lincoln",
    "lincoln_standard_error",
    "mlni",
    "standard_error",
    "region_low",
    "region_high",
    "region_level",
)


class ImpossibleCounts(ValueError):
    """Counts of bones and pairs that cannot be. `code` is stable; `value` is what was seen."""

    def __init__(self, code: str, value: object, rule: str) -> None:
        super().__init__(f"{value!r} is not possible: {rule}.")
        self.code, self.value, self.rule = code, value, rule


@dataclass(frozen=True, slots=True)
class Mlni:
    """Estimates for one element. What needs a pair is None where there is none, and `warnings` says why.

    `region_low` to `region_high` is the smallest set of numbers that holds at least the probability asked for;
    `region_level` is the probability it holds.
    """

    left: int
    right: int
    pairs: int
    max_side: int
    gmt: int
    lincoln: float | None
    lincoln_standard_error: float | None
    mlni: int | None
    standard_error: float | None
    recovery: float | None
    recovery_standard_error: float | None
    region_low: int | None
    region_high: int | None
    region_level: float | None
    warnings: tuple[str, ...]


def most_likely_number(left: int, right: int, pairs: int, level: float = 0.95) -> Mlni:
    """Estimate how many people stood behind the left and right bones of one element.

    Raises `ImpossibleCounts`: counts (not whole, or below zero), pairs (more than bones of a side), level.
    Source: Adams & Konigsberg 2004, American Journal of Physical Anthropology 125:138-151 (citation not checked
    against the print; formulas as in the published script of Konigsberg); the estimator is Chapman's of 1951.
    Valid for: one element, paired by reliable means; with fewer than 7 pairs it is biased.
    """
    _check(left, right, pairs, level)
    recovery = 2 * pairs / (left + right) if left + right else None
    known: dict[str, Any] = {
        "left": left,
        "right": right,
        "pairs": pairs,
        "max_side": max(left, right),
        "gmt": left + right - pairs,
        "recovery": recovery,
        "recovery_standard_error": None
        if recovery is None
        else math.sqrt(recovery * (1 - recovery) * (2 - recovery) / (left + right)),
    }
    if not pairs:
        why = "There is no pair: how many people are missing cannot be told from the bones, so there is no MLNI."
        nothing: dict[str, Any] = dict.fromkeys(_BY_PAIRS)
        return Mlni(**known, **nothing, warnings=(why,))
    low, high, reached = _region(left, right, pairs, level)
    warnings = []
    if pairs < FEWEST_PAIRS:
        few = "Only 1 pair" if pairs == 1 else f"Only {pairs} pairs"
        warnings.append(f"{few}: with fewer than {FEWEST_PAIRS} the MLNI is biased.")
    if high is None:
        warnings.append(
            "There are so few pairs among so many bones that the region reaches too far to be of use: it is not given."
        )
    return Mlni(
        **known,
        lincoln=left * right / pairs,
        lincoln_standard_error=math.sqrt(left**2 * right * (right - pairs) / pairs**3),
        mlni=(left + 1) * (right + 1) // (pairs + 1) - 1,
        standard_error=math.sqrt(
            (left + 1) * (right + 1) * (left - pairs) * (right - pairs) / ((pairs + 1) ** 2 * (pairs + 2))
        ),
        region_low=low,
        region_high=high,
        region_level=reached,
        warnings=tuple(warnings),
    )


def _check(left: int, right: int, pairs: int, level: float) -> None:
    for value in (left, right, pairs):
        if not is_whole(value) or value < 0:
            raise ImpossibleCounts(
                "mlni.counts", value, "bones and pairs are counted in whole numbers from 0"
            )
    if pairs > min(left, right):
        rule = f"with {left} left and {right} right bones there are at most {min(left, right)} pairs"
        raise ImpossibleCounts("mlni.pairs", pairs, rule)
    if not 0 < level < 1:
        raise ImpossibleCounts("mlni.level", level, "a level lies between 0 and 1")


def _region(left: int, right: int, pairs: int, level: float) -> tuple[int | None, int | None, float | None]:
    """Grow from the mode towards the likelier neighbour until the level is held: the posterior has one peak.

    p(N) = P C(L,P) C(N-L,R-P) / (C(N,R) (N+1)): over all N >= L+R-P the terms without the leading P sum to 1/P, so
    nothing has to be cut off to normalise. None where its upper end lies beyond the steps taken.
    """
    fewest = left + right - pairs
    low = high = max(fewest, (left + 1) * (right + 1) // (pairs + 1) - 1)
    at_low = at_high = held = _posterior(low, left, right, pairs)
    for _ in range(MOST_STEPS):
        if held >= level - _ROUNDING:
            return low, high, held
        below = at_low / _rise(low - 1, left, right, pairs) if low > fewest else 0.0
        above = at_high * _rise(high, left, right, pairs)
        if below >= above:
            low, at_low, held = low - 1, below, held + below
        else:
            high, at_high, held = high + 1, above, held + above
    return None, None, None


def _posterior(number: int, left: int, right: int, pairs: int) -> float:
    def log_choose(of: int, some: int) -> float:
        return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)

    ways = log_choose(left, pairs) + log_choose(number - left, right - pairs) - log_choose(number, right)
    return math.exp(math.log(pairs) + ways - math.log(number + 1))


def _rise(number: int, left: int, right: int, pairs: int) -> float:
    """The posterior at number + 1 as a multiple of that at number."""
    following = number + 1
    return (following - left) * (following - right) / ((following - left - right + pairs) * (following + 1))
