"""The decision that laboratory referrals bring: whether what somebody asks for is approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.decision_sources import line, step_blocked
from cases.decisions import Choice, Line, Section, Source, contribute
from cases.models.user import User
from evidence.models import Examination, Referral, ReferralItem, ReferralStatus
from evidence.services import referral as service
from evidence.workflows import REFERRAL


def _requested(user: User) -> Any:
    approved = access.cases_where(user, Referral.permission("approve")).values("pk")
    rows = Referral.objects.visible_to(user).current().filter(case__in=approved)
    rows = rows.filter(status=ReferralStatus.REQUESTED).exclude(requested_by=user)
    return rows.select_related("case", "laboratory", "requested_by")


def _what_is_asked_for(referral: Referral, user: User) -> Iterator[Section]:
    yield Section(
        _("The referral"),
        [
            Line(_("Case"), str(referral.case), reverse("admin:cases_case_change", args=[referral.case_id])),
            line(
                referral,
                "number",
                referral.number,
                reverse("admin:evidence_referral_change", args=[referral.pk]),
            ),
            line(referral, "laboratory"),
            line(referral, "urgency"),
            line(referral, "due_on", referral.due_on.isoformat()),
            line(referral, "requested_by"),
            line(referral, "background"),
        ],
    )
    examinations = Examination.objects.visible_to(user).current().filter(referral=referral)
    yield Section(
        _("What is examined"),
        [
            Line(str(asked.kind), asked.question)
            for asked in examinations.select_related("kind").order_by("id")
        ],
    )
    items = ReferralItem.objects.visible_to(user).current().filter(referral=referral)
    yield Section(
        _("What is sent"),
        [
            Line(
                str(item.find or item.specimen),
                _("%(name)s: %(asked)s") % {"name": item.described_as, "asked": item.asked},
            )
            for item in items.select_related("find", "specimen").order_by("position")
        ],
    )


def _step(name: str) -> Any:
    def door(*, actor: User, record: Referral, reason: str, version: int) -> Referral:
        return service.apply_transition(
            actor=actor, referral=record, name=name, reason=reason, version=version
        )

    return door


contribute(
    Source(
        key="referral",
        title=gettext_lazy("Approving a laboratory referral"),
        model=Referral,
        permission=Referral.permission("approve"),
        waiting=_requested,
        awaits=lambda row: row.status == ReferralStatus.REQUESTED and row.withdrawn_at is None,
        sentence=lambda row: (
            _("%(case)s: %(person)s asks to send %(number)s to %(laboratory)s.")
            % {
                "case": row.case.number,
                "person": row.requested_by,
                "number": row.number,
                "laboratory": row.laboratory,
            }
        ),
        whole=_what_is_asked_for,
        approve=Choice(
            REFERRAL.transition("approve").label,
            _step("approve"),
            needs_reason=False,
            meaning=gettext_lazy("It may then be dispatched, exactly as it stands here."),
        ),
        refuse=Choice(REFERRAL.transition("refuse").label, _step("refuse"), needs_reason=True),
        blocked=lambda row, user: step_blocked(REFERRAL, "approve", row, user),
    )
)
