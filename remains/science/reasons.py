"""Why two cannot be one person, in words."""

from __future__ import annotations

from remains.science.elements import name_of
from remains.science.person import Unit
from remains.science.specimen import Reason

_SEXES = {"F": "female", "M": "male"}


def label(unit: Unit, place: int | None) -> str:
    """Return what a unit is called: its individual, or its specimens."""
    if unit.individual is not None:
        return f"individual {unit.individual}"
    return unit.keys[place] if place is not None else " with ".join(unit.keys)


def reason_between(one: tuple[Unit, int | None], other: tuple[Unit, int | None], *, excluded: bool) -> Reason:
    """Say of two units by name why they are two people."""
    why = why_not_one(one[0], other[0], excluded=excluded)
    text = f"{label(*one)} and {label(*other)}: {why}"
    return Reason(text, why.code, one=_named(*one), other=_named(*other), **why.values)


def why_not_one(one: Unit, other: Unit, *, excluded: bool) -> Reason:
    """Say what stands between two units that conflict, the plainest of several reasons first."""
    if excluded:
        return Reason("an excluded association stands between them", "excluded")
    young, old = sorted((one, other), key=lambda unit: unit.age_max_years)
    most, least = young.age_max_years, old.age_min_years
    if most < least:
        text = f"one is at most {most:g} years old, the other at least {least:g}"
        return Reason(text, "age", young=most, old=least)
    if one.sex and other.sex and one.sex != other.sex:
        text = f"one is {_SEXES[one.sex]}, the other {_SEXES[other.sex]}"
        return Reason(text, "sex", first=one.sex, second=other.sex)
    if one.individual is not None and other.individual is not None:
        return Reason("they are assigned to different individuals", "individual")
    if one.dna_group is not None and other.dna_group is not None and one.dna_group != other.dna_group:
        text = f"their DNA groups are {one.dna_group} and {other.dna_group}"
        return Reason(text, "dna_group", first=one.dna_group, second=other.dna_group)
    shared = min({place for place, _ in one.loads} & {place for place, _ in other.loads}, default=None)
    if shared is None:
        return Reason("together they have more of a zone than a person has", "together")
    side = "" if shared.side in {"axial", "unsided"} else f"{shared.side} "
    text = f"both have zone {shared.zone} of the {side}{name_of(shared.element)}"
    return Reason(text, "zone", zone=shared.zone, side=shared.side, element=shared.element)


def _named(unit: Unit, place: int | None) -> dict[str, object]:
    keys = unit.keys if place is None else (unit.keys[place],)
    return {"individual": unit.individual, "keys": list(keys)}
