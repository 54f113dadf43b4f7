"""The answer as a court can follow it: groups of specimens that cannot be one person, counted and added up."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from remains.science.capacity import BOTH
from remains.science.claims import Claim, Rule
from remains.science.elements import name_of
from remains.science.specimen import Reason

_SEXES = {"F": "female", "M": "male"}


@dataclass(frozen=True, slots=True)
class ProofGroup:
    """At least `count` people among the specimens named by `keys`, by the `rule` in words and, beside it, in parts.

    `reasons` say of each two of a few specimens why they are two people, where no one rule says it of all.
    No specimen of one group can be of the same person as a specimen of another group.
    """

    count: int
    rule: str
    keys: tuple[str, ...]
    kind: Rule
    element: str | None
    side: str | None
    zone: int | None
    capacity: int
    age_min_years: float
    age_max_years: float
    sex: str | None
    dna_group: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Mni:
    """At least `count` people, and why.

    `without_search` is what the records prove without any search: it never falls when a specimen is added.
    `attained` says that the specimens can indeed be put into `count` people, so that no more can be proved from them;
    False where there were too many to try.
    """

    count: int
    proof: tuple[ProofGroup, ...]
    without_search: int
    attained: bool

    @property
    def searched(self) -> bool:
        """Whether a search added to what is proved without one."""
        return self.count > self.without_search


def proof_group(claim: Claim, repeated: int | None = None) -> ProofGroup:
    """Put a claim into words."""
    keys = claim.keys()
    resource = claim.resource
    low, high = claim.age_window
    return ProofGroup(
        count=claim.count,
        rule=_in_words(claim, keys),
        keys=keys,
        kind=claim.rule,
        element=resource.element or None if resource else None,
        side=resource.side if resource and resource.element else None,
        zone=resource.zone if resource and resource.element else None,
        capacity=claim.capacity,
        age_min_years=low,
        age_max_years=high,
        sex=claim.sex,
        dna_group=claim.dna_group,
        reasons=claim.reasons,
    )


def explain(mni: Mni) -> tuple[str, ...]:
    """Return the sentences that lead to the number, for readers who know no method."""
    if not mni.count:
        return ("There is no human specimen, and so no number of people.",)
    people = "person" if mni.count == 1 else "people"
    sentences = [f"The specimens are of at least {mni.count} {people}."]
    for number, group in enumerate(mni.proof, 1):
        sentences.append(f"{number}. At least {group.count}: {group.rule} ({_list(group.keys)}).")
        sentences += (f"{reason}." for reason in group.reasons)
    if len(mni.proof) > 1:
        sentences += _why_apart(mni.proof)
        sentences.append(f"Added up: {' + '.join(str(g.count) for g in mni.proof)} = {mni.count}.")
    if mni.searched:
        sentences.append(
            f"By counting alone {mni.without_search} would be proved; holding the specimens named against each other"
            " adds the rest."
        )
    if mni.attained:
        sentences.append(
            f"No more can be proved from these records: {mni.count} {people} could have all of them."
        )
    else:
        sentences.append(
            "More may be provable: the specimens are too many for every arrangement to be tried."
        )
    return tuple(sentences)


def _why_apart(groups: tuple[ProofGroup, ...]) -> Iterable[str]:
    for number, one in enumerate(groups, 1):
        for other_number, other in enumerate(groups[number:], number + 1):
            yield f"Nobody of group {number} is of group {other_number}: {_difference(one, other)}."


def _difference(one: ProofGroup, other: ProofGroup) -> str:
    if one.age_max_years < other.age_min_years or other.age_max_years < one.age_min_years:
        ages = " and ".join(sorted((_ages(one), _ages(other))))
        return f"their ages do not meet ({ages})"
    if one.sex and other.sex and one.sex != other.sex:
        return "the ones are female and the others male"
    if one.dna_group is not None and other.dna_group is not None and one.dna_group != other.dna_group:
        return f"their DNA groups differ ({one.dna_group} and {other.dna_group})"
    return "each specimen of the one contradicts each of the other in age, sex, DNA, individual, zone or association"


def _in_words(claim: Claim, keys: tuple[str, ...]) -> str:
    return ", ".join([_counted(claim, keys), *_whose(claim)])


def _counted(claim: Claim, keys: tuple[str, ...]) -> str:
    resource = claim.resource
    if claim.rule == "individuals":
        return f"assigned to {claim.count} different individuals"
    if claim.rule == "incompatible" and claim.count == 1:
        return "one person"
    if claim.rule == "incompatible":
        return f"{len(claim.units)} of which no two can be one person"
    if claim.rule == "search":
        return f"{len(claim.units)} that cannot be put into {claim.count - 1} people: every arrangement was tried"
    if resource is None:
        return "somebody is there"
    seen = claim.seen
    times = "once" if seen == 1 else f"{seen} times"
    if resource.side == BOTH:
        what = f"{name_of(resource.element)}, zone {resource.zone}, left, right and unsided together"
    elif resource.side == "axial":
        what = f"{name_of(resource.element)}, zone {resource.zone}"
    else:
        what = f"{resource.side} {name_of(resource.element)}, zone {resource.zone}"
    has = f" (a person has {claim.capacity})" if claim.capacity > 1 else ""
    return f"{what}, seen {times}{has}"


def _whose(claim: Claim) -> Iterable[str]:
    if claim.sex:
        yield _SEXES[claim.sex]
    if claim.dna_group is not None:
        yield f"DNA group {claim.dna_group}"
    low, high = claim.age_window
    if claim.aged and not (low <= 0 and math.isinf(high)):
        yield f"{_stage(low, high)}{_years(low, high)}"


def _stage(low: float, high: float) -> str:
    if low >= 18:
        return "adults "
    return "children " if high < 18 else "aged "


def _ages(group: ProofGroup) -> str:
    return _years(group.age_min_years, group.age_max_years)


def _years(low: float, high: float) -> str:
    return f"{low:g} years and older" if math.isinf(high) else f"{low:g}-{high:g} years"


def _list(keys: tuple[str, ...], most: int = 20) -> str:
    if len(keys) <= most:
        return ", ".join(keys)
    return f"{', '.join(keys[:most])} and {len(keys) - most} more"
