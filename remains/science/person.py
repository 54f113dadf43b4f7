"""One person out of specimens that were called one person: what they share, and what contradicts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from remains.science.capacity import BOTH, Capacities, Place, Resource, is_part_of
from remains.science.elements import name_of, series_of_elements
from remains.science.specimen import Contradiction, Reason, Signature


class Member(NamedTuple):
    """One specimen of a person; its age, sex and DNA stay its own, as the witness of them."""

    key: str
    signature: Signature


class Part(NamedTuple):
    """An element of which a specimen or a refit is a portion."""

    element: str
    side: str
    zones: frozenset[int]


@dataclass(slots=True, eq=False)
class Unit:
    """Specimens of one person (`members`), or any number of single specimens that are alike (`keys`)."""

    keys: Sequence[str]
    age_min_years: float
    age_max_years: float
    sex: str | None
    dna_group: str | None
    individual: str | None
    loads: tuple[tuple[Place, int], ...]
    members: tuple[Member, ...] = ()

    @property
    def count(self) -> int:
        """How many people it could be at most: a unit with members is one person."""
        return 1 if self.members else len(self.keys)


def alike(signature: Signature, keys: Sequence[str], loads: tuple[tuple[Place, int], ...]) -> Unit:
    """Return specimens that are alike and stand alone, each of them somebody's."""
    low, high = signature.age_min_years, signature.age_max_years
    return Unit(keys, low, high, signature.sex, signature.dna_group, None, loads)


class Loads:
    """What single specimens take up: one and the same for all that are alike in it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, frozenset[int]], tuple[tuple[Place, int], ...]] = {}

    def of(self, signature: Signature) -> tuple[tuple[Place, int], ...]:
        """Return one of each zone."""
        element, side, zones = signature[:3]
        known = self._known.get((element, side, zones))
        if known is None:
            known = tuple((Place(element, side, zone), 1) for zone in sorted(zones))
            self._known[element, side, zones] = known
        return known


def one_person(
    pieces: Sequence[Sequence[Member]], capacities: Mapping[str, int], of_singles: Loads
) -> tuple[Unit, list[Contradiction]]:
    """Return the person that the pieces make, each a specimen or a refit of several, and what contradicts."""
    members = tuple(sorted(member for piece in pieces for member in piece))
    if len(members) == len(pieces) and (plain := _plain(members, of_singles)) is not None:
        return plain, []
    contradictions = [*_contradicting_attributes(members)]
    loads: Counter[Place] = Counter()
    keys_at: dict[Place, list[str]] = defaultdict(list)
    for piece in pieces:
        parts, wrong = parts_of(piece)
        contradictions += wrong
        for place in (Place(part.element, part.side, zone) for part in parts for zone in part.zones):
            loads[place] += 1
            keys_at[place] += [member.key for member in piece]
    if not _plainly_fits(loads):
        contradictions += _too_many(loads, keys_at, capacities)
    signatures = [member.signature for member in members]
    unit = Unit(
        keys=[member.key for member in members],
        age_min_years=max(s.age_min_years for s in signatures),
        age_max_years=min(s.age_max_years for s in signatures),
        sex=next((s.sex for s in signatures if s.sex), None),
        dna_group=next((s.dna_group for s in signatures if s.dna_group is not None), None),
        individual=next((s.individual for s in signatures if s.individual is not None), None),
        loads=tuple(sorted(loads.items())),
        members=members,
    )
    return unit, contradictions


def _plain(members: tuple[Member, ...], of_singles: Loads) -> Unit | None:
    """Return the person of single specimens that plainly go together, or nothing where it takes a closer look.

    Plainly: each place once, nothing of which a person has several, and no two opinions on sex, DNA or individual.
    """
    series = series_of_elements()
    loads: dict[Place, int] = {}
    expected = 0
    low, high = -math.inf, math.inf
    known: list[str | None] = [None, None, None]
    for _key, signature in members:
        element, side, _zones, youngest, oldest, *attributes = signature
        if side == "unsided" or element in series:
            return None
        own = of_singles.of(signature)
        loads.update(own)
        expected += len(own)
        low, high = max(low, youngest), min(high, oldest)
        for place, value in enumerate(attributes):
            if value is not None:
                if known[place] not in {None, value}:
                    return None
                known[place] = value
    if len(loads) != expected or low > high:
        return None
    keys = [member.key for member in members]
    sex, dna_group, individual = known
    return Unit(keys, low, high, sex, dna_group, individual, tuple(sorted(loads.items())), members)


def _contradicting_attributes(members: Sequence[Member]) -> Iterator[Contradiction]:
    latest = min(members, key=lambda member: (-member.signature.age_min_years, member.key))
    earliest = min(members, key=lambda member: (member.signature.age_max_years, member.key))
    low, high = latest.signature.age_min_years, earliest.signature.age_max_years
    if low > high:
        text = f"one is at most {high:g} years old and another at least {low:g}"
        why = Reason(text, "age", young=high, old=low)
        yield Contradiction("person.age", (latest.key, earliest.key), why)
    for field, code, plural, what in (
        ("sex", "person.sex", "sexes", "sexes"),
        ("dna_group", "person.dna_group", "dna_groups", "DNA groups"),
        ("individual", "person.individual", "individuals", "individuals"),
    ):
        first: dict[str, str] = {}
        for member in members:
            value = getattr(member.signature, field)
            if value is not None:
                first.setdefault(value, member.key)
        if len(first) > 1:
            text = f"they are of different {what}: {', '.join(sorted(first))}"
            yield Contradiction(code, first.values(), Reason(text, plural, values=sorted(first)))


def parts_of(piece: Sequence[Member]) -> tuple[list[Part], list[Contradiction]]:
    """Return what one specimen, or one refit, is: the union of zones, the side of the fragment that has one."""
    if len(piece) == 1:
        own = piece[0].signature
        return [Part(own.element, own.side, own.zones)], []
    present = {member.signature.element for member in piece}
    by_element: dict[str, list[Member]] = defaultdict(list)
    for member in piece:
        # A rib without number that fits rib 3 is rib 3: counted once, as the narrower of the two.
        narrower = min((e for e in present if is_part_of(e, member.signature.element)), default=None)
        by_element[narrower or member.signature.element].append(member)
    parts, wrong = [], []
    for element, members in by_element.items():
        sided = sorted({member.signature.side for member in members} - {"unsided"})
        if len(sided) > 1:
            text = f"a refit is one {name_of(element)}, and they are {' and '.join(sided)}"
            why = Reason(text, "refit_sides", element=element)
            wrong.append(Contradiction("refit.side", [member.key for member in members], why))
        zones = frozenset[int]().union(*(member.signature.zones for member in members))
        parts.append(Part(element, sided[0] if sided else "unsided", zones))
    return parts, wrong


def _plainly_fits(loads: Counter[Place]) -> bool:
    """Say whether it takes no reckoning: each place once, and nothing of which a person has several."""
    series = series_of_elements()
    return all(
        load == 1 and place.side != "unsided" and place.element not in series for place, load in loads.items()
    )


def _too_many(
    loads: Counter[Place], keys_at: Mapping[Place, Sequence[str]], per_person: Mapping[str, int]
) -> Iterator[Contradiction]:
    capacities = Capacities(per_person, loads)
    taken: Counter[Resource] = Counter()
    most: dict[Resource, int] = {}
    keys: dict[Resource, list[str]] = defaultdict(list)
    for place, load in loads.items():
        for resource, capacity in capacities.of(place):
            taken[resource] += load
            most[resource] = capacity
            keys[resource] += keys_at[place]
    for resource, load in taken.items():
        if load > most[resource]:
            side = "" if resource.side in {BOTH, "axial"} else f"{resource.side} "
            what = f"{side}{name_of(resource.element)}, zone {resource.zone}"
            text = f"{what} is there {load} times and a person has {most[resource]}"
            said = {"element": resource.element, "side": resource.side, "zone": resource.zone}
            why = Reason(text, "too_many", **said, times=load, capacity=most[resource])
            yield Contradiction("person.zone", keys[resource], why)
