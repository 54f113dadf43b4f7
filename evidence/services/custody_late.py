"""Entries about the past: who held an item between two instants. Nothing is edited: what they contradict is superseded.

Each keeps both when it happened and when it was recorded. Who holds the item now is not changed by one of them: for
that it is handed over.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import reason_given, told_kindly
from evidence.models import Holding, HoldingBasis, Item
from evidence.services import holding as holdings
from evidence.services.holder import Holder, checked
from evidence.services.item import Held, lock_items, settle


def enter_late(
    *, actor: User, item: Item, holder: Holder, from_at: dt.datetime, until_at: dt.datetime, reason: str
) -> Holding:
    """Enter that somebody held an item from an instant until another, in the past.

    What was entered for that time is superseded: what lies before and after it is entered again, with the same holders.
    Raises `custody.not_held`, `custody.not_now`, `custody.gap`, `custody.nothing_new`, `custody.not_yet`,
    `record.interval_ordered`, `record.reason_required` and what `lock_items` raises.
    """
    with transaction.atomic():
        locked = lock_items(actor, [item], Holding.permission("correct"))
        [held] = locked
        now = timezone.now()
        reason = reason_given(reason)
        new = checked(holder, field="holder")
        holdings.instant(until_at, now, field="until_at")
        if until_at <= from_at:
            raise Invalid(
                "record.interval_ordered",
                _("The interval ends before it begins."),
                field="until_at",
                value=until_at.isoformat(),
            )
        if held.holding is None:
            raise holdings.not_held(held)
        rows = holdings.timeline(held.item)
        _refuse_outside(held, rows, from_at, until_at)
        touched = _touched(rows, from_at, until_at)
        if rows[0].from_at <= from_at and all(Holder.of(row, "holder") == new for row in touched):
            raise WrongState(
                "custody.nothing_new",
                _("%(holder)s is the holder of that time already.") % {"holder": new},
                field="holder",
            )
        with told_kindly(rows[0]), named(actor, "evidence.custody.entered_late", reason=reason):
            Holding.objects.filter(pk__in=[row.pk for row in touched]).update(
                superseded_at=now, superseded_reason=reason
            )
            late = holdings.begin(
                actor=actor,
                item=held.item,
                holder=new,
                at=from_at,
                now=now,
                basis=HoldingBasis.LATE,
                note=reason,
            )
            late.until_at = until_at
            rest = [
                piece
                for row in touched
                for piece in (_before(actor, row, from_at, now), _after(actor, row, until_at, now, reason))
                if piece is not None
            ]
            holdings.write([late, *rest])
            settle()
    return late


def _touched(rows: list[Holding], from_at: dt.datetime, until_at: dt.datetime) -> list[Holding]:
    """Return the holdings that an entry contradicts; the first one too, when it begins before that."""
    return [
        row
        for place, row in enumerate(rows)
        if (row.from_at < until_at and (row.until_at is None or row.until_at > from_at))
        or (place == 0 and from_at < row.from_at)
    ]


def _before(actor: User, row: Holding, at: dt.datetime, now: dt.datetime) -> Holding | None:
    """Return what remains of a holding before an instant: it began as it was entered."""
    if row.from_at >= at:
        return None
    piece = _again(actor, row, now)
    piece.until_at = at
    return piece


def _after(actor: User, row: Holding, at: dt.datetime, now: dt.datetime, reason: str) -> Holding | None:
    """Return what remains of a holding after an instant."""
    if row.until_at is not None and row.until_at <= at:
        return None
    piece = _again(actor, row, now)
    piece.from_at = max(at, row.from_at)
    piece.until_at, piece.ending, piece.ending_reason = row.until_at, row.ending, row.ending_reason
    piece.basis, piece.event, piece.note = HoldingBasis.LATE, None, reason
    return piece


def _again(actor: User, row: Holding, now: dt.datetime) -> Holding:
    piece = holdings.begin(
        actor=actor,
        item=row.item,
        holder=Holder.of(row, "holder"),
        at=row.from_at,
        now=now,
        basis=HoldingBasis(row.basis),
        event=row.event,
        note=row.note,
    )
    piece.handling = row.handling
    return piece


def _refuse_outside(held: Held, rows: list[Holding], from_at: dt.datetime, until_at: dt.datetime) -> None:
    last: Any = rows[-1]
    if until_at < rows[0].from_at:
        raise Invalid(
            "custody.gap",
            _("Nobody would hold it between this and %(since)s.")
            % {"since": timezone.localtime(rows[0].from_at).isoformat(" ", "minutes")},
            field="until_at",
            value=until_at.isoformat(),
            rule=_("From the first holding on somebody holds it at every instant."),
            way_forward=_("Let it end when the first holding begins."),
        )
    end = held.event.consignment.released_at if held.event is not None else None
    if last.until_at is not None and until_at > last.until_at:
        end = last.until_at
        raise _after_the_end(until_at, end)
    if end is not None and until_at > end:
        raise _after_the_end(until_at, end)


def _after_the_end(until_at: dt.datetime, end: dt.datetime) -> Invalid:
    return Invalid(
        "custody.not_now",
        _("An entry about the past ends before %(end)s, when it was handed over or its custody ended.")
        % {"end": timezone.localtime(end).isoformat(" ", "minutes")},
        field="until_at",
        value=until_at.isoformat(),
        rule=_("Who holds an item now changes by a hand-over that is accepted."),
        way_forward=_("Enter an earlier end, or hand it over."),
    )
