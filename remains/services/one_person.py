"""Whether specimens can be one person: what the records about them say together, put to the counting's own rules."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models.user import User
from cases.refusals import WrongState
from remains.models import Association, Estimate, FindCategory, IndividualPart, Specimen
from remains.models.association import AssociationKind, Stage
from remains.models.estimate import Certainty, EstimateKind, Sex
from remains.reason_words import why
from remains.science.methods.sex import SURE
from remains.science.mni import Contradiction, SpecimenRecord, contradictions_among

#: Finds that are one person as they were lifted, so that what was estimated of them holds for each of their bones.
BODIES: Final = (FindCategory.BODY, FindCategory.ALMOST_COMPLETE)
#: The one person that the specimens would be.
_ONE: Final = "one"
_SEXES: Final[dict[str | None, Literal["F", "M"]]] = {Sex.FEMALE: "F", Sex.MALE: "M"}


def held_together(specimens: Iterable[UUID]) -> set[UUID]:
    """Return the specimens with all that final associations and individuals make one person with them."""
    found: set[UUID] = set()
    new = set(specimens)
    while new:
        found |= new
        ends = Association.objects.current().filter(
            Q(first__in=new) | Q(second__in=new),
            stage=Stage.FINAL,
            first__withdrawn_at__isnull=True,
            second__withdrawn_at__isnull=True,
        )
        reached = {key for pair in ends.values_list("first_id", "second_id") for key in pair}
        parts = IndividualPart.objects.current().filter(left_at__isnull=True)
        individuals = parts.filter(specimen__in=new).values("individual")
        reached |= set(
            parts.filter(individual__in=individuals, specimen__withdrawn_at__isnull=True).values_list(
                "specimen_id", flat=True
            )
        )
        new = reached - found
    return found


def contradictions(
    specimens: Collection[UUID],
    *,
    individuals: Collection[UUID] = (),
    certainties: Sequence[str] = (Certainty.DETERMINED,),
) -> list[Contradiction]:
    """Return why these specimens cannot be one person, by the numbers of the records that say so.

    Estimates of the specimens, of these individuals and of finds that are one body speak too, as far as their certainty
    is among `certainties`. Fragments that refit are looked at one by one, so that a chain of refits in which a zone
    comes twice is told, too.
    """
    rows = {
        row.pk: row
        for row in Specimen.objects.current().filter(pk__in=specimens).select_related("find").order_by("pk")
    }
    records = [_record(row) for row in rows.values()]
    records += _witnesses(rows, individuals, certainties)
    between = Association.objects.current().filter(first__in=rows, second__in=rows)
    said = list(between.values_list("first_id", "second_id", "kind", "stage"))
    human = {key for key, row in rows.items() if row.element_id != "element.non_human"}
    pairs = [
        (rows[one].number, rows[other].number, kind, stage)
        for one, other, kind, stage in said
        if {one, other} <= human
    ]
    refits = [(a, b) for a, b, kind, stage in pairs if (kind, stage) == (AssociationKind.REFIT, Stage.FINAL)]
    excluded = [(a, b) for a, b, _kind, stage in pairs if stage == Stage.EXCLUDED]
    found = contradictions_among(records, excluded=excluded)
    if refits:
        found += [each for each in contradictions_among(records, refits=refits) if each.code == "refit.side"]
    return found


def refuse_contradictions(actor: User, found: Sequence[Contradiction], *, field: str) -> None:
    """Refuse to make one person of specimens that are not, naming the records. Raises `person.contradiction`."""
    if not found:
        return
    raise WrongState(
        "person.contradiction",
        " ".join(in_words(actor, each) for each in _once(found)[:5]),
        field=field,
        value=", ".join(_shown_keys(actor, found[0].keys)),
        rule=_("One person has each bone once, one age, one sex and one DNA profile."),
        way_forward=_("Look at these records again: leave out, withdraw or supersede what does not hold."),
    )


def _once(found: Sequence[Contradiction]) -> list[Contradiction]:
    """Keep of what stands between the same records one of each kind: two whole bones share every zone."""
    kept: dict[tuple[str, tuple[str, ...]], Contradiction] = {}
    for each in found:
        kept.setdefault((each.code, each.keys), each)
    return list(kept.values())


def in_words(actor: User, found: Contradiction) -> str:
    """Return a contradiction in a sentence that names only what the actor may see."""
    keys = ", ".join(_shown_keys(actor, found.keys))
    return _("%(keys)s cannot be of one person: %(why)s.") % {"keys": keys, "why": why(found.why)}


def _shown_keys(actor: User, keys: Sequence[str]) -> list[str]:
    numbers = {key.split(": ", 1)[0] for key in keys}
    seen = set(Specimen.objects.visible_to(actor).filter(number__in=numbers).values_list("number", flat=True))
    hidden = set(Specimen.objects.filter(number__in=numbers).values_list("number", flat=True)) - seen
    return [_("a record that you may not see") if key.split(": ", 1)[0] in hidden else key for key in keys]


def _record(row: Any, key: str = "", **more: Any) -> SpecimenRecord:
    return SpecimenRecord(
        key=key or row.number,
        element=row.element_id.removeprefix("element."),
        side=row.side,
        zones=frozenset() if key else frozenset(row.zones),
        individual=_ONE,
        **({"dna_group": row.dna_group} | more),
    )


def _witnesses(
    rows: dict[UUID, Any], individuals: Collection[UUID], certainties: Sequence[str]
) -> Iterator[SpecimenRecord]:
    """Yield a record for each estimate, with no bone of its own, so that a contradiction names the estimate."""
    bodies = {row.find_id: row for row in rows.values() if row.find.category in BODIES}
    first = next(iter(rows.values()), None)
    estimates = (
        Estimate.objects.current()
        .filter(
            Q(specimen__in=rows) | Q(individual__in=individuals) | Q(find__in=bodies),
            superseded_by__isnull=True,
            kind__in=(EstimateKind.AGE, EstimateKind.SEX),
            certainty__in=certainties,
        )
        .exclude(sex_probability__lt=SURE)
        .select_related("specimen", "individual", "find")
        .order_by("pk")
    )
    for number, estimate in enumerate(estimates, start=1):
        place = estimate.specimen_id or estimate.find_id
        row = (rows.get(place) or bodies.get(place) if place else None) or first
        if row is None:
            continue
        about = estimate.specimen or estimate.individual or estimate.find
        key = f"{about}: {estimate} ({number})"
        if estimate.kind == EstimateKind.SEX:
            yield _record(row, key, sex=_SEXES.get(estimate.sex))
        else:
            low, high = estimate.age_min_years, estimate.age_max_years
            yield _record(
                row,
                key,
                age_min_years=-1.0 if low is None else float(low),
                age_max_years=math.inf if high is None else float(high),
            )
