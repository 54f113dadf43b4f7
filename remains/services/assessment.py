"""Assessments: drafted by one anthropologist from a count, signed by another, superseded by the next, recomputable.

A draft freezes the number, its proof and tables, every record it rests on with its version, and the entry of the case's
ledger after which it was counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.base import Handling
from cases.models.site import Site
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import (
    change_record,
    create_record,
    lock,
    refuse_stale,
    refuse_withdrawn,
    told_kindly,
)
from remains.models import Assessment, AssessmentStatus, Find
from remains.science import RULES_VERSION
from remains.services import counting_rows
from remains.services.counting import READINGS, Counted, as_result, count, count_scope, scope_of
from remains.services.counting_rows import View
from remains.services.diagram import diagram_of
from remains.workflows import ASSESSMENT

#: How often a count is begun anew when somebody writes to the case meanwhile.
TRIES = 5


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What the ledger's payloads give, beside what was frozen."""

    count: int | None
    same: bool
    differs_in: tuple[str, ...]
    rules_version: str


def draft(*, actor: User, record: Assessment, reading: str) -> Assessment:
    """Freeze a count with its reasoning, for another anthropologist to sign.

    `record` names the case, the site or the find, and the reasoning; `reading` whether presumed opinions count.
    Raises `assessment.reading`, `assessment.contradiction`, `assessment.nothing`, `assessment.mixed_handling`,
    `assessment.busy`, and what `create_record` raises.
    """

    def prepare(new: Assessment) -> None:
        if new.find is not None:
            new.site = new.find.site
        _freeze(new, actor, reading)

    record.status = AssessmentStatus.DRAFT
    record.drafted_by = actor
    return create_record(actor=actor, record=record, prepare=prepare, reason=record.reasoning)


#: The door by the name that all concepts have.
create = draft


def change(*, actor: User, record: Assessment, version: int) -> Assessment:
    """Change the reasoning of a draft of one's own. Raises `assessment.not_a_draft`, `assessment.not_yours`."""
    stored: Any = lock(record)
    access.require(actor, Assessment.permission("change"), stored)
    _own_draft(stored, actor)
    return change_record(
        actor=actor, record=record, version=version, rule=lambda new: _only_words(stored, new)
    )


def redraft(*, actor: User, assessment: Assessment, version: int | None = None) -> Assessment:
    """Count a draft of one's own anew, as the records stand now. Raises what `draft` raises, `assessment.not_yours`."""
    with transaction.atomic():
        stored: Any = lock(assessment)
        access.require(actor, Assessment.permission("change"), stored)
        if version is not None:
            refuse_stale(stored, version)
        refuse_withdrawn(stored)
        refuse_closed(stored)
        _own_draft(stored, actor)
        with told_kindly(stored), named(actor, "remains.assessment.redrafted"):
            _freeze(stored, actor, stored.result["reading"])
            stored.save(
                update_fields=[
                    "count", "result", "inputs", "ledger_seq", "rules_version", "linked_sites", "handling",
                ]
            )  # fmt: skip
        stored.version += 1
    return stored


def apply_transition(
    *, actor: User, assessment: Assessment, name: str, reason: str = "", version: int | None = None
) -> Assessment:
    """Sign or discard a draft. A signature lets the assessment stand in the place of earlier ones of its scope.

    Raises `assessment.stale` where the records say something else by now, and what the workflow raises.
    """
    with transaction.atomic():
        stored: Any = lock(assessment)
        if version is not None:
            access.require(actor, ASSESSMENT.transition(name).permission, stored)
            refuse_stale(stored, version)
        signed = name == "sign" and stored.status == AssessmentStatus.DRAFT
        done: Assessment = ASSESSMENT.apply(actor=actor, record=assessment, name=name, reason=reason)
        if signed:
            if is_stale(stored):
                raise stale()
            _supersede(actor, done)
    return done


def sign(*, actor: User, assessment: Assessment) -> Assessment:
    """Sign a draft of somebody else. Raises `assessment.needs_second_person`, `assessment.stale`."""
    return apply_transition(actor=actor, assessment=assessment, name="sign")


def is_stale(assessment: Assessment) -> bool:
    """Say whether the records give another answer by now than the one that was frozen."""
    return bool(_differences(assessment, _counted_anew(assessment, None)))


def stale() -> WrongState:
    """Return the refusal of a signature under an answer that the records no longer give."""
    return WrongState(
        "assessment.stale",
        _("The records have changed since this was drafted, and give another answer."),
        way_forward=_("Ask who drafted it to count anew."),
    )


def recompute(assessment: Assessment) -> Recomputed:
    """Count once more from the ledger, as the records stood after the entry that the assessment names."""
    counted = _counted_anew(assessment, assessment.ledger_seq)
    differs = _differences(assessment, counted)
    result = _plain(as_result(counted))
    return Recomputed(
        count=result["readings"][assessment.result["reading"]]["count"],
        same=not differs,
        differs_in=tuple(differs),
        rules_version=RULES_VERSION,
    )


def standing(assessments: QuerySet[Any]) -> QuerySet[Any]:
    """Narrow to those that are signed and that nothing supersedes."""
    return assessments.filter(
        status=AssessmentStatus.SIGNED, superseded_by__isnull=True, withdrawn_at__isnull=True
    )


def of_site(assessments: QuerySet[Any], site: Any) -> QuerySet[Any]:
    """Narrow to those about a whole site, alone or with others."""
    return assessments.filter(Q(site=site) | Q(linked_sites__contains=[site.pk]), find__isnull=True)


def _freeze(record: Assessment, actor: User, reading: str) -> None:
    if reading not in READINGS:
        raise Invalid(
            "assessment.reading",
            _("Say whether presumed opinions count."),
            field="reading",
            value=reading,
            rule=", ".join(READINGS),
        )
    counted, inputs, diagram, seq = _at_one_entry(actor, record)
    answer = counted.readings[reading]
    if answer.mni is None:
        raise WrongState(
            "assessment.contradiction",
            _("Records contradict each other; nothing is counted."),
            field="reading",
            value=", ".join(sorted({key for conflict in answer.conflicts for key in conflict.keys})),
            way_forward=_("Resolve the contradictions that the count names, then draft."),
        )
    if not counted.specimens:
        raise WrongState(
            "assessment.nothing",
            _("No human specimen is recorded here, so there is no number to assess."),
            field="site",
            way_forward=_("Record the specimens first."),
        )
    record.count = answer.mni.count
    record.result = _plain({**as_result(counted), "reading": reading, "diagram": diagram})
    record.inputs = inputs
    record.ledger_seq = seq
    record.rules_version = RULES_VERSION
    sites = [identifier for identifier, _code in counted.scope.sites]
    record.linked_sites = sites if len(sites) > 1 else []


def _at_one_entry(actor: User, record: Assessment) -> tuple[Counted, dict[str, Any], dict[str, Any], int]:
    """Count between two looks at the ledger that find the same newest entry: all was read as it stood after it."""
    for _try in range(TRIES):
        seq = counting_rows.newest_entry(record.case_id)
        counted = (
            count(actor, find=record.find) if record.find is not None else count(actor, site=record.site)
        )
        inputs = counting_rows.inputs(counted.view, counted.scope.site_ids, counted.scope.find)
        record.handling = _handling(counted.view, inputs, record)
        diagram = diagram_of(counted.view, inputs, record.handling)
        if counting_rows.newest_entry(record.case_id) == seq:
            return counted, inputs, diagram, seq
    raise WrongState(
        "assessment.busy",
        _("The case was written to while its specimens were counted."),
        way_forward=_("Try again."),
    )


def _handling(view: View, inputs: dict[str, Any], record: Assessment) -> str:
    """Return the handling of what was counted: an answer tells of all that it rests on."""
    held = counting_rows.narrowest_handling(view, inputs)
    parents = [parent.handling for parent in (record.site, record.find) if parent is not None]
    held = sorted({*held, *parents} - {Handling.OPEN.value})
    if len(held) > 1:
        raise Forbidden(
            "assessment.mixed_handling",
            _(
                "Records for the investigation only and for humanitarian use only would be told in one answer."
            ),
            field="handling",
            way_forward=_("Ask somebody to draft it who sees one of the two."),
        )
    return str(held[0]) if held else Handling.OPEN.value


def _counted_anew(assessment: Assessment, seq: int | None) -> Counted:
    """Count with the eyes that drafted it, now or as of an entry."""
    view = View(assessment.case_id, tuple(assessment.result["handlings"]), seq)
    scope = scope_of(view, find=assessment.find, sites=[assessment.site])
    return count_scope(view, scope, tables=True)


def _differences(assessment: Assessment, counted: Counted) -> list[str]:
    """Name the parts of the answer that are not as they were frozen."""
    now = _plain(as_result(counted))
    names = [name for name in now if now[name] != assessment.result.get(name) and name != "readings"]
    names += [
        name for name in now["readings"] if now["readings"][name] != assessment.result["readings"].get(name)
    ]
    inputs = counting_rows.inputs(counted.view, counted.scope.site_ids, counted.scope.find)
    if counted.view.seq is None:
        return names  # a mark on a bone is no other answer
    if inputs != assessment.inputs:
        names.append("inputs")
    frozen = assessment.result["diagram"]
    narrowed = next((each for each in frozen["handlings"] if each != Handling.OPEN), Handling.OPEN)
    if _plain(diagram_of(counted.view, inputs, narrowed)) != frozen:
        names.append("diagram")
    return names


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result as the database gives it back."""
    plain: dict[str, Any] = json.loads(json.dumps(result))
    return plain


def _supersede(actor: User, signed: Assessment) -> None:
    """Let a signed assessment stand in the place of the signed ones of its scope.

    One that fewer may see takes the place of no open one: those who do not see it would be left without any.
    """
    sites: set[UUID] = {*signed.linked_sites, signed.site_id}
    earlier = standing(Assessment.objects.select_for_update(no_key=True)).filter(case=signed.case_id)
    for one in earlier.exclude(pk=signed.pk).filter(find=signed.find_id):
        covered = one.site_id == signed.site_id or {one.site_id, *one.linked_sites} <= sites
        if signed.handling not in (Handling.OPEN, one.handling) or not (signed.find_id or covered):
            continue
        one.superseded_by = signed
        with named(actor, "remains.assessment.superseded"):
            one.save(update_fields=["superseded_by"])


def _own_draft(stored: Any, actor: User) -> None:
    if stored.status != AssessmentStatus.DRAFT:
        raise WrongState(
            "assessment.not_a_draft",
            _("Only a draft is changed."),
            field="status",
            value=stored.status,
            way_forward=_("Draft a new assessment; signed, it stands in the place of this one."),
        )
    if stored.drafted_by_id != actor.pk:
        raise Forbidden(
            "assessment.not_yours",
            _("A draft is changed by who drafted it: whoever changed it could sign their own words."),
            field="reasoning",
            way_forward=_("Ask them to change it, or discard it with a reason and draft your own."),
        )


def _only_words(stored: Any, new: Any) -> None:
    for field in Assessment._meta.concrete_fields:
        if field.name not in {"reasoning", "version"} and getattr(stored, field.attname) != getattr(
            new, field.attname
        ):
            raise Invalid(
                "record.not_by_hand",
                _("%(field)s is not changed by hand.") % {"field": str(field.verbose_name).capitalize()},
                field=field.name,
            )


def subject(assessment: Assessment) -> Find | Site:
    """Return what an assessment is about."""
    about: Find | Site = assessment.find or assessment.site
    return about
