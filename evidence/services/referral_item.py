"""What a referral sends and asks: items by their numbers, examinations with their questions, while it is a draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.base import Handling
from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import (
    change_record,
    check_fields,
    check_parents,
    create_record,
    lock,
    not_by_hand,
    refuse_withdrawn,
    told_kindly,
    withdraw_record,
)
from cases.services.rules import DatabaseRule, declare_rules
from evidence.models import Examination, Item, Referral, ReferralItem, ReferralStatus
from evidence.models.item import of_item
from evidence.services.item import keyed
from evidence.services.referral import refuse_told, settled
from remains.models import Find, Specimen

_RECEIPT = (
    "received_at",
    "received_by_id",
    "seal_seen",
    "seal_intact",
    "condition_seen",
    "not_accepted",
)
_FIXED = ("referral_id", "position", "find_id", "specimen_id", "exhibit_id", *_RECEIPT)

_TWICE = DatabaseRule("referral.item_twice", gettext_lazy("This is in the referral already."), "numbers")
declare_rules(
    {
        "evidence_referralitem_once": _TWICE,
        "evidence_referralitem_described": DatabaseRule(
            "referral.item_asked",
            gettext_lazy("Of every item it is said what it is and what is asked."),
            "asked",
        ),
        "evidence_examination_asked": DatabaseRule(
            "referral.question",
            gettext_lazy("An examination comes with a question to the expert."),
            "question",
        ),
    }
)


def add_items(*, actor: User, referral: Referral, subjects: Sequence[Item], asked: str) -> list[ReferralItem]:
    """Put finds, specimens and exhibits into a draft, all or none; each is called what it is, and not by its number.

    Raises `referral.no_subjects`, `referral.settled`, `referral.item_twice`, `referral.tells_the_case`,
    `record.parent_withdrawn`, `record.other_case`, `record.handling_of_parent`.
    """
    with transaction.atomic():
        stored: Any = _draft(actor, referral, "create")
        if not subjects:
            raise Invalid("referral.no_subjects", _("Nothing is named."), field="numbers")
        refuse_told(stored.case, asked, "asked", actor)
        last = ReferralItem.objects.filter(referral=stored).aggregate(last=Max("position"))["last"] or 0
        made = []
        for position, subject in enumerate(subjects, start=last + 1):
            item = ReferralItem(
                case_id=stored.case_id,
                referral=stored,
                position=position,
                described_as=described(subject),
                asked=asked.strip(),
                handling=_handling(stored, subject),
                **of_item(subject),
            )
            _refuse_twice(item)
            check_parents(actor, item)
            check_fields(item)
            made.append(item)
        with told_kindly(made[0]), named(actor, "evidence.referralitem.created"):
            ReferralItem.objects.bulk_create(made)
    return made


def change_item(*, actor: User, record: ReferralItem, version: int) -> ReferralItem:
    """Change what is asked of an item, or what the laboratory calls it. Raises `referral.settled`."""

    def prepare(new: ReferralItem) -> None:
        stored = ReferralItem.objects.select_related("referral").get(pk=new.pk)
        not_by_hand(stored, new, _FIXED)
        _refuse_settled(stored.referral)
        refuse_told(stored.case, new.asked, "asked", actor)
        refuse_told(stored.case, new.described_as, "described_as", actor)

    return change_record(actor=actor, record=record, version=version, prepare=prepare)


def withdraw_item(*, actor: User, record: ReferralItem, reason: str) -> ReferralItem:
    """Take an item out of a draft. Raises `referral.settled`."""
    return withdraw_record(
        actor=actor, record=record, reason=reason, rule=lambda stored: _refuse_settled(stored.referral)
    )


def add_examination(*, actor: User, record: Examination) -> Examination:
    """Ask for an examination, with its question. Raises `referral.settled`, `referral.tells_the_case`."""

    def rule(new: Examination) -> None:
        _refuse_settled(new.referral)
        refuse_told(new.case, new.question, "question", actor)

    return create_record(actor=actor, record=record, rule=rule)


def change_examination(*, actor: User, record: Examination, version: int) -> Examination:
    """Change what is asked. Raises what `add_examination` raises."""

    def prepare(new: Examination) -> None:
        stored = Examination.objects.select_related("referral").get(pk=new.pk)
        not_by_hand(stored, new, ("referral_id",))
        _refuse_settled(stored.referral)
        refuse_told(stored.case, new.question, "question", actor)

    return change_record(actor=actor, record=record, version=version, prepare=prepare)


def withdraw_examination(*, actor: User, record: Examination, reason: str) -> Examination:
    """Ask no longer. Raises `referral.settled`."""
    return withdraw_record(
        actor=actor, record=record, reason=reason, rule=lambda stored: _refuse_settled(stored.referral)
    )


def described(subject: Item) -> str:
    """Say what a thing is without its number, which would tell the site."""
    if isinstance(subject, Specimen):
        return f"{subject.element}, {subject.get_side_display()}"
    if isinstance(subject, Find):
        return str(subject.get_category_display())
    return f"{subject.kind}, {subject.material}" if subject.material_id else str(subject.kind)


def _handling(referral: Referral, subject: Item) -> str:
    """Return the handling of what hangs on both; where they differ and neither is open, the database refuses."""
    return subject.handling if referral.handling == Handling.OPEN else referral.handling


def _draft(actor: User, referral: Referral, verb: str) -> Referral:
    stored: Referral = lock(referral)
    access.require(actor, ReferralItem.permission(verb), stored)
    refuse_withdrawn(stored)
    refuse_closed(stored)
    _refuse_settled(stored)
    return stored


def _refuse_settled(referral: Referral) -> None:
    if referral.status != ReferralStatus.DRAFT:
        raise settled(referral)


def _refuse_twice(item: ReferralItem) -> None:
    same = keyed(ReferralItem.objects.filter(referral=item.referral_id).current(), [item.item_key])
    if same.exists():
        raise Invalid(
            "referral.item_twice",
            _("%(item)s is in this referral already.") % {"item": item.item},
            field="numbers",
            value=item.item,
        )
