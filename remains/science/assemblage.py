"""From specimens to the units of counting: refits are one specimen, an individual is one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from remains.science.capacity import Capacities, check_capacities
from remains.science.elements import InvalidSpecimen
from remains.science.person import Loads, Member, Unit, alike, one_person
from remains.science.specimen import Contradiction, Groups, Reason

Pair = tuple[str, str]


@dataclass(slots=True)
class Assemblage:
    """All units, what one person can have of each kind, and the units that are certainly two people."""

    units: list[Unit]
    capacities: Capacities
    excluded: list[tuple[Unit, Unit]]


def assemble(
    groups: Groups, refits: Iterable[Pair], excluded: Iterable[Pair], capacities: Mapping[str, int]
) -> tuple[Assemblage, list[Contradiction]]:
    """Put together what is one person; return it with every contradiction, in the order of their keys.

    Raises `InvalidSpecimen` for an association with a specimen that is not there, and for a capacity below one.
    """
    check_capacities(capacities)
    refits, excluded = list(refits), list(excluded)
    loads = Loads()
    units, apart = _set_apart(groups, {key for pair in (*refits, *excluded) for key in pair}, loads)
    found: list[Contradiction] = []
    unit_of: dict[str, Unit] = {}
    pieces_of: dict[str, list[list[Member]]] = defaultdict(list)
    people = joined(apart, [*refits, *_of_one_individual(apart)])
    if refits:
        first = {member.key: members[0].key for members in people for member in members}
        for piece in joined(apart, refits):
            pieces_of[first[piece[0].key]].append(piece)
    else:
        pieces_of = {members[0].key: [[member] for member in members] for members in people}
    for pieces in pieces_of.values():
        unit, wrong = one_person(pieces, capacities, loads)
        found += wrong
        units.append(unit)
        unit_of.update(dict.fromkeys(unit.keys, unit))
    for one, other in excluded:
        if unit_of[one] is unit_of[other]:
            why = Reason("an excluded association stands between them", "excluded")
            found.append(Contradiction("association.excluded", (one, other), why))
    places = {place for own in {id(u.loads): u.loads for u in units}.values() for place, _ in own}
    pairs = [(unit_of[one], unit_of[other]) for one, other in excluded]
    found.sort(key=lambda wrong: (wrong.keys, wrong.code))
    return Assemblage(units, Capacities(capacities, places), pairs), found


def _set_apart(groups: Groups, named: set[str], loads: Loads) -> tuple[list[Unit], dict[str, Member]]:
    """Part what stands alone from what is in an association or an individual, and so must be looked at by key."""
    units: list[Unit] = []
    apart: dict[str, Member] = {}
    for signature, keys in groups.items():
        if signature.individual is not None:
            apart.update((key, Member(key, signature)) for key in keys)
        elif not named or named.isdisjoint(keys):
            units.append(alike(signature, keys, loads.of(signature)))
        else:
            apart.update((key, Member(key, signature)) for key in keys if key in named)
            if rest := [key for key in keys if key not in named]:
                units.append(alike(signature, rest, loads.of(signature)))
    if unknown := named - apart.keys():
        rule = "an association stands between two specimens that are counted"
        raise InvalidSpecimen("association.unknown", "key", min(unknown), rule)
    return units, apart


def _of_one_individual(apart: Mapping[str, Member]) -> list[Pair]:
    first: dict[str, str] = {}
    pairs: list[Pair] = []
    for key, member in apart.items():
        if member.signature.individual is not None:
            pairs.append((first.setdefault(member.signature.individual, key), key))
    return pairs


def joined(members: Mapping[str, Member], pairs: Iterable[Pair]) -> list[list[Member]]:
    """Return the members in the sets that the pairs connect."""
    leader = {key: key for key in members}

    def lead(key: str) -> str:
        while leader[key] != key:
            leader[key] = key = leader[leader[key]]
        return key

    for one, other in pairs:
        leader[lead(other)] = lead(one)
    sets: dict[str, list[Member]] = defaultdict(list)
    for key in sorted(members):
        sets[lead(key)].append(members[key])
    return list(sets.values())
