"""Small random assemblages with every attribute in use, seeded."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from remains.science.mni import SpecimenRecord
from tests.remains.science.exhaustive import Pair

PLACES = [
    ("femur", ("left", "right", "unsided")),
    ("humerus", ("left", "right", "unsided")),
    ("mandible", ("axial",)),
    ("rib", ("left", "right", "unsided")),
    ("rib_03", ("left", "right")),
    ("rib_04", ("left", "unsided")),
]


@dataclass
class Small:
    """What a count is asked for."""

    specimens: list[SpecimenRecord]
    refits: list[Pair] = field(default_factory=list)
    excluded: list[Pair] = field(default_factory=list)
    capacities: dict[str, int] = field(default_factory=dict)


def small(seed: int, *, fewest: int = 3, most: int = 9) -> Small:
    """Make one; how often an attribute is set varies with the seed, so that all mixtures come up."""
    rng = random.Random(seed)
    places = rng.sample(PLACES, rng.randint(1, 3))
    sexed, grouped, assigned, aged = (
        rng.choice(rates) for rates in ((0, 0.3, 0.6), (0, 0.3, 0.6), (0, 0.2), (0.2, 0.9))
    )
    specimens = [
        _specimen(rng, f"s{number}", places, sexed, grouped, assigned, aged)
        for number in range(rng.randint(fewest, most))
    ]
    keys = [specimen.key for specimen in specimens]

    def pairs(number: int) -> list[Pair]:
        return [(one, other) for one, other in (rng.sample(keys, 2) for _ in range(number))]

    # A person of a few ribs makes the series bind among as few as nine specimens.
    capacities = {"rib": rng.choice([2, 3, 12])}
    return Small(specimens, pairs(rng.choice([0, 0, 0, 1])), pairs(rng.choice([0, 0, 1, 3, 6])), capacities)


def _specimen(
    rng: random.Random,
    key: str,
    places: list[tuple[str, tuple[str, ...]]],
    sexed: float,
    grouped: float,
    assigned: float,
    aged: float,
) -> SpecimenRecord:
    element, sides = rng.choice(places)
    low, high = 0.0, math.inf
    if rng.random() < aged:
        low = rng.choice([0, 4, 5, 15, 18, 20, 40])
        high = rng.choice([age for age in (4, 5, 6, 12, 18, 30, 120, math.inf) if age >= low])
    zones = rng.sample(range(1, 4), rng.choice([0, 1, 1, 1, 2, 2]))
    return SpecimenRecord(
        key=key,
        element=element,
        side=rng.choice(sides),  # type: ignore[arg-type]  # one of the four
        zones=frozenset(zones),
        age_min_years=low,
        age_max_years=high,
        sex=rng.choice(["F", "M"]) if rng.random() < sexed else None,
        dna_group=rng.choice(["H1", "U5"]) if rng.random() < grouped else None,
        individual=rng.choice(["I-1", "I-2", "I-3"]) if rng.random() < assigned else None,
    )
