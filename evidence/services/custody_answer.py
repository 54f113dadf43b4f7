"""The receiver's answer to a hand-over: accepted, with the seal and the condition that were found, or refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import reason_given, refuse_withdrawn, told_kindly
from evidence.models import CustodyEvent, EventStatus, HoldingBasis, Placement, Seal, StoragePlace
from evidence.models.item import ITEMS, of_item
from evidence.services import holding as holdings
from evidence.services.custody import not_holder
from evidence.services.custody_receiver import Judge, receiver_of_laboratory, receiver_of_team
from evidence.services.holder import Holder, acts_for
from evidence.services.item import handling_of, last_holdings, lock_keys, said_to_be, settle
from remains.services.find_transit import take_back, take_step

#: Says of a seal on arrival that it is the one of dispatch, whole; or that there was none, and is none.
AS_SENT = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One item as it arrived. `seal` is the number that was read on it, "" where there was none."""

    event: CustodyEvent
    seal: str | None = AS_SENT
    condition: str = ""
    remark: str = ""


def accept(
    *,
    actor: User,
    arrivals: Sequence[Arrival],
    at: dt.datetime | None = None,
    place: StoragePlace | None = None,
    signed_by: str = "",
) -> list[CustodyEvent]:
    """Accept items that were handed over: from then on their receiver holds them. All or none.

    A body outside signs on paper: whoever handed over to it records the receipt, with the name `signed_by`.
    Raises `custody.answered`, `custody.not_receiver`, `custody.not_signed`, `custody.seal_differs`,
    `custody.seal_unsaid`, `custody.not_yet`, `custody.arrived_before`, `record.withdrawn`, `case.closed`.
    """
    return _accept(actor, arrivals, at, place, signed_by, receiver_of_team)


def accept_for_laboratory(
    *, actor: User, arrivals: Sequence[Arrival], at: dt.datetime | None = None
) -> list[CustodyEvent]:
    """Accept items for a laboratory, by one of its people, who see nothing else of the case.

    Raises what `accept` raises.
    """
    return _accept(actor, arrivals, at, None, "", receiver_of_laboratory)


def refuse(
    *, actor: User, events: Sequence[CustodyEvent], reason: str, signed_by: str = ""
) -> list[CustodyEvent]:
    """Refuse items that were handed over, with a reason: whoever released them holds them still.

    Raises `custody.answered`, `custody.not_receiver`, `custody.not_signed`, `record.reason_required`.
    """
    return _refuse(actor, events, reason, signed_by, receiver_of_team)


def refuse_for_laboratory(*, actor: User, events: Sequence[CustodyEvent], reason: str) -> list[CustodyEvent]:
    """Refuse items for a laboratory, by one of its people. Raises what `refuse` raises."""
    return _refuse(actor, events, reason, "", receiver_of_laboratory)


def call_back(*, actor: User, events: Sequence[CustodyEvent], reason: str) -> list[CustodyEvent]:
    """Take hand-overs back that nobody has answered yet: who released them holds them, as before.

    Raises `custody.answered`, `custody.not_holder`, `record.reason_required`.
    """
    with transaction.atomic():
        locked = lock_events(events)
        reason = reason_given(reason)
        for event in locked:
            access.require(actor, CustodyEvent.permission("create"), event)
            giver = Holder.of(event.consignment, "from")
            if not acts_for(actor, giver, event.case):
                raise not_holder(event.item, giver)
        now = timezone.now()
        _unanswered(actor, locked, EventStatus.CALLED_BACK, reason, now)
    return locked


def lock_events(events: Sequence[CustodyEvent]) -> list[CustodyEvent]:
    """Return hand-overs as they are stored, with their items, all locked, in the order given.

    Items before hand-overs, everywhere. Raises `custody.nothing_chosen`, `custody.answered`, `case.closed`.
    """
    if not events:
        raise Invalid("custody.nothing_chosen", _("No item was chosen."), field="items")
    keys: dict[str, list[Any]] = {stem: [] for stem in ITEMS}
    for event in events:
        for stem in ITEMS:
            if getattr(event, f"{stem}_id"):
                keys[stem].append(getattr(event, f"{stem}_id"))
    items = lock_keys(keys)
    rows = (
        CustodyEvent.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "case",
            "consignment__from_person__agency",
            "consignment__from_agency",
            "consignment__to_person__agency",
            "consignment__to_agency",
            "seal_before",
        )
        .filter(pk__in=[event.pk for event in events])
        .order_by("pk")
    )
    stored = {row.pk: row for row in rows}
    if len(stored) < len({event.pk for event in events}):
        raise access.not_visible()
    for row in stored.values():
        row.item = items[row.item_key]
    return [stored[key] for key in dict.fromkeys(event.pk for event in events)]


def _accept(  # noqa: PLR0917 - the doors above name everything
    actor: User,
    arrivals: Sequence[Arrival],
    at: dt.datetime | None,
    place: StoragePlace | None,
    signed_by: str,
    judge: Judge,
) -> list[CustodyEvent]:
    with transaction.atomic():
        by_event = {arrival.event.pk: arrival for arrival in arrivals}
        events = lock_events([arrival.event for arrival in arrivals])
        now = timezone.now()
        arrived_at = holdings.instant(at, now, field="answered_at")
        signed_by = signed_by.strip()
        for event in events:
            _answerable(actor, event, judge, signed_by)
            refuse_withdrawn(event.item)
            if arrived_at < event.consignment.released_at:
                raise _arrived_before(event, arrived_at)
        current = last_holdings([event.item_key for event in events])
        with told_kindly(events[0]), named(actor, "evidence.custody.accepted"):
            for event in events:
                _fill(actor, event, by_event[event.pk], arrived_at, now, signed_by)
            CustodyEvent.objects.bulk_update(
                events,
                [
                    "status",
                    "answered_at",
                    "answer_recorded_at",
                    "answered_by",
                    "received_by_name",
                    "seal_after",
                    "condition_after",
                    "remark",
                ],
            )
            holdings.close(list(current.values()), arrived_at)
            holdings.write(
                holdings.begin(
                    actor=actor,
                    item=event.item,
                    holder=Holder.of(event.consignment, "to"),
                    at=arrived_at,
                    now=now,
                    basis=HoldingBasis.HAND_OVER,
                    event=event,
                )
                for event in events
            )
            holdings.leave_places([event.item for event in events], arrived_at)
            if place is not None:
                _put(actor, events, place, arrived_at, now)
            take_step(actor=actor, finds=[event.find for event in events if event.find], step="receive")
            settle()
    return events


def _refuse(
    actor: User, events: Sequence[CustodyEvent], reason: str, signed_by: str, judge: Judge
) -> list[CustodyEvent]:
    with transaction.atomic():
        locked = lock_events(events)
        for event in locked:
            _answerable(actor, event, judge, signed_by.strip())
        _unanswered(
            actor, locked, EventStatus.REFUSED, reason_given(reason), timezone.now(), signed_by.strip()
        )
    return locked


def _unanswered(  # noqa: PLR0917 - what both doors have found out
    actor: User,
    events: Sequence[CustodyEvent],
    status: EventStatus,
    reason: str,
    now: dt.datetime,
    name: str = "",
) -> None:
    """Write that hand-overs came to nothing: refused, or called back."""
    action = {EventStatus.REFUSED: "refused", EventStatus.CALLED_BACK: "called_back"}[status]
    with told_kindly(events[0]), named(actor, f"evidence.custody.{action}", reason=reason):
        for event in events:
            event.status, event.answer_reason = status, reason
            event.answered_at = event.answer_recorded_at = now
            event.answered_by, event.received_by_name = actor, name
        CustodyEvent.objects.bulk_update(
            events,
            [
                "status",
                "answer_reason",
                "answered_at",
                "answer_recorded_at",
                "answered_by",
                "received_by_name",
            ],
        )
        sent = [(event.find, event.status_before) for event in events if event.find and event.status_before]
        take_back(actor=actor, finds=sent, reason=reason)
        settle()


def _answerable(actor: User, event: CustodyEvent, judge: Judge, signed_by: str) -> None:
    judge(actor, event)
    refuse_closed(event)
    if event.status != EventStatus.OPEN:
        raise answered(event)
    if event.consignment.to_outside and not signed_by:
        raise Invalid(
            "custody.not_signed",
            _("%(to)s has no account here: say who signed for it.") % {"to": event.consignment.to_outside},
            field="received_by_name",
            way_forward=_("Enter the name under the receipt."),
        )


def answered(event: CustodyEvent) -> WrongState:
    """Return the refusal to answer a hand-over a second time."""
    return WrongState(
        "custody.answered",
        _("The hand-over of %(item)s was answered already: %(status)s.")
        % {"item": said_to_be(event.item), "status": event.get_status_display()},
        field="status",
        value=event.status,
        way_forward=_("Open it again to see by whom, and when."),
    )


def _arrived_before(event: CustodyEvent, at: dt.datetime) -> Invalid:
    return Invalid(
        "custody.arrived_before",
        _("%(item)s was handed over at %(sent)s only.")
        % {
            "item": said_to_be(event.item),
            "sent": timezone.localtime(event.consignment.released_at).isoformat(" ", "minutes"),
        },
        field="answered_at",
        value=at.isoformat(),
        way_forward=_("Enter when it arrived, which is after it was sent."),
    )


def _fill(  # noqa: PLR0917 - one arrival's values, given once
    actor: User, event: CustodyEvent, arrival: Arrival, at: dt.datetime, now: dt.datetime, signed_by: str
) -> None:
    """Put an arrival into its hand-over, or refuse a seal that differs in silence."""
    event.status = EventStatus.ACCEPTED
    event.answered_at, event.answer_recorded_at, event.answered_by = at, now, actor
    event.received_by_name = signed_by
    event.condition_after = arrival.condition.strip()
    event.remark = arrival.remark.strip()
    event.seal_after = _seal_found(event, arrival, at, now)


def _seal_found(event: CustodyEvent, arrival: Arrival, at: dt.datetime, now: dt.datetime) -> Seal | None:
    """Return the seal that is on the item as it arrived.

    The seal of dispatch, whole, needs no word. Any other finding needs that one to be recorded as broken first, and a
    word on what was found.
    """
    sent = event.seal_before
    whole = sent is not None and sent.broken_at is None
    seen = arrival.seal.strip() if arrival.seal is not None else (sent.number if sent and whole else "")
    if sent is not None and whole and seen == sent.number:
        return sent
    if sent is None and seen == "":
        return None
    if sent is not None and whole:
        raise WrongState(
            "custody.seal_differs",
            _(
                "%(item)s cannot be accepted: seal %(seen)s recorded on arrival is not the seal %(sent)s "
                "recorded on dispatch."
            )
            % {"item": said_to_be(event.item).capitalize(), "seen": seen, "sent": sent}
            if seen
            else _(
                "%(item)s cannot be accepted: no seal is recorded on arrival, and seal %(sent)s was on dispatch."
            )
            % {"item": said_to_be(event.item).capitalize(), "sent": sent},
            field="seal",
            value=seen,
            rule=_("The seal on arrival is the one of dispatch, whole."),
            way_forward=_("Record a broken seal first."),
        )
    if not arrival.remark.strip():
        raise Invalid(
            "custody.seal_unsaid",
            _("The seal of %(item)s on arrival is not the one of dispatch, and nothing says what was found.")
            % {"item": said_to_be(event.item)},
            field="remark",
            way_forward=_("Say in a sentence what you found."),
        )
    if seen == "":
        return None
    on_it = Seal(
        case_id=event.case_id,
        number=seen,
        applied_at=at,
        recorded_at=now,
        note=_("found on it when it arrived"),
        handling=handling_of(event.item),
        **of_item(event.item),
    )
    existing = Seal.objects.filter(
        case=event.case_id, number=seen, broken_at__isnull=True, **{f"{_stem(event)}_id": event.item_key}
    ).first()
    if existing is not None:
        return existing
    on_it.save(force_insert=True)
    return on_it


def _stem(event: CustodyEvent) -> str:
    return next(stem for stem in ITEMS if getattr(event, f"{stem}_id"))


def _put(
    actor: User, events: Sequence[CustodyEvent], place: StoragePlace, at: dt.datetime, now: dt.datetime
) -> None:
    Placement.objects.bulk_create(
        Placement(
            case_id=event.case_id,
            handling=handling_of(event.item, place),
            place=place,
            from_at=at,
            placed_by=actor,
            recorded_at=now,
            **of_item(event.item),
        )
        for event in events
    )
