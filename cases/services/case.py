"""Opening, directing and closing cases."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.closure import closed
from cases.ledger.context import change as named
from cases.models.agency import Agency
from cases.models.case import Case, CaseStatus
from cases.models.membership import Membership, Role
from cases.models.user import AppointmentRole, User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import (
    change_record,
    check_fields,
    lock,
    not_by_hand,
    reason_given,
    refuse_stale,
    told_kindly,
)
from cases.services.sight import refuse_lead
from cases.workflows import CASE

#: What two signatures make, and no form.
_SIGNED = ("closure_proposed_by_id", "closure_reason", "closed_by_id", "status")


def open_case(*, actor: User, record: Case, reason: str = "") -> Case:
    """Open a case, as a preliminary inquiry unless it says `open`.

    Prosecutors and supervisors appointed in the lead agency itself may; a prosecutor becomes the case's first.
    Raises `access.forbidden`, `case.not_in_lead_agency`, `case.starts_elsewhere` besides what a record's check raises.
    """
    access.require(actor, Case.permission("create"))
    case = record
    case.status = case.status or CaseStatus.PRELIMINARY
    with transaction.atomic(), told_kindly(case), named(actor, "cases.case.opened", reason=reason):
        check_fields(case)
        held = access.holds_in(actor, case.lead_agency_id)
        if not held & access.roles_with(Case.permission("create")):
            raise Forbidden(
                "case.not_in_lead_agency",
                _("You are not appointed to open cases of %(agency)s.") % {"agency": case.lead_agency},
                field="lead_agency",
                value=case.lead_agency,
                rule=_("A case is opened by a prosecutor or supervisor of the agency that leads it."),
                way_forward=_("Choose your own agency, or ask the other one to open the case."),
            )
        if case.status not in CASE.initial or case.closure_proposed_by_id or case.closed_by_id:
            raise Invalid(
                "case.starts_elsewhere",
                _("A case begins as a preliminary inquiry or as an open case."),
                field="status",
                value=case.status,
            )
        case.save(force_insert=True)
        if AppointmentRole.PROSECUTOR in held:
            Membership.objects.create(
                case=case,
                user=actor,
                role=Role.PROSECUTOR,
                from_on=timezone.localdate(),
                basis=_("Opened the case."),
            )
    access.forget_standing(actor)
    return case


def change_case(*, actor: User, record: Case, version: int) -> Case:
    """Change the sheet of a case; its status, its closure and its lead agency have doors of their own.

    Raises `case.closed`, `record.not_by_hand` besides what `change_record` raises.
    """

    def settle(case: Case) -> None:
        stored = Case.objects.get(pk=case.pk)
        if stored.status == CaseStatus.CLOSED:
            raise closed(stored)
        not_by_hand(stored, case, (*_SIGNED, "lead_agency_id"))

    return change_record(actor=actor, record=record, version=version, prepare=settle)


#: The doors by the names that all concepts have.
create, change = open_case, change_case


def hand_over_case(*, actor: User, case: Case, to: Agency, reason: str) -> Case:
    """Let another agency lead a case. Its supervisors and auditors see it from now on, the former agency's no longer.

    Raises `record.reason_required`, `case.closed`, `case.led_already`, `membership.stands_alone`.
    """
    with transaction.atomic():
        stored = _directed(actor, case, "cases.case:hand_over")
        reason = reason_given(reason)
        if stored.lead_agency_id == to.pk:
            raise WrongState(
                "case.led_already", _("%(agency)s leads this case already.") % {"agency": to}, value=to
            )
        refuse_lead(stored, to)
        stored.lead_agency = to
        return _written(actor, stored, "cases.case.handed_over", reason, "lead_agency")


def propose_closure(*, actor: User, case: Case, reason: str) -> Case:
    """Propose to close a case; another prosecutor then closes it by the transition `close`. Nothing else changes.

    Raises `record.reason_required`, `case.closed`, `case.closure_proposed_already`.
    """
    with transaction.atomic():
        stored = _directed(actor, case, "cases.case:direct")
        reason = reason_given(reason)
        if stored.closure_proposed_by_id is not None:
            raise WrongState(
                "case.closure_proposed_already",
                _("%(person)s proposed to close this case already.") % {"person": stored.closure_proposed_by},
                way_forward=_("Close it, or withdraw that proposal first."),
            )
        stored.closure_proposed_by, stored.closure_reason = actor, reason
        return _written(
            actor, stored, "cases.case.closure_proposed", reason, "closure_proposed_by", "closure_reason"
        )


def withdraw_closure_proposal(
    *, actor: User, case: Case, reason: str = "", version: int | None = None
) -> Case:
    """Take a proposal to close a case back, or turn it down.

    Raises `case.closed`, `case.closure_not_proposed`, `record.stale`.
    """
    with transaction.atomic():
        stored = _directed(actor, case, "cases.case:direct")
        if version is not None:
            refuse_stale(stored, version)
        if stored.closure_proposed_by_id is None:
            raise WrongState("case.closure_not_proposed", _("The closure has not been proposed yet."))
        stored.closure_proposed_by, stored.closure_reason = None, ""
        return _written(
            actor,
            stored,
            "cases.case.closure_proposal_withdrawn",
            reason.strip(),
            "closure_proposed_by",
            "closure_reason",
        )


def apply_transition(
    *, actor: User, case: Case, name: str, reason: str = "", version: int | None = None
) -> Case:
    """Take one transition of the case's workflow."""
    with transaction.atomic():
        if version is not None:
            stored = lock(case)
            access.require(actor, CASE.transition(name).permission, stored)
            refuse_stale(stored, version)
        result: Case = CASE.apply(actor=actor, record=case, name=name, reason=reason)
        return result


def _directed(actor: User, case: Case, permission: str) -> Any:
    """Return the locked case, which the actor may direct and which is not closed."""
    stored = lock(case)
    access.require(actor, permission, stored)
    if stored.status == CaseStatus.CLOSED:
        raise closed(stored)
    return stored


def _written(actor: User, stored: Case, action: str, reason: str, *fields: str) -> Case:
    with told_kindly(stored), named(actor, action, reason=reason):
        stored.save(update_fields=fields)
    stored.version += 1
    return stored
