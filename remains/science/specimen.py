"""What counting knows of a specimen, and the contradictions that records about one person can hold."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal, NamedTuple

from remains.science.elements import NON_HUMAN, SIDES, InvalidSpecimen, Side


@dataclass(frozen=True, slots=True)
class SpecimenRecord:
    """One bone, tooth or fragment. None is unknown, and an empty set of zones is zones unknown.

    Ages are closed intervals in years: two that touch at an end point can be one person's.
    """

    key: str
    element: str
    side: Side
    zones: frozenset[int]
    age_min_years: float = 0
    age_max_years: float = math.inf
    sex: Literal["F", "M"] | None = None
    dna_group: str | None = None
    individual: str | None = None


class Signature(NamedTuple):
    """Everything but the key: specimens that share it are interchangeable, and counted together."""

    element: str
    side: Side
    zones: frozenset[int]
    age_min_years: float
    age_max_years: float
    sex: Literal["F", "M"] | None
    dna_group: str | None
    individual: str | None


class Reason(str):
    """Why two cannot be one person: a sentence, and beside it its parts, for whoever says it in another language."""

    __slots__ = ("code", "values")
    code: str
    values: Mapping[str, object]

    def __new__(cls, text: str, code: str, **values: object) -> Reason:
        """Return the sentence with its code and what it names."""
        made = super().__new__(cls, text)
        made.code, made.values = code, values
        return made

    @property
    def parts(self) -> dict[str, object]:
        """The reason as a result keeps it."""
        return {"code": self.code, "text": str(self), "values": dict(self.values)}


class Contradiction(ValueError):
    """Specimens called one person that cannot be: `code` says by what, `keys` are the records that make it."""

    def __init__(self, code: str, keys: Iterable[str], why: str) -> None:
        self.code, self.keys, self.why = code, tuple(sorted(set(keys))), why
        super().__init__(f"{', '.join(self.keys)} were called one person, but {why}.")


Groups = Mapping[Signature, Sequence[str]]

_signature = attrgetter(*Signature._fields)


def group(specimens: Iterable[SpecimenRecord]) -> Groups:
    """Gather the keys of specimens that are alike. Raises `InvalidSpecimen`: duplicate, side, age, sex, zones."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for specimen in specimens:
        signature = _signature(specimen)
        try:
            alike[signature].append(specimen.key)
        except KeyError:
            alike[signature] = [specimen.key]
        except TypeError:
            rule = "zones are a frozenset of numbers"
            raise InvalidSpecimen("specimen.zone", "zones", specimen.zones, rule, specimen.key) from None
    return checked({Signature._make(signature): keys for signature, keys in alike.items()})


def checked(groups: Groups) -> Groups:
    """Return the groups of human specimens, each possible, no key twice."""
    seen: set[str] = set()
    for keys in groups.values():
        seen.update(keys)
    if len(seen) != sum(map(len, groups.values())):
        raise InvalidSpecimen("specimen.duplicate", "key", _twice(groups), "each specimen counts once")
    for signature, keys in groups.items():
        _check(signature, keys[0])
    return {signature: keys for signature, keys in groups.items() if signature.element != NON_HUMAN}


def _twice(groups: Groups) -> str:
    times = Counter(key for keys in groups.values() for key in keys)
    return min(key for key, count in times.items() if count > 1)


def _check(signature: Signature, key: str) -> None:
    if signature.side not in SIDES:
        raise InvalidSpecimen("specimen.side", "side", signature.side, f"one of {sorted(SIDES)}", key)
    low, high = signature.age_min_years, signature.age_max_years
    if not math.isfinite(low) or math.isnan(high) or low > high:
        rule = "the lower age comes first and is a number"
        raise InvalidSpecimen("specimen.age", "age", (low, high), rule, key)
    if signature.sex not in {None, "F", "M"}:
        raise InvalidSpecimen("specimen.sex", "sex", signature.sex, "F, M, or None when unknown", key)
