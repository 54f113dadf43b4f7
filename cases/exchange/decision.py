"""The decision whether an agreement is signed: all that a partner would be sent, and all that is kept back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.decision_sources import line, step_blocked
from cases.decisions import Choice, Line, Section, Source
from cases.exchange.kinds import shared_kinds
from cases.exchange_workflows import AGREEMENT
from cases.models.agreement import AgreementStatus, SharingAgreement, Withheld
from cases.models.user import User
from cases.services.record import lock, reason_given, refuse_stale


def _drafts(user: User) -> Any:
    signed = access.cases_where(user, SharingAgreement.permission("sign")).values("pk")
    rows = SharingAgreement.objects.visible_to(user).current().exclude(drafted_by=user)
    return rows.filter(status=AgreementStatus.DRAFT, case__in=signed).select_related(
        "case", "partner", "drafted_by"
    )


def _what_is_sent(agreement: SharingAgreement, user: User) -> Iterator[Section]:
    known = shared_kinds()
    withheld = [str(Withheld(name).label) for name in Withheld.values if name in agreement.withheld]
    yield Section(
        _("The agreement"),
        [
            line(agreement, "partner"),
            line(agreement, "purpose"),
            line(agreement, "legal_basis"),
            line(agreement, "from_on", agreement.from_on.isoformat()),
            line(agreement, "until_on", agreement.until_on.isoformat()),
            line(agreement, "drafted_by"),
        ],
    )
    yield Section(
        _("What the partner is sent"),
        [
            Line(
                _("Kinds of records"),
                ", ".join(known[name].label for name in agreement.kinds if name in known),
            ),
            line(agreement, "handling_at_most"),
            Line(_("Withheld"), ", ".join(withheld) or _("nothing")),
            Line(
                _("May contribute"),
                ", ".join(known[name].label for name in agreement.contributes if name in known)
                or _("nothing"),
            ),
        ],
    )


def _step(name: str) -> Any:
    def door(*, actor: User, record: SharingAgreement, reason: str, version: int) -> SharingAgreement:
        if name == "discard":
            reason = reason_given(reason)
        refuse_stale(lock(record), version)
        taken: SharingAgreement = AGREEMENT.apply(actor=actor, record=record, name=name, reason=reason)
        return taken

    return door


AGREEMENT_SIGNING = Source(
    key="agreement",
    title=gettext_lazy("Signing a sharing agreement"),
    model=SharingAgreement,
    permission=SharingAgreement.permission("sign"),
    waiting=_drafts,
    awaits=lambda agreement: agreement.status == AgreementStatus.DRAFT,
    sentence=lambda agreement: (
        _("%(case)s: share with %(partner)s until %(day)s")
        % {"case": agreement.case.number, "partner": agreement.partner, "day": agreement.until_on.isoformat()}
    ),
    whole=_what_is_sent,
    approve=Choice(
        gettext_lazy("Sign"),
        _step("sign"),
        needs_reason=False,
        meaning=gettext_lazy(
            "From its first day on the partner is sent what stands above, without asking again."
        ),
    ),
    refuse=Choice(gettext_lazy("Discard the draft"), _step("discard"), needs_reason=True),
    blocked=lambda agreement, user: step_blocked(AGREEMENT, "sign", agreement, user),
)
