"""Why two cannot be one person, in words."""

from __future__ import annotations

from remains.science.elements import name_of
from remains.science.person import Unit

_SEXES = {"F": "female", "M": "male"}


def label(unit: Unit, place: int | None) -> str:
    """Return what a unit is called: its individual, or its specimens."""
    if unit.individual is not None:
        return f"individual {unit.individual}"
    return unit.keys[place] if place is not None else " with ".join(unit.keys)


def why_not_one(one: Unit, other: Unit, *, excluded: bool) -> str:
    """Say what stands between two units that conflict, the plainest of several reasons first."""
    if excluded:
        return "an excluded association stands between them"
    young, old = sorted((one, other), key=lambda unit: unit.age_max_years)
    if young.age_max_years < old.age_min_years:
        return f"one is at most {young.age_max_years:g} years old, the other at least {old.age_min_years:g}"
    if one.sex and other.sex and one.sex != other.sex:
        return f"one is {_SEXES[one.sex]}, the other {_SEXES[other.sex]}"
    if one.individual is not None and other.individual is not None:
        return "they are assigned to different individuals"
    if one.dna_group is not None and other.dna_group is not None and one.dna_group != other.dna_group:
        return f"their DNA groups are {one.dna_group} and {other.dna_group}"
    shared = min({place for place, _ in one.loads} & {place for place, _ in other.loads}, default=None)
    if shared is None:
        return "together they have more of a zone than a person has"
    side = "" if shared.side in {"axial", "unsided"} else f"{shared.side} "
    return f"both have zone {shared.zone} of the {side}{name_of(shared.element)}"
