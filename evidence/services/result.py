"""The laboratory's own doors: receipt of items, results per item and question, and the findings they propose.

Whoever comes through them reaches the referral because it was sent to their laboratory, and sees nothing of the case.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.agency import Agency
from cases.models.base import Handling
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import check_fields, lock, not_in_future, reason_given, told_kindly
from cases.services.rules import DatabaseRule, declare_rules
from evidence.models import Finding, FindingStatus, Referral, ReferralItem, ReferralStatus, Result
from evidence.services.referral_receipt import Receipt, take_over

declare_rules(
    {
        "evidence_result_item_of_referral": DatabaseRule(
            "result.item_not_in_referral", gettext_lazy("This item is not in this referral."), "item"
        ),
        "evidence_result_in_examination": DatabaseRule(
            "result.not_in_examination",
            gettext_lazy("Results are recorded while the laboratory examines."),
            kind=WrongState,
        ),
        "evidence_result_once": DatabaseRule(
            "result.once",
            gettext_lazy("There is an answer to this question about this item already."),
            "examination",
            gettext_lazy("Correct that one; it stays readable."),
        ),
        "evidence_result_other_question": DatabaseRule(
            "result.other_question",
            gettext_lazy("A result is corrected by one of the same question about the same item."),
            "examination",
        ),
        "evidence_result_superseded_once": DatabaseRule(
            "result.superseded", gettext_lazy("This result has been corrected already."), kind=WrongState
        ),
        "evidence_referralitem_receipt": DatabaseRule(
            "referral.receipt_once",
            gettext_lazy("The receipt of an item is recorded once, while it is on its way."),
            kind=WrongState,
        ),
        "evidence_referralitem_receipt_whole": DatabaseRule(
            "referral.receipt_whole",
            gettext_lazy("A receipt says in which condition the item arrived."),
            "condition_seen",
        ),
        "evidence_finding_in_examination": DatabaseRule(
            "finding.not_in_examination",
            gettext_lazy("Findings are proposed with a result that stands, while the laboratory examines."),
            kind=WrongState,
        ),
        "evidence_finding_value_of_its_kind": DatabaseRule(
            "finding.value_of_its_kind",
            gettext_lazy("A finding says what it is about, and nothing else."),
            "kind",
            gettext_lazy("Fill in the value of this kind of finding."),
        ),
        "evidence_finding_age_human": DatabaseRule(
            "finding.age",
            gettext_lazy("An age lies between -1 (before birth) and 125 years, the younger end first."),
            "age_min_years",
        ),
        "evidence_finding_stature_human": DatabaseRule(
            "finding.stature",
            gettext_lazy("A stature lies between 20 and 280 cm, the shorter end first."),
            "stature_min_cm",
        ),
    }
)


def acknowledge(*, actor: User, referral: Referral, receipts: list[Receipt]) -> list[ReferralItem]:
    """Record how items arrived, all or none of these: custody of what is accepted goes over to the laboratory.

    A seal that is broken, or not the one of dispatch, is accepted with a remark only, and recorded as broken. Raises
    `result.item_not_in_referral`, `referral.not_on_its_way`, `referral.receipt_once`, `referral.receipt_whole`,
    `referral.seal_unsaid`, `referral.seal_differs`.
    """
    with transaction.atomic():
        stored = at_laboratory(actor, referral)
        if stored.status != ReferralStatus.DISPATCHED:
            raise WrongState(
                "referral.not_on_its_way",
                _("%(referral)s is not on its way: %(status)s.")
                % {"referral": stored.reference, "status": stored.get_status_display()},
                field="status",
                value=stored.status,
            )
        items = {item.pk: item for item in _items(stored)}
        acknowledged = []
        for receipt in receipts:
            item = items.get(receipt.item)
            if item is None:
                raise _not_in_it(receipt.item)
            _receive(actor, item, receipt)
            acknowledged.append(item)
        take_over(actor, stored, {items[receipt.item].item_key: receipt for receipt in receipts})
        fields = [
            "received_at",
            "received_by",
            "seal_seen",
            "seal_intact",
            "condition_seen",
            "not_accepted",
        ]
        for item in acknowledged:
            with told_kindly(item), named(actor, "evidence.referralitem.received"):
                item.save(update_fields=fields)
    return acknowledged


def _receive(actor: User, item: ReferralItem, receipt: Receipt) -> None:
    if item.received_at is not None:
        raise WrongState(
            "referral.receipt_once",
            _("The receipt of %(item)s is recorded already.") % {"item": item.label},
            value=item.label,
        )
    if not receipt.condition_seen.strip():
        raise Invalid(
            "referral.receipt_whole",
            _("It is not said in which condition %(item)s arrived.") % {"item": item.label},
            field="condition_seen",
            way_forward=_("Say what you see: packaging, seal, what is in it."),
        )
    if bool(receipt.seal_seen.strip()) != (receipt.seal_intact is not None):
        raise Invalid(
            "referral.seal_unsaid",
            _("Of the seal of %(item)s one is said and not the other.") % {"item": item.label},
            field="seal_seen",
            rule=_("A seal has a number, and is whole or not; without a seal both stay empty."),
        )
    item.received_at, item.received_by = timezone.now(), actor
    item.seal_seen, item.seal_intact = receipt.seal_seen.strip(), receipt.seal_intact
    item.condition_seen = receipt.condition_seen.strip()
    item.not_accepted = receipt.not_accepted.strip() or None


def record_result(
    *, actor: User, record: Result, supersedes: Result | None = None, correction: str = ""
) -> Result:
    """Record what the laboratory answers to one question about one item, or correct an answer with a reason.

    Raises `result.item_not_in_referral`, `result.not_in_examination`, `result.once`, `result.superseded`,
    `result.other_question`, `record.reason_required`, `record.day_in_future`, `record.invalid`.
    """
    with transaction.atomic():
        item = ReferralItem.objects.select_related("referral").filter(pk=record.item_id).first()
        if item is None:
            raise access.not_visible()
        referral = at_laboratory(actor, item.referral, Result.permission("create"))
        _refuse_not_examined(referral)
        record.recorded_by = actor
        record.supersedes = supersedes
        if record.supersedes is not None:
            record.correction = reason_given(correction)
            _refuse_other(record)
        return _write(actor, record, item, "evidence.result.created")


def take_in(*, actor: User, record: Result, laboratory: Agency, recorded_by: User) -> Result:
    """Take in what a laboratory's own program contributed; whoever decides on findings decides on this.

    `recorded_by` answers for that program. Raises what `record_result` raises, and `referral.other_laboratory`.
    """
    with transaction.atomic():
        item = ReferralItem.objects.select_related("referral").filter(pk=record.item_id).first()
        if item is None:
            raise access.not_visible()
        access.require(actor, "evidence.finding:decide", item)
        referral: Any = lock(item.referral)
        refuse_closed(referral)
        if referral.laboratory_id != laboratory.pk:
            raise WrongState(
                "referral.other_laboratory",
                _("This referral went to %(laboratory)s.") % {"laboratory": referral.laboratory},
                way_forward=_("Decline it; that laboratory answers."),
            )
        _refuse_not_examined(referral)
        record.recorded_by = recorded_by
        return _write(actor, record, item, "evidence.result.contributed")


def _write(actor: User, record: Result, item: ReferralItem, action: str) -> Result:
    if not _asked_in(record, item) or item.not_accepted is not None:
        raise _not_in_it(record.item_id)
    record.case_id = item.case_id
    record.handling = _narrowest(item, record.examination)
    if record.supersedes is None:
        _refuse_second(record)
    check_fields(record)
    not_in_future(record, "examined_on")
    with told_kindly(record), named(actor, action, reason=record.correction):
        record.save(force_insert=True)
    return record


def propose(*, actor: User, record: Finding) -> Finding:
    """Propose a finding that a result rests on; an anthropologist of the case accepts it or not.

    Raises `finding.not_in_examination`, `finding.value_of_its_kind`, `finding.age`, `finding.stature`,
    `record.invalid`.
    """
    with transaction.atomic():
        result = Result.objects.select_related("item__referral").filter(pk=record.result_id).first()
        if result is None:
            raise access.not_visible()
        referral = at_laboratory(actor, result.item.referral, Finding.permission("create"))
        _refuse_not_examined(referral)
        if Result.objects.filter(supersedes=result).exists():
            raise WrongState(
                "result.superseded",
                _("This result has been corrected already."),
                way_forward=_("Propose the finding with the correction."),
            )
        record.case_id = result.case_id
        record.handling = result.handling
        record.status = FindingStatus.PROPOSED
        record.proposed_by = actor
        check_fields(record)
        with told_kindly(record), named(actor, "evidence.finding.created"):
            record.save(force_insert=True)
    return record


def at_laboratory(actor: User, referral: Referral, permission: str = "evidence.referral:examine") -> Referral:
    """Return the referral, locked, if it was sent to the actor's laboratory."""
    stored: Any = lock(referral)
    access.require(actor, permission, stored)
    if not access.roles_reaching(actor, stored):
        raise Forbidden(
            "referral.other_laboratory",
            _("This referral went to %(laboratory)s.") % {"laboratory": stored.laboratory},
            way_forward=_("It is examined there."),
        )
    refuse_closed(stored)
    return stored


def _refuse_not_examined(referral: Referral) -> None:
    if referral.status == ReferralStatus.EXAMINATION:
        return
    raise WrongState(
        "result.not_in_examination",
        _("%(referral)s is not in examination: %(status)s.")
        % {"referral": referral.reference, "status": referral.get_status_display()},
        field="status",
        value=referral.status,
        rule=_("Results are recorded while the laboratory examines."),
    )


def _asked_in(record: Any, item: ReferralItem) -> bool:
    return record.examination_id is not None and record.examination.referral_id == item.referral_id


def _refuse_other(record: Result) -> None:
    before: Any = record.supersedes
    if (before.item_id, before.examination_id) != (record.item_id, record.examination_id):
        raise Invalid(
            "result.other_question",
            _("A result is corrected by one of the same question about the same item."),
            field="examination",
        )
    if Result.objects.filter(supersedes=before).exists():
        raise WrongState(
            "result.superseded",
            _("This result has been corrected already."),
            way_forward=_("Correct the one that stands."),
        )


def _refuse_second(record: Result) -> None:
    if Result.objects.filter(item=record.item_id, examination=record.examination_id).exists():
        raise Invalid(
            "result.once",
            _("There is an answer to this question about this item already."),
            field="examination",
            way_forward=_("Correct that one; it stays readable."),
        )


def _items(referral: Referral) -> list[ReferralItem]:
    return list(ReferralItem.objects.filter(referral=referral).current().select_related("referral"))


def _not_in_it(item: Any) -> Invalid:
    return Invalid(
        "result.item_not_in_referral",
        _("This item is not in this referral."),
        field="item",
        value=item,
        rule=_("A laboratory says something of what was sent to it, and of nothing else."),
    )


def _narrowest(*parents: Any) -> str:
    return str(next((row.handling for row in parents if row.handling != Handling.OPEN), Handling.OPEN.value))
