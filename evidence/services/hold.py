"""Legal holds: placed by one prosecutor, lifted by another. `hold_rules.sql` says for what each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change
from cases.models.base import Handling
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, Refusal, WrongState
from cases.services.record import create_record, lock, not_in_future, reason_given, refuse_stale, told_kindly
from cases.services.rules import DatabaseRule, declare_rules
from evidence.hold_workflow import LEGAL_HOLD
from evidence.models import HoldStatus, LegalHold
from evidence.models.item import ITEMS, stem_of
from remains.along import Companion
from remains.models import Find, Specimen

_STANDS = gettext_lazy(
    "While a legal hold stands, its item is not released, returned, reburied, used up, destroyed or withdrawn."
)
_LIFT_FIRST = gettext_lazy("A prosecutor who did not place it can lift the hold, with a reason.")

declare_rules(
    {
        "evidence_legalhold_stands": DatabaseRule(
            "hold.stands", _STANDS, way_forward=_LIFT_FIRST, kind=WrongState
        ),
        "evidence_legalhold_one_item": DatabaseRule(
            "hold.one_item",
            gettext_lazy("A hold is on one find, specimen or exhibit: exactly one of them."),
            "find",
        ),
        "evidence_legalhold_lift_asked_reasoned": DatabaseRule(
            "record.reason_required", gettext_lazy("This is done only with a reason."), "reason"
        ),
        "evidence_legalhold_days_ordered": DatabaseRule(
            "hold.lifted_before", gettext_lazy("A hold is not lifted before it was placed."), "lifted_on"
        ),
        "evidence_legalhold_reasoned": DatabaseRule(
            "hold.reasoned", gettext_lazy("A hold is placed with a reason."), "reason"
        ),
        "evidence_legalhold_lifted_by_another": DatabaseRule(
            "hold.needs_second_person",
            gettext_lazy("A hold is lifted by another prosecutor than the one who placed it, with a reason."),
            kind=WrongState,
        ),
        "evidence_legalhold_of_what_is_gone": DatabaseRule(
            "hold.item_gone",
            gettext_lazy("The item is there no longer: it was returned, reburied, released or used up."),
            kind=WrongState,
        ),
        "evidence_legalhold_placed_fixed": DatabaseRule(
            "hold.fixed",
            gettext_lazy("A hold stays as it was placed."),
            way_forward=gettext_lazy("Place another one, and let this one be lifted."),
            kind=WrongState,
        ),
        "evidence_legalhold_never_withdrawn": DatabaseRule(
            "hold.never_withdrawn",
            gettext_lazy("A hold is not withdrawn."),
            way_forward=_LIFT_FIRST,
            kind=WrongState,
        ),
        "evidence_legalhold_own_name": DatabaseRule(
            "hold.own_name",
            gettext_lazy("A hold is placed, and lifted, in one's own name only."),
            kind=Forbidden,
        ),
    }
)


def place(*, actor: User, record: LegalHold) -> LegalHold:
    """Place a hold on one item. It is seen by those who see the item.

    Raises `hold.one_item`, `hold.item_gone`, `record.day_in_future`, and what `create_record` raises.
    """
    named = [name for name in ITEMS if getattr(record, f"{name}_id") is not None]
    if len(named) != 1:
        raise Invalid(
            "hold.one_item",
            _("A hold is on one find, specimen or exhibit: exactly one of them."),
            field="find",
            way_forward=_("Place a hold of its own on each item."),
        )
    record.case = record.item.case

    def prepare(new: LegalHold) -> None:
        new.status = HoldStatus.STANDING
        new.placed_by = actor
        if new.item.handling != Handling.OPEN:
            new.handling = new.item.handling

    return create_record(
        actor=actor,
        record=record,
        prepare=prepare,
        rule=lambda new: not_in_future(new, "from_on"),
        reason=record.reason,
    )


#: The door by the name that all concepts have.
create = place


def lift(*, actor: User, hold: LegalHold, reason: str, version: int | None = None) -> LegalHold:
    """Lift a hold that somebody else placed, with a reason.

    Raises `hold.needs_second_person`, `record.stale`, and what the workflow raises.
    """
    with transaction.atomic():
        if version is not None:
            stored = lock(hold)
            access.require(actor, LEGAL_HOLD.transition("lift").permission, stored)
            refuse_stale(stored, version)
        lifted: LegalHold = LEGAL_HOLD.apply(actor=actor, record=hold, name="lift", reason=reason)
        return lifted


def ask_lift(*, actor: User, hold: LegalHold, reason: str) -> LegalHold:
    """Ask that a hold be lifted, with a reason: a prosecutor who neither placed it nor asks decides.

    Raises `hold.lifted`, `hold.lift_asked_already`, `record.reason_required`.
    """
    with transaction.atomic():
        stored = _standing(actor, hold)
        reason = reason_given(reason)
        if stored.lift_asked_by is not None:
            raise WrongState(
                "hold.lift_asked_already",
                _("%(person)s asked already that it be lifted.") % {"person": stored.lift_asked_by},
                way_forward=_("Wait for the decision of a prosecutor."),
            )
        stored.lift_asked_by, stored.lift_asked_reason = actor, reason
        return _asked(actor, stored, "lift_asked", reason)


def decline_lift(*, actor: User, hold: LegalHold, reason: str, version: int | None = None) -> LegalHold:
    """Let a hold stand that somebody asked to lift, or take one's own asking back, with a reason.

    Raises `hold.lifted`, `hold.lift_not_asked`, `record.reason_required`, `record.stale`.
    """
    with transaction.atomic():
        stored = _standing(actor, hold)
        if version is not None:
            refuse_stale(stored, version)
        if stored.lift_asked_by is None:
            raise WrongState("hold.lift_not_asked", _("Nobody asks that it be lifted."))
        if stored.lift_asked_by.pk != actor.pk:
            access.require(actor, LegalHold.permission("lift"), stored)
        reason = reason_given(reason)
        stored.lift_asked_by, stored.lift_asked_reason = None, ""
        return _asked(actor, stored, "lift_declined", reason)


def _standing(actor: User, hold: LegalHold) -> LegalHold:
    stored: LegalHold = lock(hold)
    access.require(actor, LegalHold.permission("ask_lift"), stored)
    refuse_closed(stored)
    if stored.status != HoldStatus.STANDING:
        raise WrongState(
            "hold.lifted",
            _("This hold was lifted on %(day)s.") % {"day": stored.lifted_on},
            field="status",
            value=stored.status,
        )
    return stored


def _asked(actor: User, stored: LegalHold, done: str, reason: str) -> LegalHold:
    with told_kindly(stored), change(actor, f"evidence.legalhold.{done}", reason=reason):
        stored.save(update_fields=["lift_asked_by", "lift_asked_reason"])
    stored.version += 1
    return stored


def standing_for(item: Any) -> LegalHold | None:
    """Return the hold that keeps an item as it is, whoever may see it, or None."""
    keys = [item.pk if name == stem_of(item) else None for name in ITEMS]
    with connection.cursor() as cursor:
        cursor.execute("SELECT evidence_legal_hold_of(%s, %s, %s)", keys)
        (found,) = cursor.fetchone()
    if found is None:
        return None
    return LegalHold.objects.select_related("placed_by", "find", "specimen", "exhibit").get(pk=found)


def blocks(item: Any) -> Refusal | None:
    """Return why an item stays as it is while a hold on it stands, or None."""
    hold = standing_for(item)
    if hold is None:
        return None
    return WrongState(
        "hold.stands",
        _("A legal hold of %(day)s stands on %(item)s, placed by %(person)s.")
        % {"day": hold.from_on.isoformat(), "item": hold.item, "person": hold.placed_by},
        rule=str(_STANDS),
        way_forward=str(_LIFT_FIRST),
    )


class Holds(Companion):
    """What holds refuse of the acts on finds and specimens."""

    def blocks(self, *, find: Find, actor: User, step: str) -> Refusal | None:
        """Refuse to let a find leave on which a hold stands."""
        return blocks(find) if step in {"release", "return", "rebury"} else None

    def move(self, *, actor: User, specimens: Sequence[Specimen], target: Find, reason: str) -> None:
        """Refuse to put specimens with another find on which a hold stands: they would slip out of it."""
        for find in {specimen.find_id: specimen.find for specimen in specimens}.values():
            refusal = blocks(find)
            if refusal is not None:
                raise refusal
