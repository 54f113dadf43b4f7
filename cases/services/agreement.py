"""Sharing agreements: drafted by somebody of the case, signed by a prosecutor who is another, then never changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.exchange.kinds import shared_kinds
from cases.models.agreement import AgreementStatus, SharingAgreement
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import change_record, create_record
from cases.services.rules import DatabaseRule, declare_rules

declare_rules(
    {
        "cases_sharingagreement_reasoned": DatabaseRule(
            "agreement.reasoned",
            gettext_lazy("An agreement says for what purpose, and on what basis."),
            "purpose",
        ),
        "cases_sharingagreement_kinds": DatabaseRule(
            "agreement.kinds",
            gettext_lazy("An agreement names the kinds of records that it is about."),
            "kinds",
        ),
        "cases_sharingagreement_handling_shared": DatabaseRule(
            "agreement.handling",
            gettext_lazy("What is humanitarian only is not the prosecution's to share."),
            "handling_at_most",
        ),
        "cases_sharingagreement_signed_by_another": DatabaseRule(
            "agreement.needs_second_person",
            gettext_lazy("An agreement is signed by a prosecutor who did not draft it."),
            kind=WrongState,
        ),
        "cases_sharingagreement_one_at_a_time": DatabaseRule(
            "agreement.one_at_a_time",
            gettext_lazy("There is an agreement with this partner in these days already."),
            "from_on",
            gettext_lazy("End that one first; the partner then begins anew under this one."),
            WrongState,
        ),
        "cases_sharingagreement_signed": DatabaseRule(
            "agreement.signed",
            gettext_lazy("What was signed stays as it was signed."),
            way_forward=gettext_lazy("End this agreement, and draft another."),
            kind=WrongState,
        ),
        "cases_sharingagreement_own_name": DatabaseRule(
            "agreement.own_name",
            gettext_lazy("An agreement is signed in one's own name only."),
            kind=Forbidden,
        ),
        "cases_sharingagreement_drafter_fixed": DatabaseRule(
            "agreement.drafter",
            gettext_lazy("Who drafted an agreement stays who drafted it."),
            kind=WrongState,
        ),
        "cases_sharingagreement_partner_leads": DatabaseRule(
            "agreement.partner_leads",
            gettext_lazy("This agency leads the case itself, and needs no agreement."),
            "partner",
        ),
        "cases_sharingagreement_epoch_next": DatabaseRule(
            "agreement.epoch",
            gettext_lazy("Agreements with a partner are counted one by one."),
            kind=WrongState,
        ),
        "cases_sharingagreement_epoch_once": DatabaseRule(
            "agreement.epoch",
            gettext_lazy("Agreements with a partner are counted one by one."),
            kind=WrongState,
        ),
    }
)


def create(*, actor: User, record: SharingAgreement) -> SharingAgreement:
    """Draft an agreement.

    Raises `agreement.kinds`, `agreement.kind_unknown`, `agreement.reasoned`, `agreement.partner_leads`,
    `record.days_ordered`, and what `create_record` raises.
    """

    def prepare(new: SharingAgreement) -> None:
        new.status = AgreementStatus.DRAFT
        new.drafted_by = actor

    return create_record(actor=actor, record=record, prepare=prepare, rule=_refuse_unknown_kinds)


def change(*, actor: User, record: SharingAgreement, version: int) -> SharingAgreement:
    """Change a draft. Raises what `create` raises, and `agreement.signed`."""
    return change_record(actor=actor, record=record, version=version, rule=_refuse_unknown_kinds)


def _refuse_unknown_kinds(agreement: SharingAgreement) -> None:
    known = shared_kinds()
    for field in ("kinds", "contributes"):
        unknown: list[Any] = sorted(set(getattr(agreement, field)) - known.keys())
        if unknown:
            raise Invalid(
                "agreement.kind_unknown",
                _("No agreement can be about this kind of record."),
                field=field,
                value=unknown[0],
                rule=", ".join(known),
            )
