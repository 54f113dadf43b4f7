"""Several opinions about one person or bone: what they have in common, and which of them contradict each other.

An intersection, never a mean. What was determined and what is presumed are combined apart from each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

End = float | date | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """One estimate: an interval (closed, None where it says nothing), or a sex. `undetermined` says nothing."""

    key: str
    low: End = None
    high: End = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """What opinions of one question have in common. With contradictions among them they have nothing in common.

    `keys` are the opinions that were combined, `contradictions` the pairs that cannot both be true.
    """

    keys: tuple[str, ...]
    low: End
    high: End
    sex: str | None
    contradictions: tuple[tuple[str, str], ...]

    @property
    def agrees(self) -> bool:
        """Say whether there is something in common."""
        return not self.contradictions


def contradict(first: Opinion, second: Opinion) -> bool:
    """Say whether two opinions cannot both be true. Intervals that touch may."""
    if {first.sex, second.sex} == {"female", "male"}:
        return True
    return _before(first.high, second.low) or _before(second.high, first.low)


def combine(opinions: Iterable[Opinion]) -> Combination | None:
    """Return the intersection of opinions of one question, or None when there is no opinion.

    Intervals that overlap two by two have a point in common, so the contradicting pairs say everything.
    """
    told: Sequence[Opinion] = tuple(opinions)
    if not told:
        return None
    pairs = contradictions(told)
    keys = tuple(opinion.key for opinion in told)
    if pairs:
        return Combination(keys, None, None, None, pairs)
    lows = [opinion.low for opinion in told if opinion.low is not None]
    highs = [opinion.high for opinion in told if opinion.high is not None]
    known = [opinion.sex for opinion in told if opinion.sex in {"female", "male"}]
    sex = known[0] if known else next((opinion.sex for opinion in told if opinion.sex), None)
    return Combination(
        keys,
        max(lows) if lows else None,
        min(highs) if highs else None,
        sex,
        (),
    )


def contradictions(opinions: Iterable[Opinion]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of keys that cannot both be true."""
    return tuple(
        (first.key, second.key) for first, second in combinations(opinions, 2) if contradict(first, second)
    )


def _before(end: End, begin: End) -> bool:
    return end is not None and begin is not None and end < begin  # type: ignore[operator]
