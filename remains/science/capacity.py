"""How many specimens of a kind one person can have: per zone of an element and side, per pair, per series.

A specimen takes from every `Resource` it stands in: a left rib 3 from "left rib 3", and, where unsided or
unnumbered ribs are among the specimens, also from "rib 3 of both sides" and from "left rib". The nesting is what
lets an unsided or unnumbered specimen count at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from remains.science.elements import InvalidSpecimen, default_capacities, elements, is_whole

BOTH = "both"
INDIVIDUAL = "individual"


class Place(NamedTuple):
    """A zone of an element on a side, as recorded."""

    element: str
    side: str
    zone: int


class Resource(NamedTuple):
    """What a person has only so many of. `side` is `both` where left, right and unsided are counted together."""

    element: str
    side: str
    zone: int


ONE_INDIVIDUAL = Resource("", INDIVIDUAL, 0)


class Capacities:
    """The resources that bind among certain specimens, and how much of each one person has."""

    def __init__(self, per_person: Mapping[str, int], places: Iterable[Place]) -> None:
        self._per_person = per_person
        sides = {(place.element, place.side) for place in places}
        self._present = {element for element, _ in sides}
        unsided = {element for element, side in sides if side == "unsided"}
        self._halved = {wider for element in unsided for wider in _lineage(element)}
        self._known: dict[Place, tuple[tuple[Resource, int], ...]] = {}

    def of(self, place: Place) -> tuple[tuple[Resource, int], ...]:
        """Return the resources that a specimen at this place takes from, with what one person has of each."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = tuple(self._resources(place))
        return known

    def _resources(self, place: Place) -> Iterator[tuple[Resource, int]]:
        for element in _lineage(place.element):
            # A series binds only where a specimen of it has no number; the numbered ones bind themselves.
            if element not in self._present or (capacity := self._capacity(element)) is None:
                continue
            if place.side != "unsided":
                yield Resource(element, place.side, place.zone), capacity
            if element in self._halved and place.side != "axial":
                yield Resource(element, BOTH, place.zone), 2 * capacity

    def _capacity(self, element: str) -> int | None:
        if element in self._per_person:
            return self._per_person[element]
        return default_capacities().get(element, None if element in elements() else 1)


def check_capacities(per_person: Mapping[str, int]) -> None:
    """Refuse a capacity that is no number of bones. Raises `InvalidSpecimen`: capacity.number."""
    for element, capacity in per_person.items():
        if not is_whole(capacity) or capacity < 1:
            raise InvalidSpecimen(
                "capacity.number", "capacity", capacity, f"a person has at least one {element}"
            )


def is_part_of(element: str, wider: str) -> bool:
    """Say whether one element is a numbered or narrower form of another."""
    return element != wider and wider in _lineage(element)


def _lineage(element: str) -> list[str]:
    """The element, then what it is part of, outwards."""
    line = [element]
    while (known := elements().get(line[-1])) is not None and known.part_of is not None:
        line.append(known.part_of)
    return line
