"""Items in hand: found, locked, and shown with who holds them, what is open and how they are sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.models.base import Handling
from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import refuse_withdrawn
from evidence.models import CustodyEvent, EventStatus, Exhibit, Holding, Item, Seal
from evidence.models.item import ITEM_KEY, stem_of
from remains.models import Find, Specimen

#: The kinds of items, in the order in which they are locked, everywhere.
KINDS: dict[str, Any] = {"find": Find, "specimen": Specimen, "exhibit": Exhibit}


@dataclass(slots=True)
class Held:
    """An item with what custody says of it now."""

    item: Any
    #: The last holding: open while custody goes on, ended when it ended for good; none before the first.
    holding: Holding | None = None
    #: The hand-over that waits for an answer.
    event: CustodyEvent | None = None
    #: The seal that is on it, whole.
    seal: Seal | None = None
    #: For a specimen that is held with its find: the find's holding.
    with_find: Holding | None = None

    @property
    def kind(self) -> str:
        """Say in a few words what the item is."""
        name = str(self.item._meta.verbose_name)
        if isinstance(self.item, Find):
            return f"{name}, {self.item.get_category_display()}"
        return (
            f"{name}, {Truncator(self.item.description).words(8)}" if isinstance(self.item, Exhibit) else name
        )

    @property
    def open_holding(self) -> Holding | None:
        """Return the item's own holding, if it goes on."""
        return self.holding if self.holding is not None and self.holding.until_at is None else None

    @property
    def effective(self) -> Holding | None:
        """Return the holding that says who has the item: its own, or that of the find in which it lies."""
        return self.holding if self.holding is not None else self.with_find


@dataclass(slots=True)
class HeldItems:
    """Several items of one case, locked, with what custody says of them."""

    items: list[Any]
    held: dict[UUID, Held] = field(default_factory=dict)

    def __iter__(self) -> Any:
        return (self.held[item.pk] for item in self.items)

    @property
    def of_kind(self) -> dict[str, list[Any]]:
        """Return the items by kind."""
        groups: dict[str, list[Any]] = defaultdict(list)
        for item in self.items:
            groups[stem_of(item)].append(item)
        return groups


def among(rows: Any, items: Iterable[Any]) -> Any:
    """Narrow rows about items to those about some of these."""
    return keyed(rows, [item.pk for item in items])


def keyed(rows: Any, keys: Sequence[UUID]) -> Any:
    """Narrow rows about items to those about items with these keys, by the index over the one key."""
    return rows.annotate(_item=ITEM_KEY).filter(_item__in=keys)


def lock_items(actor: User, items: Sequence[Item], permission: str) -> HeldItems:
    """Return items as they are stored, locked in one order, which the actor sees and may do this with.

    Whoever hands over, splits, consumes or corrects one of them waits for the other.
    Raises `custody.nothing_chosen`, `custody.several_cases`, `record.withdrawn`, `case.closed`.
    """
    keys: dict[str, list[UUID]] = {stem: [] for stem in KINDS}
    for item in items:
        keys[stem_of(item)].append(item.pk)
    found = lock_keys(keys)
    wanted = list(dict.fromkeys(item.pk for item in items))
    if not wanted:
        raise Invalid("custody.nothing_chosen", _("No item was chosen."), field="items")
    stored = []
    for key in wanted:
        if key not in found:
            raise access.not_visible()
        access.require(actor, permission, found[key])
        stored.append(found[key])
    if len({item.case_id for item in stored}) > 1:
        raise Invalid(
            "custody.several_cases",
            _("These items belong to several cases."),
            field="items",
            way_forward=_("Hand over the items of one case at a time."),
        )
    for item in stored:
        refuse_withdrawn(item)
    refuse_closed(stored[0])
    return held_items(stored)


def lock_keys(keys: dict[str, list[UUID]]) -> dict[UUID, Any]:
    """Return the items with these keys, locked: finds before specimens before exhibits, each in the order of keys."""
    found: dict[UUID, Any] = {}
    for stem, kind in KINDS.items():
        if keys.get(stem):
            rows = (
                kind.objects.select_for_update(no_key=True, of=("self",))
                .select_related("case", *(["find"] if stem == "specimen" else []))
                .filter(pk__in=keys[stem])
                .order_by("pk")
            )
            found.update({row.pk: row for row in rows})
    return found


def held_items(items: Sequence[Any]) -> HeldItems:
    """Return items with what custody says of them now, in a number of queries that does not grow with theirs."""
    result = HeldItems(list(items), {item.pk: Held(item) for item in items})
    finds = {item.find_id for item in items if isinstance(item, Specimen)}
    by_key = last_holdings([*result.held, *finds])
    for key, held in result.held.items():
        held.holding = by_key.get(key)
        if isinstance(held.item, Specimen) and held.holding is None:
            held.with_find = by_key.get(held.item.find_id)
    events = CustodyEvent.objects.filter(status=EventStatus.OPEN).select_related(
        "consignment__to_person__agency",
        "consignment__to_agency",
        "consignment__from_person__agency",
        "consignment__from_agency",
        "seal_before",
    )
    for event in keyed(events, list(result.held)):
        result.held[event.item_key].event = event
    for seal in keyed(Seal.objects.current().filter(broken_at__isnull=True), list(result.held)):
        result.held[seal.item_key].seal = seal
    return result


def last_holdings(keys: Sequence[UUID]) -> dict[UUID, Holding]:
    """Return the last holding of each of these items: the open one, or the one with which custody ended."""
    rows = Holding.objects.filter(superseded_at__isnull=True).filter(
        Q(until_at__isnull=True) | Q(ending__isnull=False)
    )
    rows = rows.select_related("holder_person__agency", "holder_agency")
    return {row.item_key: row for row in keyed(rows, keys)}


def handling_of(*records: Any) -> str:
    """Return the handling of what hangs on several records: that of the one which is not open."""
    restricted = (
        record.handling for record in records if record is not None and record.handling != Handling.OPEN
    )
    return next(restricted, Handling.OPEN)


def said_to_be(item: Item) -> str:
    """Name an item with its kind: find KHJ01-0001."""
    return f"{item._meta.verbose_name} {item}"


def settle() -> None:
    """Ask the database now what it would ask at the end of the transaction, so that a refusal names this act."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
