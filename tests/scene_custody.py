"""Records of custody in a scene: exhibits that somebody holds, sealed, in a room, on their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cases.ledger.context import Actor, change
from cases.models import Site, User
from evidence.models import (
    Consignment,
    CustodyEvent,
    Exhibit,
    Holding,
    LegalHold,
    Placement,
    Seal,
    StoragePlace,
)
from remains.models import Find
from tests.actors import make_user

if TYPE_CHECKING:
    from tests.scene import Scene

EARLIER = dt.datetime(2024, 2, 22, 10, 0, tzinfo=dt.UTC)


def _first(made: dict[type, list[Any]], model: type) -> Any:
    return made[model][0]


def _exhibit(scene: Scene, made: Any, index: int) -> Any:
    serial = 5000 + scene.number()
    site = _first(made, Site)
    return Exhibit.objects.create(
        site=site,
        find=_first(made, Find),
        number=f"{site.code}-E{serial:04d}",
        serial=serial,
        kind_id="exhibit_kind.ligature",
        status="recorded",
        description=scene.text("rope"),
        other_label=scene.text("bag"),
        position=scene.text("around the wrists"),
        remarks=scene.text("remark"),
        finder_as_named=scene.text("team"),
        **scene.common,
    )


def _storage_place(scene: Scene, made: Any, index: int) -> Any:
    return StoragePlace.objects.create(
        agency=scene.case.lead_agency,
        kind="room",
        name=scene.text(f"Room {scene.number()}"),
        conditions=scene.text("locked"),
        remarks=scene.text("remark"),
        **scene.common,
    )


def _holder(scene: Scene) -> Any:
    """Return the person in whose name custody of the scene is written."""
    name = f"holder.{scene.case.number}.{scene.common['handling']}".lower()
    return User.objects.filter(username=name).first() or make_user(name, scene.case.lead_agency)


def _placement(scene: Scene, made: Any, index: int) -> Any:
    return Placement.objects.create(
        exhibit=_exhibit(scene, made, index),
        place=_first(made, StoragePlace),
        from_at=EARLIER,
        placed_by=_holder(scene),
        note=scene.text("upper shelf"),
        **scene.common,
    )


def _seal(scene: Scene, made: Any, index: int) -> Any:
    return Seal.objects.create(
        exhibit=_exhibit(scene, made, index),
        number=scene.text(f"S-{scene.common['handling'][:3]}-{scene.number()}"),
        applied_at=EARLIER,
        note=scene.text("tape"),
        **scene.common,
    )


def _consignment(scene: Scene, made: Any, index: int) -> Any:
    serial = Consignment.objects.filter(case=scene.case).count() + 1
    return Consignment.objects.create(
        number=f"{scene.case.number}/C-{serial:04d}",
        serial=serial,
        from_person=_holder(scene),
        to_outside=scene.text("court"),
        released_at=EARLIER,
        released_by=_holder(scene),
        purpose=scene.text("for examination"),
        handed_over_where=scene.text("at the gate"),
        carried_by=scene.text("patrol"),
        **scene.common,
    )


def _holding(scene: Scene, made: Any, index: int) -> Any:
    exhibit = _exhibit(scene, made, index)
    holding = Holding.objects.create(
        exhibit=exhibit,
        holder_person=_holder(scene),
        from_at=EARLIER,
        basis="first",
        note=scene.text("lifted"),
        recorded_by=_holder(scene),
        **scene.common,
    )
    Exhibit.objects.filter(pk=exhibit.pk).update(status="held")
    return holding


def _custody_event(scene: Scene, made: Any, index: int) -> Any:
    exhibit = _holding(scene, made, index).exhibit
    with change(Actor.of(_holder(scene)), "tests.scene.made"):
        return CustodyEvent.objects.create(
            exhibit=exhibit,
            consignment=_first(made, Consignment),
            status="open",
            condition_before=scene.text("wet"),
            **scene.common,
        )


def _legal_hold(scene: Scene, made: Any, index: int) -> Any:
    by = _holder(scene)
    with change(Actor.of(by), "tests.scene.made"):
        return LegalHold.objects.create(
            exhibit=_exhibit(scene, made, index),
            reason=scene.text("order"),
            court_order=scene.text("court"),
            from_on=EARLIER.date(),
            placed_by=by,
            status="standing",
            **scene.common,
        )


CUSTODY_MAKERS: dict[type, Callable[..., Any]] = {
    Exhibit: _exhibit,
    StoragePlace: _storage_place,
    Placement: _placement,
    Seal: _seal,
    Consignment: _consignment,
    Holding: _holding,
    CustodyEvent: _custody_event,
    LegalHold: _legal_hold,
}
