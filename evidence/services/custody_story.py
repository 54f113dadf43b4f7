"""The custody of one item as a story: who had it, handed it over, sealed it and put it where, in the order of time.

Pages show it, and certificates print it. Each entry keeps when it happened, and when it was recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cases.models.user import User
from evidence.models import (
    CustodyEvent,
    EventStatus,
    Holding,
    HoldingBasis,
    Item,
    Placement,
    Seal,
)
from evidence.services.holder import Holder
from evidence.services.item import keyed
from evidence.services.storage import paths_of
from remains.models import Specimen

#: What comes first of several things at one instant.
_ORDER = ("holding", "sent", "called_back", "refused", "sealed", "broken", "placed", "ended")
#: Recorded later than this, an entry says when.
LATE = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened with an item."""

    #: holding, ended, sent, refused, called_back, sealed, broken, placed; for its sign and its colour.
    kind: str
    at: dt.datetime
    what: str
    recorded_at: dt.datetime | None = None
    #: Who entered it, and what else is to be said: why, in what condition, under which seal.
    by: str = ""
    details: list[str] = field(default_factory=list)
    #: The record to look at: a consignment, a seal.
    record: Any = None

    @property
    def is_late(self) -> bool:
        """Say whether it was recorded notably later than it happened."""
        return self.recorded_at is not None and self.recorded_at - self.at > LATE


@dataclass(frozen=True, slots=True)
class Story:
    """The custody of one item, the latest first, and what was superseded of it."""

    entries: list[Entry]
    superseded: list[Holding]
    #: For a specimen without a custody of its own: the find with which it is held.
    with_find: Any = None


def story_of(item: Item, user: User) -> Story:
    """Return the custody of an item as this person may see it, in a constant number of queries."""
    rows = list(
        keyed(Holding.objects.visible_to(user), [item.pk])
        .select_related("holder_person__agency", "holder_agency", "recorded_by", "event__consignment")
        .order_by("from_at")
    )
    events = list(
        keyed(CustodyEvent.objects.visible_to(user), [item.pk]).select_related(
            "consignment__from_person__agency",
            "consignment__from_agency",
            "consignment__to_person__agency",
            "consignment__to_agency",
            "consignment__released_by",
            "answered_by",
            "seal_before",
            "seal_after",
        )
    )
    entries: list[Entry] = [
        *_holdings([row for row in rows if row.superseded_at is None], {event.pk: event for event in events}),
        *_hand_overs(events),
        *_seals(item, user),
        *_placements(item, user),
    ]
    entries.sort(key=lambda entry: (entry.at, _ORDER.index(entry.kind)), reverse=True)
    return Story(
        entries,
        [row for row in rows if row.superseded_at is not None],
        item.find if isinstance(item, Specimen) and not rows else None,
    )


def _holdings(rows: list[Holding], events: dict[Any, CustodyEvent]) -> Iterator[Entry]:
    for row in rows:
        details = [str(row.get_basis_display())]
        event = events.get(row.event_id)
        if event is not None:
            details = [
                _("Accepted by %(person)s") % {"person": event.answered_by},
                *_signed(event),
                *_arrived(event),
            ]
        elif row.note:
            details.append(row.note)
        yield Entry(
            "holding",
            row.from_at,
            row.holder,
            recorded_at=event.answer_recorded_at if event is not None else row.recorded_at,
            by=str(row.recorded_by),
            details=details,
            record=event.consignment if event is not None and row.basis == HoldingBasis.HAND_OVER else None,
        )
        if row.ending is not None and row.until_at is not None:
            yield Entry("ended", row.until_at, str(row.get_ending_display()), details=[row.ending_reason])


def _signed(event: CustodyEvent) -> list[str]:
    return [_("signed for by %(name)s") % {"name": event.received_by_name}] if event.received_by_name else []


def _arrived(event: CustodyEvent) -> list[str]:
    said = []
    if event.seal_after is not None and event.seal_after == event.seal_before:
        said.append(_("seal %(seal)s, whole") % {"seal": event.seal_after})
    elif event.seal_before is not None or event.seal_after is not None:
        said.append(
            _("seal on dispatch %(before)s, on arrival %(after)s: %(remark)s")
            % {
                "before": event.seal_before or _("none"),
                "after": event.seal_after or _("none"),
                "remark": event.remark,
            }
        )
    if event.condition_after:
        said.append(_("condition: %(condition)s") % {"condition": event.condition_after})
    return said


def _hand_overs(events: list[CustodyEvent]) -> Iterator[Entry]:
    for event in events:
        consignment = event.consignment
        details = [
            _("Handed over by %(person)s: %(why)s")
            % {"person": consignment.released_by, "why": consignment.purpose},
            *(
                text
                for text in (
                    consignment.handed_over_where,
                    consignment.carried_by
                    and _("carried by %(carrier)s") % {"carrier": consignment.carried_by},
                    event.seal_before and _("seal %(seal)s") % {"seal": event.seal_before},
                    event.condition_before
                    and _("condition: %(condition)s") % {"condition": event.condition_before},
                )
                if text
            ),
        ]
        yield Entry(
            "sent",
            consignment.released_at,
            _("Sent to %(holder)s, %(consignment)s")
            % {"holder": Holder.of(consignment, "to"), "consignment": consignment},
            recorded_at=consignment.recorded_at,
            by=str(consignment.released_by),
            details=details,
            record=consignment,
        )
        if event.status in (EventStatus.REFUSED, EventStatus.CALLED_BACK) and event.answered_at is not None:
            yield Entry(
                str(event.status),
                event.answered_at,
                str(event.get_status_display()),
                recorded_at=event.answer_recorded_at,
                by=str(event.answered_by),
                details=[event.answer_reason, *_signed(event)],
                record=consignment,
            )


def _seals(item: Item, user: User) -> Iterator[Entry]:
    rows = keyed(Seal.objects.visible_to(user).current(), [item.pk])
    for seal in rows.select_related("applied_by", "broken_by"):
        yield Entry(
            "sealed",
            seal.applied_at,
            _("Seal %(seal)s") % {"seal": seal},
            recorded_at=seal.recorded_at,
            by=str(seal.applied_by or ""),
            details=[seal.note] if seal.note else [],
            record=seal,
        )
        if seal.broken_at is not None:
            yield Entry(
                "broken",
                seal.broken_at,
                _("Seal %(seal)s broken") % {"seal": seal},
                recorded_at=seal.broken_recorded_at,
                by=str(seal.broken_by),
                details=[seal.broken_reason],
                record=seal,
            )


def _placements(item: Item, user: User) -> Iterator[Entry]:
    rows = list(
        keyed(Placement.objects.visible_to(user).current(), [item.pk]).select_related("place", "placed_by")
    )
    ways = paths_of(item.case) if rows else {}
    for row in rows:
        yield Entry(
            "placed",
            row.from_at,
            _("Put in %(place)s") % {"place": ways.get(row.place_id, row.place.name)},
            recorded_at=row.recorded_at,
            by=str(row.placed_by),
            details=[row.note] if row.note else [],
            record=row.place,
        )
