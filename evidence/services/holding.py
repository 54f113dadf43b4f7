"""Holdings: begun, ended and read. The doors are in `custody.py`; here is what they write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models.user import User
from cases.refusals import Invalid, WrongState
from evidence.models import CustodyEvent, Holding, HoldingBasis, Placement
from evidence.models.item import of_item
from evidence.services.holder import Holder
from evidence.services.item import Held, handling_of, keyed, said_to_be


def instant(at: dt.datetime | None, now: dt.datetime, *, field: str) -> dt.datetime:
    """Return when something happened: now unless another time is said, which has come already."""
    if at is None:
        return now
    if at > now:
        raise Invalid(
            "custody.not_yet",
            _("This time has not come yet: %(at)s.")
            % {"at": timezone.localtime(at).isoformat(" ", "minutes")},
            field=field,
            value=at.isoformat(),
            way_forward=_("Enter when it happened, or leave it empty for now."),
        )
    return at


def begin(
    *,
    actor: User,
    item: Any,
    holder: Holder,
    at: dt.datetime,
    now: dt.datetime,
    basis: HoldingBasis,
    event: CustodyEvent | None = None,
    note: str = "",
) -> Holding:
    """Return a holding that begins, to be written."""
    return Holding(
        case_id=item.case_id,
        handling=handling_of(item, event),
        from_at=at,
        basis=basis,
        event=event,
        note=note,
        recorded_by=actor,
        recorded_at=now,
        **of_item(item),
        **holder.fields("holder"),
    )


def write(holdings: Iterable[Holding]) -> None:
    """Write holdings that begin."""
    Holding.objects.bulk_create(holdings)


def close(
    holdings: Sequence[Holding], at: dt.datetime, *, ending: str | None = None, reason: str = ""
) -> None:
    """End holdings at one instant: because another follows, or with `ending` for good.

    Raises `custody.before_holding`.
    """
    for holding in holdings:
        if at <= holding.from_at:
            raise before_holding(holding.item, holding, at)
    Holding.objects.filter(pk__in=[holding.pk for holding in holdings]).update(
        until_at=at, ending=ending, ending_reason=reason
    )


def before_holding(item: Any, holding: Holding, at: dt.datetime) -> Invalid:
    """Return the refusal of a time before the holder had the item."""
    return Invalid(
        "custody.before_holding",
        _("%(holder)s holds %(item)s since %(since)s only.")
        % {
            "holder": holding.holder,
            "item": said_to_be(item),
            "since": timezone.localtime(holding.from_at).isoformat(" ", "minutes"),
        },
        field="released_at",
        value=at.isoformat(),
        way_forward=_("Enter a later time, or let the custodian enter what happened before."),
    )


def leave_places(items: Iterable[Any], at: dt.datetime) -> None:
    """End where items lie: they were taken away."""
    keys = [item.pk for item in items]
    keyed(Placement.objects.current().filter(until_at__isnull=True, from_at__lt=at), keys).update(until_at=at)


def not_held(held: Held) -> WrongState:
    """Return the refusal of an act that only a holder takes, with an item that nobody holds."""
    if held.holding is not None and held.holding.ending is not None:
        return WrongState(
            "custody.ended",
            _("%(item)s: custody ended, it was %(ending)s.")
            % {"item": said_to_be(held.item), "ending": held.holding.get_ending_display()},
            way_forward=_("Look at its custody to see when, and by whom."),
        )
    return WrongState(
        "custody.not_held",
        _("Nobody holds %(item)s yet.") % {"item": said_to_be(held.item)},
        way_forward=_("Take it into custody first: say who has it, and since when."),
    )


def on_its_way(held: Held) -> WrongState:
    """Return the refusal of an act with an item whose hand-over waits for an answer."""
    consignment = held.event.consignment  # type: ignore[union-attr]
    return WrongState(
        "custody.on_its_way",
        _("%(item)s is on its way to %(to)s, with %(consignment)s.")
        % {"item": said_to_be(held.item), "to": Holder.of(consignment, "to"), "consignment": consignment},
        way_forward=_("Wait until it is accepted or refused, or call it back."),
    )


def timeline(item: Any) -> list[Holding]:
    """Return the holdings of an item that tile its time, the earliest first."""
    rows = Holding.objects.filter(superseded_at__isnull=True).select_related(
        "holder_person__agency", "holder_agency", "recorded_by", "event__consignment"
    )
    return list(keyed(rows, [item.pk]).order_by("from_at"))
