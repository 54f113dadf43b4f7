"""Storage: places as a tree, and what lies where, now and at any instant before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import change_record, create_record, refuse_withdrawn, told_kindly
from evidence.models import Item, Placement, StoragePlace
from evidence.models.item import of_item
from evidence.services import holding as holdings
from evidence.services.custody import not_holder
from evidence.services.holder import Holder, acts_for
from evidence.services.item import Held, handling_of, keyed, lock_items, said_to_be


def create(*, actor: User, record: StoragePlace) -> StoragePlace:
    """Record a storage place. Raises `storage.of_agency`, `storage.name_taken`."""
    return create_record(actor=actor, record=record, prepare=_settle)


def change(*, actor: User, record: StoragePlace, version: int) -> StoragePlace:
    """Change a storage place, or put it inside another.

    Raises `storage.circle`, with the circle, and what `create` raises.
    """
    return change_record(actor=actor, record=record, version=version, prepare=_settle, rule=_refuse_circle)


def _settle(place: StoragePlace) -> None:
    """What is inside another place is of that one's agency."""
    if place.parent_id is not None:
        place.agency = None


def _refuse_circle(place: StoragePlace) -> None:
    tree = dict(StoragePlace.objects.filter(case=place.case_id).values_list("pk", "parent_id"))
    names = dict(StoragePlace.objects.filter(case=place.case_id).values_list("pk", "name"))
    way, step = [place.pk], place.parent_id
    while step is not None and step != place.pk and step not in way[1:]:
        way.append(step)
        step = tree.get(step)
    if step == place.pk:
        circle = " > ".join(str(names.get(key, "?")) for key in [*way, place.pk])
        raise Invalid(
            "storage.circle",
            _("A place would be inside itself: %(circle)s.") % {"circle": circle},
            field="parent",
            value=circle,
            way_forward=_("Choose a place that is not inside this one."),
        )


def put(
    *, actor: User, items: Sequence[Item], place: StoragePlace, at: dt.datetime | None = None, note: str = ""
) -> list[Placement]:
    """Put items in a place, where they lie until something else is said.

    Whoever holds them does so, or the custodian of the case.

    Raises `storage.there_already`, `storage.before_placement`, `custody.on_its_way`, `custody.not_holder`,
    `custody.not_yet`, `record.other_case`, `record.withdrawn`.
    """
    with transaction.atomic():
        locked = lock_items(actor, items, Placement.permission("create"))
        now = timezone.now()
        put_at = holdings.instant(at, now, field="from_at")
        stored = StoragePlace.objects.select_related("case").filter(pk=place.pk).first()
        if stored is None or not access.sees(actor, stored):
            raise access.not_visible()
        refuse_withdrawn(stored)
        if stored.case_id != locked.items[0].case_id:
            raise Invalid(
                "record.other_case",
                _("%(parent)s belongs to another case.") % {"parent": stored},
                field="place",
                way_forward=_("Choose one of the same case."),
            )
        lying = placements_now([item.pk for item in locked.items])
        for held in locked:
            _refuse_put(actor, held, lying.get(held.item.pk), stored, put_at)
        with told_kindly(stored), named(actor, "evidence.storage.put", reason=note.strip()):
            Placement.objects.filter(pk__in=[row.pk for row in lying.values()]).update(until_at=put_at)
            rows = [
                Placement(
                    case_id=held.item.case_id,
                    handling=handling_of(held.item, stored),
                    place=stored,
                    from_at=put_at,
                    placed_by=actor,
                    recorded_at=now,
                    note=note.strip(),
                    **of_item(held.item),
                )
                for held in locked
            ]
            Placement.objects.bulk_create(rows)
    return rows


def _refuse_put(
    actor: User, held: Held, lying: Placement | None, place: StoragePlace, at: dt.datetime
) -> None:
    if held.event is not None:
        raise holdings.on_its_way(held)
    current = held.effective
    if current is not None and current.until_at is not None:
        raise holdings.not_held(held)
    if current is not None and not access.may(actor, "evidence.holding:correct", held.item.case):
        holder = Holder.of(current, "holder")
        if not acts_for(actor, holder, held.item.case):
            raise not_holder(held.item, holder)
    if lying is None:
        return
    if lying.place_id == place.pk:
        raise WrongState(
            "storage.there_already",
            _("%(item)s lies there already.") % {"item": said_to_be(held.item)},
            field="place",
        )
    if at <= lying.from_at:
        raise Invalid(
            "storage.before_placement",
            _("%(item)s was put where it lies now at %(since)s.")
            % {
                "item": said_to_be(held.item),
                "since": timezone.localtime(lying.from_at).isoformat(" ", "minutes"),
            },
            field="from_at",
            value=at.isoformat(),
            way_forward=_("Enter a later time."),
        )


def placements_now(keys: Sequence[UUID]) -> dict[UUID, Placement]:
    """Return where each of these items lies now, by its key."""
    rows = Placement.objects.current().filter(until_at__isnull=True).select_related("place")
    return {row.item_key: row for row in keyed(rows, keys)}


def lying_at(user: User, place: StoragePlace, at: dt.datetime | None = None) -> Any:
    """Return what the user may see lying in a place, or in any place inside it, at an instant; now without one."""
    rows = Placement.objects.visible_to(user).current().filter(place__in=inside(place))
    if at is None:
        return rows.filter(until_at__isnull=True)
    return rows.filter(Q(until_at__isnull=True) | Q(until_at__gt=at), from_at__lte=at)


def inside(place: StoragePlace) -> list[UUID]:
    """Return the keys of a place and of all places inside it."""
    below: dict[Any, list[UUID]] = {}
    for key, parent in StoragePlace.objects.filter(case=place.case_id).values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(key)
    found = [place.pk]
    for key in found:
        found += below.get(key, [])
    return found


def paths(places: Mapping[UUID, tuple[str, UUID | None]]) -> dict[UUID, str]:
    """Return the whole way to each place, from the outermost: "Institute, Room 4, Shelf B"."""

    def path(key: UUID) -> str:
        names: list[str] = []
        step: UUID | None = key
        while step is not None and step in places and len(names) < len(places):
            name, step = places[step]
            names.append(name)
        return ", ".join(reversed(names))

    return {key: path(key) for key in places}


def paths_of(case: Any) -> dict[UUID, str]:
    """Return the whole way to each place of a case, in one query."""
    rows = StoragePlace.objects.filter(case=case).values_list("pk", "name", "parent_id")
    return paths({key: (name, parent) for key, name, parent in rows})
