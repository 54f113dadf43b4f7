"""The end of custody: consumed, released, destroyed, returned, reburied. The last holding ends, and none follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import Refusal
from cases.services.record import told_kindly
from evidence.models import HoldingEnd
from evidence.services import hold
from evidence.services import holding as holdings
from evidence.services.item import held_items


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


def not_to_be_ended(item: Any) -> Refusal | None:
    """Return why the custody of an item cannot end now: a legal hold, held by nobody, or on its way."""
    standing = hold.blocks(item)
    if standing is not None:
        return standing
    [held] = held_items([item])
    if held.event is not None:
        return holdings.on_its_way(held)
    if held.open_holding is None:
        return holdings.not_held(held)
    return None
