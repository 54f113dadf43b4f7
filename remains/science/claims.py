"""What a part of the proof says: these specimens are at least so many people, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from remains.science.capacity import BOTH, INDIVIDUAL, Resource, is_part_of
from remains.science.person import Unit
from remains.science.specimen import Reason

Rule = Literal["present", "count", "pair", "individuals", "incompatible", "search"]


@dataclass(frozen=True, slots=True)
class Claim:
    """At least `count` people, witnessed by the units; all of them of one sex or DNA group where it says so.

    `seen` is how often the resource is there, `capacity` how much of it a person has. `aged` is set where the
    proof leans on their ages: people of other claims are older or younger. `reasons` say of each two why they are two.
    """

    count: int
    rule: Rule
    units: tuple[tuple[Unit, int | None], ...]  # with the place of the one key meant, or None for all of them
    resource: Resource | None = None
    capacity: int = 1
    seen: int = 0
    sex: str | None = None
    dna_group: str | None = None
    aged: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def age_window(self) -> tuple[float, float]:
        """The hull of the witnesses' intervals (years)."""
        return (
            min(unit.age_min_years for unit, _ in self.units),
            max(unit.age_max_years for unit, _ in self.units),
        )

    def keys(self) -> tuple[str, ...]:
        """Return the keys that witness it: of one person's specimens only those that it needs."""
        return tuple(sorted({key for unit, place in self.units for key in self._keys_of(unit, place)}))

    def _keys_of(self, unit: Unit, place: int | None) -> Iterable[str]:
        if place is not None:
            return (unit.keys[place],)
        if not unit.members:
            return unit.keys
        if self.rule in {"incompatible", "search"}:
            return unit.keys
        return self._needed(unit)

    def _needed(self, unit: Unit) -> set[str]:
        members, resource = unit.members, self.resource
        needed: set[str] = set()
        if resource is not None and resource.side != INDIVIDUAL:
            needed = {
                m.key
                for m in members
                if resource.zone in m.signature.zones
                and {m.signature.side, resource.side} != {"left", "right"}
                and (
                    m.signature.element == resource.element
                    or is_part_of(m.signature.element, resource.element)
                )
            }
        elif resource is not None:
            needed = {next(m.key for m in members if m.signature.individual is not None)}
        if self.aged:
            needed.add(min(members, key=lambda m: (-m.signature.age_min_years, m.key)).key)
            needed.add(min(members, key=lambda m: (m.signature.age_max_years, m.key)).key)
        if self.sex is not None:
            needed.add(next(m.key for m in members if m.signature.sex == self.sex))
        if self.dna_group is not None:
            needed.add(next(m.key for m in members if m.signature.dna_group == self.dna_group))
        return needed or {members[0].key}


def rule_of(resource: Resource | None) -> Rule:
    """Name the rule under which a resource counts."""
    if resource is None:
        return "present"
    if resource.side == INDIVIDUAL:
        return "individuals"
    return "pair" if resource.side == BOTH else "count"


def whole(units: Sequence[Unit]) -> tuple[tuple[Unit, None], ...]:
    """Return the units as witnesses with all their keys."""
    return tuple((unit, None) for unit in units)
