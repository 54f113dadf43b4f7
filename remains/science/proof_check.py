"""Check a proof against the records without the code that made it: the rules once more, in their plainest form.

Whoever doubts a number can run this, or read it: each group is recounted from its own keys, every pair of groups is
held against each other specimen by specimen, and what was searched is searched again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from remains.science.elements import default_capacities, elements
from remains.science.proof import Mni, ProofGroup
from remains.science.specimen import SpecimenRecord

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Body:
    """Specimens that are one person's by refit or individual."""

    keys: frozenset[str]
    age_min_years: float
    age_max_years: float
    sexes: frozenset[str]
    dna_groups: frozenset[str]
    individuals: frozenset[str]
    parts: tuple[tuple[str, str, frozenset[int]], ...]
    excluded: frozenset[str]


def check_proof(
    specimens: Iterable[SpecimenRecord],
    mni: Mni,
    *,
    refits: Iterable[Pair] = (),
    excluded: Iterable[Pair] = (),
    capacities: Mapping[str, int] | None = None,
    search_up_to: int = 14,
) -> list[str]:
    """Return what is wrong with the proof, in sentences; nothing when it holds.

    A searched group of more than `search_up_to` people-to-be is not searched again, and reported as not checked.
    """
    records = {specimen.key: specimen for specimen in specimens}
    per_person = default_capacities() if capacities is None else capacities
    wrong: list[str] = []
    if sum(group.count for group in mni.proof) != mni.count:
        wrong.append("the groups do not add up to the number")
    named = [key for group in mni.proof for key in group.keys]
    if len(set(named)) != len(named):
        wrong.append("a specimen stands in two groups")
    if strange := set(named) - records.keys():
        return [*wrong, f"there is no specimen {min(strange)}"]
    bodies = bodies_of(records, set(named), list(refits), list(excluded))
    of_group = [list({bodies[key].keys: bodies[key] for key in group.keys}.values()) for group in mni.proof]
    for number, (group, own) in enumerate(zip(mni.proof, of_group, strict=True), 1):
        wrong += (f"group {number}: {fault}" for fault in _recount(group, own, per_person, search_up_to))
    for (one, first), (other, second) in combinations(enumerate(of_group, 1), 2):
        if any(may_be_one([a, b], per_person) for a in first for b in second):
            wrong.append(f"group {one} and group {other} could share a person")
    return wrong


def may_be_one(bodies: Sequence[Body], capacities: Mapping[str, int]) -> bool:
    """Say whether the bodies can all be the same person."""
    if max(b.age_min_years for b in bodies) > min(b.age_max_years for b in bodies):
        return False
    for values in ("sexes", "dna_groups", "individuals"):
        if len(frozenset[str]().union(*(getattr(b, values) for b in bodies))) > 1:
            return False
    if any(a.excluded & b.keys for a in bodies for b in bodies):
        return False
    return not any(load > most for load, most in _loads(bodies, capacities).values())


def _recount(group: ProofGroup, own: list[Body], capacities: Mapping[str, int], limit: int) -> Iterator[str]:
    if not group.keys:
        yield "nobody witnesses it"
    if any(group.sex is not None and group.sex not in body.sexes for body in own):
        yield "not all are of its sex"
    if any(group.dna_group is not None and group.dna_group not in body.dna_groups for body in own):
        yield "not all are of its DNA group"
    if group.kind == "present":
        found = min(1, len(own))
    elif group.kind == "individuals":
        found = len({name for body in own for name in body.individuals})
    elif group.kind == "incompatible":
        apart = not any(may_be_one(pair, capacities) for pair in combinations(own, 2))
        found = len(own) if apart else 1
    elif group.kind == "search":
        if len(own) > limit:
            yield f"{len(own)} people-to-be were not searched again"
            return
        found = fewest_people(own, capacities)
    else:
        load, most = _loads(own, capacities).get((group.element, group.side, group.zone), (0, 1))
        found = -(-load // most)
    if found < group.count:
        yield f"{found} counted, {group.count} claimed"


def fewest_people(bodies: Sequence[Body], capacities: Mapping[str, int]) -> int:
    """Try every way of putting the bodies together; return the fewest people."""
    best = len(bodies)

    def place(index: int, people: list[list[Body]]) -> None:
        nonlocal best
        if len(people) >= best:
            return
        if index == len(bodies):
            best = len(people)
            return
        for person in people:
            person.append(bodies[index])
            if may_be_one(person, capacities):
                place(index + 1, people)
            person.pop()
        people.append([bodies[index]])
        place(index + 1, people)
        people.pop()

    place(0, [])
    return best


def _loads(
    bodies: Sequence[Body], capacities: Mapping[str, int]
) -> dict[tuple[str | None, str | None, int | None], tuple[int, int]]:
    """What the bodies take of each thing that a person has only so many of, and how many that is."""
    taken: Counter[tuple[str | None, str | None, int | None]] = Counter()
    most: dict[tuple[str | None, str | None, int | None], int] = {}
    for element, side, zones in (part for body in bodies for part in body.parts):
        for wider in _line(element):
            capacity = capacities.get(
                wider, default_capacities().get(wider, None if wider in elements() else 1)
            )
            for zone in zones if capacity is not None else ():
                assert capacity is not None  # noqa: S101 - no zone is looked at otherwise
                if side != "unsided":
                    taken[wider, side, zone] += 1
                    most[wider, side, zone] = capacity
                if side != "axial":
                    taken[wider, "both", zone] += 1
                    most[wider, "both", zone] = 2 * capacity
    return {thing: (load, most[thing]) for thing, load in taken.items()}


def _line(element: str) -> Iterator[str]:
    code: str | None = element
    while code is not None:
        yield code
        code = elements()[code].part_of if code in elements() else None


def bodies_of(
    records: Mapping[str, SpecimenRecord], named: set[str], refits: list[Pair], excluded: list[Pair]
) -> dict[str, Body]:
    """The bodies that the named keys belong to, under each of those keys."""
    fits: dict[str, set[str]] = defaultdict(set)
    apart: dict[str, set[str]] = defaultdict(set)
    of_individual: dict[str, set[str]] = defaultdict(set)
    for pairs, sides in ((refits, fits), (excluded, apart)):
        for one, other in pairs:
            sides[one].add(other)
            sides[other].add(one)
    for record in records.values():
        if record.individual is not None:
            of_individual[record.individual].add(record.key)
    bodies: dict[str, Body] = {}
    for key in sorted(named):
        if key not in bodies:
            reached, fresh = set[str](), {key}
            while fresh:
                reached |= fresh
                names = {records[k].individual for k in fresh} - {None}
                fresh = {o for k in fresh for o in fits[k]} | {
                    o for n in names for o in of_individual[n or ""]
                }
                fresh -= reached
            body = _body([records[k] for k in sorted(reached)], fits, apart)
            bodies.update(dict.fromkeys(reached, body))
    return bodies


def _body(own: list[SpecimenRecord], fits: Mapping[str, set[str]], apart: Mapping[str, set[str]]) -> Body:
    left = {record.key: record for record in own}
    parts: list[tuple[str, str, frozenset[int]]] = []
    while left:
        piece, fresh = [], {min(left)}
        while fresh:
            piece += [left.pop(key) for key in sorted(fresh)]
            fresh = {other for record in piece for other in fits.get(record.key, ())} & left.keys()
        parts += _parts(piece)
    return Body(
        keys=frozenset(record.key for record in own),
        age_min_years=max(record.age_min_years for record in own),
        age_max_years=min(record.age_max_years for record in own),
        sexes=frozenset(record.sex for record in own if record.sex),
        dna_groups=frozenset(record.dna_group for record in own if record.dna_group is not None),
        individuals=frozenset(record.individual for record in own if record.individual is not None),
        parts=tuple(parts),
        excluded=frozenset(key for record in own for key in apart.get(record.key, ())),
    )


def _parts(piece: list[SpecimenRecord]) -> Iterator[tuple[str, str, frozenset[int]]]:
    codes = {record.element for record in piece}
    by_element: dict[str, list[SpecimenRecord]] = defaultdict(list)
    for record in piece:
        narrower = [code for code in codes if code != record.element and record.element in _line(code)]
        by_element[min(narrower, default=record.element)].append(record)
    for element, records in by_element.items():
        sides = sorted({record.side for record in records} - {"unsided"}) or ["unsided"]
        yield element, sides[0], frozenset[int]().union(*(record.zones for record in records))
