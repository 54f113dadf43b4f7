"""The end of custody: consumed, released, destroyed, returned, reburied. The last holding ends, and none follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import Refusal
from cases.services.record import reason_given, told_kindly
from evidence.models import Holding, HoldingEnd
from evidence.services import holding as holdings
from evidence.services.custody import not_holder
from evidence.services.holder import Holder, acts_for
from evidence.services.item import held_items, lock_items, settle
from remains.models import Specimen


def end_custody(
    *,
    actor: User,
    items: Sequence[Any],
    ending: HoldingEnd,
    reason: str,
    at: dt.datetime | None = None,
) -> None:
    """End the holdings of items for good, and where they lie. The caller has locked them and asked who may."""
    now = at or timezone.now()
    open_ones = [held.open_holding for held in held_items(items) if held.open_holding is not None]
    if not open_ones:
        return
    with told_kindly(open_ones[0]), named(actor, "evidence.custody.ended", reason=reason):
        holdings.close(open_ones, now, ending=ending, reason=reason)
        holdings.leave_places(items, now)


def not_to_be_ended(actor: User, item: Any, *, by_holder: bool = True) -> Refusal | None:
    """Return why the custody of an item cannot end now: held by nobody, on its way, or held by somebody else."""
    [held] = held_items([item])
    if held.event is not None:
        return holdings.on_its_way(held)
    if held.open_holding is None:
        return holdings.not_held(held)
    holder = Holder.of(held.open_holding, "holder")
    if by_holder and not acts_for(actor, holder, item.case):
        return not_holder(item, holder)
    return None


def consume_specimen(*, actor: User, specimen: Specimen, reason: str) -> Holding:
    """Record that a specimen with a custody of its own was used up, whole, by an examination.

    Raises `custody.not_held`, `custody.on_its_way`, `custody.not_holder`, `record.reason_required`.
    """
    with transaction.atomic():
        [held] = lock_items(actor, [specimen], "evidence.exhibit:consume")
        reason = reason_given(reason)
        refusal = not_to_be_ended(actor, held.item)
        if refusal is not None:
            raise refusal
        end_custody(actor=actor, items=[held.item], ending=HoldingEnd.CONSUMED, reason=reason)
        settle()
        [after] = held_items([held.item])
    return after.holding
