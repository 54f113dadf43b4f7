"""Short ways to record exhibits, hold and hand them over in tests."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from cases.ledger.context import change
from cases.models import User
from evidence.models import Consignment, CustodyEvent, Exhibit, Item, StoragePlace
from evidence.services import custody, custody_answer, exhibit, storage
from evidence.services.custody_answer import Arrival
from evidence.services.holder import Holder
from evidence.services.holding import timeline
from remains.models import Find
from tests.actors import INSTALLER, SINCE, Cast, make_find


def ago(**span: float) -> dt.datetime:
    """Return an instant before now."""
    return timezone.now() - dt.timedelta(**span)


def rope(cast: Cast, **fields: Any) -> Exhibit:
    """Record a rope found at site A."""
    values = {
        "case": cast.case_a,
        "site": cast.site_a,
        "kind_id": "exhibit_kind.ligature",
        "description": "rope, knotted twice",
        **fields,
    }
    return exhibit.create(actor=cast.investigator, record=Exhibit(**values))


def held(cast: Cast, *, by: User | None = None, at: dt.datetime | None = None, **fields: Any) -> Exhibit:
    """Record a rope that somebody holds since an hour ago: the investigator."""
    made = rope(cast, **fields)
    who = by or cast.investigator
    custody.take_in(actor=who, items=[made], at=at or ago(hours=1))
    made.refresh_from_db()
    return made


def lifted(cast: Cast, serial: int = 50, **fields: Any) -> Find:
    """Return a find that was lifted, and is held by nobody yet."""
    with change(INSTALLER, "tests.find.made"):
        return make_find(cast.site_a, serial, status="lifted", lifted_on=SINCE, **fields)


def sent(
    cast: Cast, *items: Item, to: Holder | None = None, by: User | None = None, **more: Any
) -> Consignment:
    """Hand items over: from the investigator to the custodian."""
    return custody.release(
        actor=by or cast.investigator,
        items=items,
        to=to or Holder(person=cast.custodian),
        purpose="into the evidence room",
        **more,
    )


def events(consignment: Consignment) -> list[CustodyEvent]:
    """Return the hand-overs of a consignment, in the order of its items."""
    return list(CustodyEvent.objects.filter(consignment=consignment).order_by("id"))


def accepted(consignment: Consignment, by: User, **more: Any) -> list[CustodyEvent]:
    """Accept all of a consignment as it was sent."""
    return custody_answer.accept(actor=by, arrivals=[Arrival(event) for event in events(consignment)], **more)


def holders(item: Item) -> list[str]:
    """Return the names of the holders of an item, the first one first, as they tile its time."""
    rows = timeline(item)
    for row, following in itertools.pairwise(rows):
        assert row.until_at == following.from_at
    return [row.holder.split(" (")[0] for row in rows]


def room(cast: Cast, name: str = "Evidence room", **fields: Any) -> StoragePlace:
    """Record a storage place of the custodian's agency."""
    values = {"case": cast.case_a, "agency": cast.agency, "kind": "room", "name": name, **fields}
    return storage.create(actor=cast.custodian, record=StoragePlace(**values))
