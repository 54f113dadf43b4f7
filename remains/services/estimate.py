"""Estimates: recorded with method, basis and observer, superseded by later ones, never edited."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import (
    check_parents,
    create_record,
    lock,
    not_in_future,
    reason_given,
    refuse_withdrawn,
    told_kindly,
)
from remains.models.estimate import Estimate
from remains.services.estimate_method import fill_from_method

_SUPERSEDE = "remains.estimate:supersede"


def record_estimate(*, actor: User, record: Estimate, unverified: bool = False) -> Estimate:
    """Record one opinion on one question about one subject.

    With `method_code` and `scored` the interval is that of the method; one that differs is refused. `unverified`:
    the observer knows that the method's values were not checked, and the basis says so.
    Raises `estimate.one_subject`, `estimate.value_of_its_kind`, `estimate.age_interval`, `estimate.age_human`,
    `estimate.stature_interval`, `estimate.stature_human`, `estimate.superseded`, what `fill_from_method` raises,
    `record.day_in_future`, and `record.invalid` for what is not said: nothing is assumed.
    """

    def rule(new: Estimate) -> None:
        if new.superseded_by_id is not None:
            raise WrongState("estimate.superseded", _("A new estimate is not superseded yet."))
        not_in_future(new, "observed_on")

    def fill(new: Estimate) -> None:
        check_parents(actor, new)  # before anything is read of what it is about
        fill_from_method(actor, new, unverified=unverified)

    return create_record(actor=actor, record=record, rule=rule, prepare=fill)


def change(*, actor: User, record: Estimate, version: int) -> Estimate:
    """Refuse: an estimate is never edited. Raises `access.not_found`, `estimate.never_edited`."""
    stored = Estimate.objects.filter(pk=record.pk).first()
    if stored is None:
        raise access.not_visible()
    access.require(actor, Estimate.permission("view"), stored)
    raise WrongState(
        "estimate.never_edited",
        _("An estimate is never edited."),
        value=stored,
        way_forward=_("Record a new estimate that supersedes it."),
    )


#: The door by the name that all concepts have.
create = record_estimate


def supersede_estimate(
    *, actor: User, estimate: Estimate, record: Estimate, reason: str, unverified: bool = False
) -> Estimate:
    """Let a new estimate stand in the place of an earlier one, which stays in the history. Returns the new one.

    `record` may be new (it is recorded first) or recorded already. Raises `estimate.superseded`,
    `estimate.other_question`, `record.reason_required` and what `record_estimate` raises.
    """
    with transaction.atomic():
        stored: Any = lock(estimate)
        access.require(actor, _SUPERSEDE, stored)
        reason = reason_given(reason)
        refuse_withdrawn(stored)
        refuse_closed(stored)
        if stored.superseded_by_id is not None:
            raise WrongState(
                "estimate.superseded",
                _("This estimate is superseded already."),
                way_forward=_("Supersede the estimate that stands in its place."),
            )
        if record._state.adding:
            by = record_estimate(actor=actor, record=record, unverified=unverified)
        else:
            by = lock(record)
            access.require(actor, _SUPERSEDE, by)
            refuse_withdrawn(by)
        if _question(stored) != _question(by):
            raise Invalid(
                "estimate.other_question",
                _("The new estimate answers another question, or is about something else."),
                field="kind",
                value=by,
                rule=_("An estimate is superseded by one of the same question about the same subject."),
            )
        stored.superseded_by = by
        with told_kindly(stored), named(actor, "remains.estimate.superseded", reason=reason):
            stored.save(update_fields=["superseded_by"])
    return by


def _question(estimate: Estimate) -> tuple[object, ...]:
    """Return what an estimate answers, and about what."""
    return (
        estimate.case_id,
        estimate.kind,
        estimate.find_id,
        estimate.site_id,
        estimate.specimen_id,
        estimate.individual_id,
    )
