"""The fewest people by trying everything, from the rules alone: slow, plain, and not the code under test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from remains.science.mni import SpecimenRecord

Pair = tuple[str, str]
SERIES = {"rib_03": "rib", "rib_04": "rib"}
OF_ONE_PERSON = {"rib": 12, "hand_prox_ph": 5}


def fewest_people(
    specimens: Sequence[SpecimenRecord],
    refits: Iterable[Pair] = (),
    excluded: Iterable[Pair] = (),
    capacities: dict[str, int] | None = None,
) -> int | None:
    """Return the fewest people, or None where specimens called one person cannot be."""
    refits, excluded = list(refits), list(excluded)
    blocks = _blocks(specimens, refits)
    per_person = OF_ONE_PERSON | (capacities or {})
    if not all(one_person(block, refits, excluded, per_person) for block in blocks):
        return None
    best = len(blocks)

    def place(index: int, people: list[list[SpecimenRecord]]) -> None:
        nonlocal best
        if len(people) >= best:
            return
        if index == len(blocks):
            best = len(people)
            return
        for number, person in enumerate(people):
            together = person + blocks[index]
            if one_person(together, refits, excluded, per_person):
                place(index + 1, [*people[:number], together, *people[number + 1 :]])
        place(index + 1, [*people, blocks[index]])

    place(0, [])
    return best


def one_person(
    specimens: Sequence[SpecimenRecord], refits: list[Pair], excluded: list[Pair], capacities: dict[str, int]
) -> bool:
    """Say whether all these specimens can be of one person."""
    if max(s.age_min_years for s in specimens) > min(s.age_max_years for s in specimens):
        return False
    for known in (
        {s.sex for s in specimens},
        {s.dna_group for s in specimens},
        {s.individual for s in specimens},
    ):
        if len(known - {None}) > 1:
            return False
    keys = {s.key for s in specimens}
    if any(one in keys and other in keys for one, other in excluded):
        return False
    return _has_room(specimens, refits, capacities)


def _has_room(specimens: Sequence[SpecimenRecord], refits: list[Pair], capacities: dict[str, int]) -> bool:
    taken: Counter[tuple[str, str, int]] = Counter()
    for piece in _joined(specimens, refits):
        elements = {s.element for s in piece}
        for element in elements:
            if any(SERIES.get(other) == element for other in elements):
                continue
            own = [
                s
                for s in piece
                if element in {s.element, SERIES.get(s.element)} or SERIES.get(element) == s.element
            ]
            sides = {s.side for s in own} - {"unsided"}
            if len(sides) > 1:
                return False
            side = sides.pop() if sides else "unsided"
            for zone in frozenset[int]().union(*(s.zones for s in own)):
                for wider in {element, SERIES.get(element, element)}:
                    taken[wider, side, zone] += 1
                    taken[wider, "in all", zone] += 1
    return all(
        count <= capacities.get(element, 1) * (2 if side in {"unsided", "in all"} else 1)
        for (element, side, _), count in taken.items()
    ) and all(
        count <= capacities.get(element, 1) for (element, side, _), count in taken.items() if side == "axial"
    )


def _blocks(specimens: Sequence[SpecimenRecord], refits: list[Pair]) -> list[list[SpecimenRecord]]:
    same = [
        (a.key, b.key)
        for a in specimens
        for b in specimens
        if a.individual is not None and a.individual == b.individual
    ]
    return _joined(specimens, [*refits, *same])


def _joined(specimens: Sequence[SpecimenRecord], pairs: Iterable[Pair]) -> list[list[SpecimenRecord]]:
    sets = [{s.key} for s in specimens]
    for one, other in pairs:
        touched = [each for each in sets if one in each or other in each]
        if any(one in each for each in touched) and any(other in each for each in touched):
            sets = [each for each in sets if each not in touched] + [set().union(*touched)]
    return [[s for s in specimens if s.key in each] for each in sets]
