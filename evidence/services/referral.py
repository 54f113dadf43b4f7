"""Referrals: drafted, numbered, and taken from step to step. What is sent along is in `referral_item`."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.models.base import Handling
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import change_record, create_record, lock, not_by_hand, refuse_stale
from cases.services.rules import DatabaseRule, declare_rules
from evidence.blindness import told
from evidence.models import Referral, ReferralStatus
from evidence.models.referral import EXAMINING
from evidence.referral_guards import due, items_of
from evidence.services import custody
from evidence.services.holder import Holder
from evidence.workflows import REFERRAL

#: Without letters that are taken for others.
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BY_OTHER_DOORS = (
    "number",
    "serial",
    "reference",
    "drafted_by_id",
    "requested_by_id",
    "approved_by_id",
    "approved_at",
    "refusal_reason",
    "return_reason",
    "consignment_id",
    "dispute_reason",
)

declare_rules(
    {
        "evidence_referral_settled": DatabaseRule(
            "referral.settled",
            gettext_lazy("What a referral asks for stands once it was submitted."),
            way_forward=gettext_lazy("Take it back to the draft first, or let the prosecutor cancel it."),
            kind=WrongState,
        ),
        "evidence_referral_to_a_laboratory": DatabaseRule(
            "referral.no_laboratory",
            gettext_lazy("A referral goes to a laboratory or a forensic institute."),
            "laboratory",
            gettext_lazy("Choose another agency, or let an administrator say what kind this one is."),
        ),
        "evidence_referral_approved_by_another": DatabaseRule(
            "referral.needs_second_person",
            gettext_lazy("A referral is asked for by one person and approved by another."),
            kind=WrongState,
        ),
        "evidence_referral_complete": DatabaseRule(
            "referral.without_items",
            gettext_lazy("A referral has at least one item and one examination."),
            kind=WrongState,
        ),
        "evidence_referral_item_withdrawn": DatabaseRule(
            "referral.item_withdrawn",
            gettext_lazy("An item of this referral is withdrawn since."),
            kind=WrongState,
        ),
        "evidence_referral_due_to_come": DatabaseRule(
            "referral.due_in_past", gettext_lazy("The day on which the report is due has passed."), "due_on"
        ),
        "evidence_referral_acknowledged": DatabaseRule(
            "referral.item_not_acknowledged",
            gettext_lazy("Every item is looked at on arrival, with its seal and condition."),
            kind=WrongState,
        ),
        "evidence_referral_answered": DatabaseRule(
            "referral.not_answered",
            gettext_lazy("A report answers every question, and says something of every item."),
            kind=WrongState,
        ),
        "evidence_referral_nothing_there": DatabaseRule(
            "referral.dispatched",
            gettext_lazy("Items of this referral are on their way to the laboratory, or there."),
            kind=WrongState,
        ),
        "evidence_referral_decided": DatabaseRule(
            "referral.findings_undecided",
            gettext_lazy("A proposed finding is neither accepted nor declined."),
            kind=WrongState,
        ),
        "evidence_referralitem_elsewhere": DatabaseRule(
            "referral.item_elsewhere",
            gettext_lazy("An item is in another referral that is under way."),
            way_forward=gettext_lazy("Wait until that one has been decided on."),
            kind=WrongState,
        ),
    }
)


def draft(*, actor: User, record: Referral) -> Referral:
    """Draft a referral under the next number of its case, and a reference drawn by lot for the laboratory.

    Raises `referral.no_laboratory`, `referral.due_in_past`, `referral.tells_the_case`, `record.invalid`.
    """

    def prepare(new: Referral) -> None:
        case: Any = lock(new.case)  # whoever numbers referrals of a case waits for the other
        last = Referral.objects.filter(case=case).aggregate(last=Max("serial"))["last"] or 0
        new.serial = last + 1
        new.number = f"{case.number}/R-{new.serial:03d}"
        new.reference = _drawn()
        new.status = ReferralStatus.DRAFT
        new.drafted_by = actor

    return create_record(
        actor=actor, record=record, prepare=prepare, rule=lambda new: _as_it_may_be(new, actor)
    )


def change(*, actor: User, record: Referral, version: int) -> Referral:
    """Change a draft. Raises `referral.settled`, and what `draft` raises."""

    def prepare(new: Referral) -> None:
        stored = Referral.objects.get(pk=new.pk)
        not_by_hand(stored, new, _BY_OTHER_DOORS)
        if stored.status != ReferralStatus.DRAFT:
            raise settled(stored)

    return change_record(
        actor=actor,
        record=record,
        version=version,
        prepare=prepare,
        rule=lambda new: _as_it_may_be(new, actor),
    )


#: The door by the name that all concepts have.
create = draft


def apply_transition(
    *, actor: User, referral: Referral, name: str, reason: str = "", version: int | None = None
) -> Referral:
    """Take a referral one step further.

    Raises what `Workflow.apply` raises: `workflow.wrong_state`, `workflow.reason_required`, `referral.without_items`,
    `referral.without_examinations`, `referral.item_elsewhere`, `referral.item_withdrawn`, `referral.tells_the_case`,
    `referral.needs_second_person`, `referral.other_laboratory`, `referral.item_not_acknowledged`,
    `referral.not_answered`, `referral.dispatched`, `referral.findings_undecided`; `record.stale`.
    """
    if name == "dispatch":
        return dispatch(actor=actor, referral=referral, version=version)
    with transaction.atomic():
        if version is not None:
            refuse_stale(lock(referral), version)
        if name == "return":
            _refuse_telling(referral, reason, actor)
        return REFERRAL.apply(actor=actor, record=referral, name=name, reason=reason)


def dispatch(
    *,
    actor: User,
    referral: Referral,
    where: str = "",
    carried_by: str = "",
    version: int | None = None,
) -> Referral:
    """Hand the items of an approved referral over to its laboratory, as one consignment, open until it answers.

    Raises `custody.not_held`, `custody.on_its_way`, `referral.item_held_elsewhere`, `referral.item_withdrawn`, and what
    `custody.release` raises.
    """
    with transaction.atomic():
        stored: Any = lock(referral)
        access.require(actor, "evidence.referral:dispatch", stored)
        if version is not None:
            refuse_stale(stored, version)
        option = next((o for o in REFERRAL.options(stored, actor) if o.transition.name == "dispatch"), None)
        if option is not None and option.blocked is not None:
            raise option.blocked

        def consign(locked: Referral) -> None:
            locked.consignment = custody.release(
                actor=actor,
                items=[item.item for item in items_of(locked)],
                to=Holder(agency=locked.laboratory),
                purpose=_("Laboratory referral %(number)s") % {"number": locked.number},
                where=where,
                carried_by=carried_by,
                handling=None if locked.handling == Handling.OPEN else locked.handling,
            )

        return REFERRAL.apply(actor=actor, record=stored, name="dispatch", prepare=consign)


def settled(referral: Referral) -> WrongState:
    """Return the refusal to change what was submitted."""
    return WrongState(
        "referral.settled",
        _("%(referral)s is no draft any more: %(status)s.")
        % {"referral": referral, "status": referral.get_status_display()},
        field="status",
        value=referral.status,
        rule=_("What a referral asks for stands once it was submitted: the approval is of exactly that."),
        way_forward=_("Take it back to the draft while it awaits approval; later, draft another one."),
    )


def _as_it_may_be(referral: Referral, actor: User) -> None:
    if referral.laboratory.kind not in EXAMINING:
        raise Invalid(
            "referral.no_laboratory",
            _("%(agency)s is no laboratory and no forensic institute.") % {"agency": referral.laboratory},
            field="laboratory",
            value=referral.laboratory,
            way_forward=_("Choose another agency, or let an administrator say what kind this one is."),
        )
    passed = due(referral)
    if passed is not None:
        raise passed
    refuse_told(referral.case, referral.background, "background", actor)


def refuse_told(case: Any, text: str, field: str, actor: User) -> None:
    """Refuse words for the laboratory that would tell it the case."""
    found = told(case, [text], actor)
    if found:
        raise Invalid(
            "referral.tells_the_case",
            _("The laboratory reads this, and it names %(words)s.") % {"words": ", ".join(found[:5])},
            field=field,
            value=found[0],
            rule=_("A laboratory examines without knowing the case: no numbers, names or places of it."),
            way_forward=_("Say it without; the items have references of their own."),
        )


def _refuse_telling(referral: Referral, reason: str, actor: User) -> None:
    """Refuse to tell the laboratory by what is missing in its report which case it is."""
    access.require(actor, "evidence.referral:accept", referral)
    refuse_told(referral.case, reason, "reason", actor)


def _drawn() -> str:
    """Return a reference that nothing can be concluded from, neither the case nor how many there are."""
    drawn = "".join(secrets.choice(_SIGNS) for _sign in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"
