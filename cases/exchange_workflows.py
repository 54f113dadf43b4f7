"""The workflows of sharing agreements, and of what partners contribute."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.agreement import AgreementStatus as A
from cases.models.agreement import SharingAgreement
from cases.models.contribution import Contribution
from cases.models.contribution import ContributionStatus as C
from cases.models.user import User
from cases.refusals import Refusal, WrongState
from cases.workflow import Transition, Workflow


def _signed_by_another(agreement: Any, actor: User) -> Refusal | None:
    if agreement.drafted_by_id == actor.pk:
        return WrongState(
            "agreement.needs_second_person",
            _("You drafted this agreement yourself."),
            rule=_("An agreement is drafted by one person and signed by a prosecutor who is another."),
            way_forward=_("Ask another prosecutor of the case to sign it."),
        )
    if agreement.until_on < timezone.localdate():
        return WrongState(
            "agreement.over",
            _("The last day of this agreement has passed."),
            field="until_on",
            value=agreement.until_on,
            way_forward=_("Draft one that ends later."),
        )
    return None


def _record_signature(agreement: Any, actor: User, reason: str) -> None:
    others = SharingAgreement.objects.filter(case_id=agreement.case_id, partner_id=agreement.partner_id)
    agreement.signed_by = actor
    agreement.signed_at = timezone.now()
    agreement.epoch = (others.aggregate(last=Max("epoch"))["last"] or 0) + 1


def _record_end(agreement: Any, actor: User, reason: str) -> None:
    agreement.end_reason = reason


AGREEMENT = Workflow(
    "cases.sharingagreement",
    initial=(A.DRAFT,),
    resting=(A.SIGNED, A.ENDED, A.DISCARDED),
    transitions=(
        Transition(
            "sign",
            gettext_lazy("Sign"),
            (A.DRAFT,),
            A.SIGNED,
            "cases.sharingagreement:sign",
            guard=_signed_by_another,
            effect=_record_signature,
        ),
        Transition(
            "discard",
            gettext_lazy("Discard the draft"),
            (A.DRAFT,),
            A.DISCARDED,
            "cases.sharingagreement:sign",
            requires_reason=True,
        ),
        Transition(
            "end",
            gettext_lazy("End the agreement"),
            (A.SIGNED,),
            A.ENDED,
            "cases.sharingagreement:sign",
            requires_reason=True,
            effect=_record_end,
        ),
    ),
)


def _by_another(contribution: Any, actor: User) -> Refusal | None:
    if contribution.answers_id == actor.pk:
        return WrongState(
            "contribution.needs_second_person",
            _("You answer for the program that sent this."),
            rule=_("What a partner contributes, somebody else of the case decides on."),
        )
    return None


def _earlier_first(contribution: Any, actor: User) -> Refusal | None:
    waiting = Contribution.objects.filter(
        case=contribution.case_id,
        kind=contribution.kind,
        identifier=contribution.identifier,
        client__agency=contribution.client.agency_id,
        status=C.PROPOSED,
        withdrawn_at__isnull=True,
        id__lt=contribution.pk,
    )
    if not waiting.exists():
        return None
    return WrongState(
        "contribution.earlier_first",
        _("An earlier contribution under %(identifier)s still waits.")
        % {"identifier": contribution.identifier},
        field="identifier",
        value=contribution.identifier,
        rule=_(
            "What came earlier under one identifier is decided first: the later one is about what became of it."
        ),
        way_forward=_("Accept or decline the earlier one."),
    )


def _record_decision(contribution: Any, actor: User, reason: str) -> None:
    contribution.decided_by = actor
    contribution.decided_at = timezone.now()


def _record_decline(contribution: Any, actor: User, reason: str) -> None:
    _record_decision(contribution, actor, reason)
    contribution.decline_reason = reason


CONTRIBUTION = Workflow(
    "cases.contribution",
    initial=(C.PROPOSED,),
    guard=_by_another,
    transitions=(
        Transition(
            "accept",
            gettext_lazy("Accept"),
            (C.PROPOSED,),
            C.ACCEPTED,
            "cases.contribution:decide",
            guard=_earlier_first,
            effect=_record_decision,
        ),
        Transition(
            "decline",
            gettext_lazy("Decline"),
            (C.PROPOSED,),
            C.DECLINED,
            "cases.contribution:decide",
            requires_reason=True,
            effect=_record_decline,
            reason_name=gettext_lazy("Reason, which the partner reads"),
        ),
    ),
)
