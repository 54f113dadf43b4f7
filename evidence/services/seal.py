"""Seals: put on items and broken, each with who, when and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import WrongState
from cases.services.record import check_fields, reason_given, refuse_withdrawn, told_kindly
from evidence.models import Item, Seal
from evidence.models.item import of_item
from evidence.services import holding as holdings
from evidence.services.custody import not_holder
from evidence.services.custody_receiver import may_answer, receiver_of_laboratory
from evidence.services.holder import Holder, acts_for
from evidence.services.item import Held, handling_of, held_items, lock_items, lock_keys, said_to_be


def apply_seal(
    *, actor: User, item: Item, number: str, at: dt.datetime | None = None, note: str = ""
) -> Seal:
    """Put a seal on an item. Whoever holds the item seals it, and the custodian of the case.

    Raises `seal.on_already`, `seal.number_taken`, `custody.on_its_way`, `custody.not_holder`, `custody.not_yet`.
    """
    with transaction.atomic():
        [held] = lock_items(actor, [item], Seal.permission("create"))
        now = timezone.now()
        if held.event is not None:
            raise holdings.on_its_way(held)
        _refuse_other_hands(actor, held)
        if held.seal is not None:
            raise WrongState(
                "seal.on_already",
                _("%(item)s is under seal %(seal)s already.")
                % {"item": said_to_be(held.item), "seal": held.seal},
                field="number",
                way_forward=_("Record that this seal is broken first, and why."),
            )
        seal = Seal(
            case_id=held.item.case_id,
            handling=handling_of(held.item),
            number=number.strip(),
            applied_at=holdings.instant(at, now, field="applied_at"),
            applied_by=actor,
            recorded_at=now,
            note=note.strip(),
            **of_item(held.item),
        )
        with told_kindly(seal), named(actor, "evidence.seal.applied"):
            check_fields(seal)
            seal.save(force_insert=True)
    return seal


def break_seal(*, actor: User, seal: Seal, reason: str, at: dt.datetime | None = None) -> Seal:
    """Record that a seal is broken: opened on purpose by the holder, or found broken by the receiver of a hand-over.

    Raises `seal.broken`, `custody.not_holder`, `record.reason_required`, `custody.not_yet`.
    """
    with transaction.atomic():
        [held] = lock_items(actor, [seal.item], Seal.permission("break"))
        return _break(actor, held, seal, reason, at)


def break_seal_for_laboratory(*, actor: User, seal: Seal, reason: str, at: dt.datetime | None = None) -> Seal:
    """Record that a laboratory to which an item was sent found its seal broken. Raises what `break_seal` raises."""
    with transaction.atomic():
        stem = seal.item._meta.model_name or ""
        items = lock_keys({stem: [seal.item_key]})
        [held] = held_items(list(items.values()))
        if held.event is None:
            raise access.not_visible()
        receiver_of_laboratory(actor, held.event)
        refuse_withdrawn(held.item)
        refuse_closed(held.item)
        return _break(actor, held, seal, reason, at, judged=True)


def _break(
    actor: User, held: Held, seal: Seal, reason: str, at: dt.datetime | None, *, judged: bool = False
) -> Seal:
    stored: Any = Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    now = timezone.now()
    reason = reason_given(reason)
    if stored.broken_at is not None:
        raise WrongState(
            "seal.broken",
            _("Seal %(seal)s is broken already.") % {"seal": stored},
            value=stored,
        )
    if not judged:
        _refuse_other_hands(actor, held, receiving=True)
    stored.broken_at = holdings.instant(at, now, field="broken_at")
    stored.broken_by, stored.broken_reason, stored.broken_recorded_at = actor, reason, now
    with told_kindly(stored), named(actor, "evidence.seal.broken", reason=reason):
        stored.save(update_fields=["broken_at", "broken_by", "broken_reason", "broken_recorded_at"])
    stored.version += 1
    return stored


def _refuse_other_hands(actor: User, held: Held, *, receiving: bool = False) -> None:
    """Refuse who does not have the item in hand: its holder, its receiver, or the custodian of the case."""
    if access.may(actor, "evidence.holding:correct", held.item.case):
        return
    if receiving and held.event is not None and may_answer(actor, held.event):
        return
    current = held.effective
    if current is None or current.until_at is not None:
        return
    holder = Holder.of(current, "holder")
    if not acts_for(actor, holder, held.item.case):
        raise not_holder(held.item, holder)
