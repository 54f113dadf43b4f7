"""The workflow of sharing agreements."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.agreement import AgreementStatus as A
from cases.models.agreement import SharingAgreement
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
