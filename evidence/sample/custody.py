"""Enters the exhibits of a sample and their custody, each act by the person whose act it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from cases.models import Case, User
from evidence.models import CustodyEvent, Exhibit, StoragePlace
from evidence.sample.document import ExhibitEntry, HandOverEntry, PlaceEntry
from evidence.services import custody, custody_answer
from evidence.services import exhibit as exhibits_door
from evidence.services import seal as seals_door
from evidence.services import storage as storage_door
from evidence.services.custody_answer import Arrival
from evidence.services.holder import Holder
from remains.models import Find


def people_of(entry: ExhibitEntry) -> set[str]:
    """Return the roles without which an exhibit and its custody cannot be entered."""
    return {entry.by, *(step.to for step in entry.hand_overs)}


def enter_place(entry: PlaceEntry, *, case: Case, actor: User, parent: StoragePlace | None) -> StoragePlace:
    """Record a storage place."""
    return storage_door.create(
        actor=actor,
        record=StoragePlace(
            case=case,
            kind=entry.kind,
            name=entry.name,
            parent=parent,
            agency=None if parent else actor.agency,
            conditions=entry.conditions,
            remarks=entry.remarks,
        ),
    )


def enter_exhibit(
    entry: ExhibitEntry,
    *,
    case: Case,
    find: Find,
    who: Callable[[str], User],
    place: Callable[[str], StoragePlace],
) -> Exhibit:
    """Record an exhibit, take it into custody, seal it and hand it over as the file says."""
    actor = who(entry.by)
    exhibit = exhibits_door.create(
        actor=actor,
        record=Exhibit(
            case=case,
            site=find.site,
            find=find,
            kind_id=f"exhibit_kind.{entry.kind}",
            material_id=f"exhibit_material.{entry.material}" if entry.material else None,
            description=entry.description,
            position=entry.position,
            finder_as_named=entry.finder_as_named,
            remarks=entry.remarks,
            handling=find.handling,
        ),
    )
    if entry.held_hours_ago is not None:
        custody.take_in(actor=actor, items=[exhibit], at=_ago(entry.held_hours_ago))
        if entry.seal:
            seals_door.apply_seal(actor=actor, item=exhibit, number=entry.seal, at=_ago(entry.held_hours_ago))
    holder = actor
    for step in entry.hand_overs:
        holder = _hand_over(exhibit, step, giver=holder, taker=who(step.to), place=place)
    return exhibit


def _hand_over(
    exhibit: Exhibit,
    step: HandOverEntry,
    *,
    giver: User,
    taker: User,
    place: Callable[[str], StoragePlace],
) -> User:
    consignment = custody.release(
        actor=giver,
        items=[exhibit],
        to=Holder(person=taker),
        purpose=step.purpose,
        at=_ago(step.hours_ago),
        where=step.where,
        conditions={exhibit.pk: step.condition},
    )
    if step.accepted_hours_ago is None:
        return giver
    event = CustodyEvent.objects.get(consignment=consignment)
    custody_answer.accept(
        actor=taker,
        arrivals=[Arrival(event, condition=step.condition_on_arrival)],
        at=_ago(step.accepted_hours_ago),
        place=place(step.place) if step.place else None,
    )
    return taker


def _ago(hours: int) -> Any:
    return timezone.now() - dt.timedelta(hours=hours)
