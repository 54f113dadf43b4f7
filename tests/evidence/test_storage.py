"""Storage: places as a tree, and what lies where, now and then."""

from __future__ import annotations

import pytest

from evidence.models import Placement
from evidence.services import storage
from evidence.services.storage import inside, lying_at, paths_of, put
from tests.actors import Cast
from tests.evidence.things import accepted, ago, held, room, sent
from tests.refused import refused


def test_what_lies_in_a_place_is_said_of_any_instant(cast: Cast) -> None:
    house = room(cast, "House", kind="building")
    shelf, box = (room(cast, name, parent=house, agency=None) for name in ("Shelf B", "Box 4"))
    thing = held(cast, at=ago(hours=9))
    put(actor=cast.investigator, items=[thing], place=shelf, at=ago(hours=8))
    put(actor=cast.investigator, items=[thing], place=box, at=ago(hours=4))
    for place, hours, lies in (
        (shelf, 6, 1),
        (shelf, 2, 0),
        (box, 6, 0),
        (box, 2, 1),
        (house, 6, 1),
        (house, 9, 0),
    ):
        assert lying_at(cast.liaison, place, ago(hours=hours)).count() == lies, (place, hours)
    assert lying_at(cast.liaison, house).get().place == box
    assert not lying_at(cast.outsider, house).exists()
    assert paths_of(cast.case_a)[box.pk] == "House, Box 4"
    assert set(inside(house)) == {house.pk, shelf.pk, box.pk}


def test_what_is_handed_over_lies_there_no_longer(cast: Cast) -> None:
    thing = held(cast)
    put(actor=cast.investigator, items=[thing], place=room(cast))
    consignment = sent(cast, thing)
    with refused("custody.on_its_way"):
        put(actor=cast.investigator, items=[thing], place=room(cast, "Other"))
    accepted(consignment, cast.custodian)
    assert Placement.objects.get().until_at is not None


def test_who_does_not_have_it_puts_it_nowhere(cast: Cast) -> None:
    thing, place = held(cast), room(cast)
    with refused("custody.not_holder"):
        put(actor=cast.anthropologist, items=[thing], place=place)
    with refused("access.forbidden"):
        put(actor=cast.prosecutor, items=[thing], place=place)
    put(actor=cast.custodian, items=[thing], place=place, at=ago(minutes=5))
    with refused("storage.there_already"):
        put(actor=cast.custodian, items=[thing], place=place)
    with refused("storage.before_placement"):
        put(actor=cast.custodian, items=[thing], place=room(cast, "Other"), at=ago(minutes=6))


def test_a_circle_of_places_is_told(cast: Cast) -> None:
    house = room(cast, "House")
    cellar = room(cast, "Cellar", parent=house, agency=None)
    box = room(cast, "Box", parent=cellar, agency=None)
    house.parent = box
    with refused("storage.circle", "parent") as caught:
        storage.change(actor=cast.custodian, record=house, version=1)
    assert caught.value.value == "House > Box > Cellar > House"


@pytest.mark.parametrize("fields", [{"agency": None}, {"name": ""}, {"kind": "hole"}])
def test_a_place_has_a_name_a_kind_and_an_agency(cast: Cast, fields: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r".") as caught:
        room(cast, **{"name": "Room", **fields})  # type: ignore[arg-type]
    assert caught.value.code in {"storage.of_agency", "record.invalid"}  # type: ignore[attr-defined]


def test_two_places_of_one_name_in_one_place_are_refused(cast: Cast) -> None:
    room(cast)
    with refused("storage.name_taken"):
        room(cast)


def test_a_place_in_which_something_lay_is_not_withdrawn(cast: Cast) -> None:
    from cases.services.record import withdraw_record

    place = room(cast)
    put(actor=cast.investigator, items=[held(cast)], place=place)
    with refused("storageplace.has_placements"):
        withdraw_record(actor=cast.custodian, record=place, reason="moved out")
