"""By SQL, round the services: no gap, no overlap, no holder out of nowhere, no answer in another's name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from cases.ledger.context import change
from evidence.models import Consignment, CustodyEvent, Exhibit, Holding, Placement, Seal
from evidence.models.item import of_item
from evidence.services import exhibit, seal, storage
from evidence.services.holder import Holder
from tests.actors import Cast
from tests.evidence.things import accepted, ago, events, held, room, rope, sent
from tests.refused import database_refuses, run


def now_asked() -> None:
    """Ask what would be asked at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def another(holding: Holding, **fields: Any) -> Holding:
    """Return a holding of the same item that is not written yet."""
    values = {
        "case": holding.case,
        "holder_person": holding.holder_person,
        "from_at": holding.from_at,
        "basis": "late",
        "note": "x",
        "recorded_by": holding.recorded_by,
        **of_item(holding.item),
        **fields,
    }
    return Holding(**values)


@pytest.fixture
def thing(cast: Cast) -> Exhibit:
    """An exhibit that the custodian holds since ten minutes ago, the investigator since an hour before."""
    made = held(cast)
    accepted(sent(cast, made, at=ago(minutes=12)), cast.custodian, at=ago(minutes=10))
    return made


def rows(thing: Exhibit) -> list[Holding]:
    return list(Holding.objects.filter(exhibit=thing).order_by("from_at"))


def test_two_holders_at_one_time_are_refused(cast: Cast, thing: Exhibit) -> None:
    with database_refuses("evidence_holding_one_at_a_time"):
        another(rows(thing)[1], holder_person=cast.anthropologist, from_at=ago(minutes=5)).save()


def test_a_gap_is_refused(cast: Cast, thing: Exhibit) -> None:
    first, last = rows(thing)
    with database_refuses("evidence_holding_tiling"):
        Holding.objects.filter(pk=last.pk).update(until_at=ago(minutes=1))
        now_asked()
    with database_refuses("evidence_holding_tiling"):
        Holding.objects.filter(pk=first.pk).update(superseded_at=ago(), superseded_reason="x")
        now_asked()
    with database_refuses("evidence_holding_tiling"):
        Holding.objects.filter(exhibit=thing).update(superseded_at=ago(), superseded_reason="x")
        now_asked()
    with database_refuses("evidence_holding_tiling"):
        Holding.objects.filter(pk=last.pk).update(until_at=ago(minutes=2))
        another(last, from_at=ago(minutes=1)).save()
        now_asked()


def test_the_end_of_custody_has_a_reason_and_nothing_follows_it(cast: Cast, thing: Exhibit) -> None:
    last = rows(thing)[1]
    with database_refuses("evidence_holding_end_dated"):
        Holding.objects.filter(pk=last.pk).update(ending="consumed", ending_reason="x")
    end = ago(minutes=2)
    exhibit.propose_disposal(actor=cast.investigator, exhibit=thing, disposal="consumed", reason="x")
    now_asked()
    with database_refuses("evidence_holding_tiling", cast.custodian, reason="x"):
        Holding.objects.filter(pk=last.pk).update(until_at=end, ending="consumed", ending_reason="x")
        Exhibit.objects.filter(pk=thing.pk).update(status="consumed", disposed_by=cast.custodian)
        another(last, from_at=end).save()
        now_asked()


def test_what_was_entered_is_not_edited(cast: Cast, thing: Exhibit) -> None:
    first, last = rows(thing)
    for change_ in (
        {"holder_person": cast.anthropologist},
        {"from_at": ago(minutes=59)},
        {"note": "other"},
        {"basis": "late"},
        {"recorded_at": ago()},
        {"exhibit": rope(cast)},
    ):
        with database_refuses("evidence_holding_as_entered"):
            Holding.objects.filter(pk=last.pk).update(**change_)
    with database_refuses("evidence_holding_as_entered"):
        Holding.objects.filter(pk=first.pk).update(until_at=ago(minutes=3))
    with database_refuses("evidence_holding_never_withdrawn"):
        Holding.objects.filter(pk=first.pk).update(withdrawn_at=ago(), withdrawn_reason="x")
    with database_refuses("evidence_consignment_as_entered"):
        Consignment.objects.update(to_outside="court", to_person=None)
    with database_refuses("evidence_custodyevent_answered_once"):
        CustodyEvent.objects.update(condition_after="torn")
    with database_refuses("evidence_custodyevent_answered_once"):
        CustodyEvent.objects.update(status="open")


def test_a_late_entry_gives_nobody_the_item_now(cast: Cast, thing: Exhibit) -> None:
    last = rows(thing)[1]
    at = ago(minutes=5)
    stamp = ago()
    with database_refuses("evidence_holding_late_not_now"):
        Holding.objects.filter(pk=last.pk).update(superseded_at=stamp, superseded_reason="x")
        another(last, until_at=at, recorded_at=stamp).save()
        another(last, from_at=at, holder_person=cast.anthropologist, recorded_at=stamp).save()
        now_asked()


def test_nobody_holds_what_they_did_not_accept(cast: Cast, thing: Exhibit) -> None:
    [event] = events(sent(cast, thing, by=cast.custodian, to=Holder(person=cast.anthropologist)))
    last, at = rows(thing)[1], ago(seconds=1)
    with database_refuses("evidence_holding_of_event"):
        Holding.objects.filter(pk=last.pk).update(until_at=at)
        another(last, from_at=at, basis="hand_over", event=event, holder_person=cast.anthropologist).save()
    with database_refuses("evidence_holding_tiling"):
        Holding.objects.filter(pk=last.pk).update(until_at=at)
        another(last, from_at=at, basis="first", holder_person=cast.anthropologist).save()
        now_asked()


@pytest.mark.parametrize("answer", ["accepted", "refused"])
def test_an_answer_is_the_receivers_own(cast: Cast, thing: Exhibit, answer: str) -> None:
    [event] = events(sent(cast, thing, by=cast.custodian, to=Holder(person=cast.anthropologist)))
    said = {
        "status": answer,
        "answered_at": ago(),
        "answer_recorded_at": ago(),
        "answer_reason": "x",
        "answered_by": cast.anthropologist,
    }
    mine = CustodyEvent.objects.filter(pk=event.pk)
    with database_refuses("evidence_custodyevent_by_receiver", cast.custodian):
        mine.update(**said)
    with database_refuses("evidence_custodyevent_by_receiver", cast.custodian):
        mine.update(**{**said, "answered_by": cast.custodian})
    if answer == "accepted":
        with database_refuses("evidence_custodyevent_held", cast.anthropologist):
            mine.update(**said)
            now_asked()
    with database_refuses("evidence_custodyevent_answer_after_release", cast.anthropologist):
        mine.update(**{**said, "answered_at": ago(days=1)})
    with database_refuses("evidence_custodyevent_recorded_now", cast.anthropologist):
        mine.update(**{**said, "answer_recorded_at": ago(hours=-1)})


def test_only_the_holder_releases_and_once_at_a_time(cast: Cast, thing: Exhibit) -> None:
    consignment = Consignment(
        case=cast.case_a,
        number="A-1/C-0099",
        serial=99,
        from_person=cast.anthropologist,
        to_agency=cast.other_agency,
        released_at=ago(minutes=1),
        released_by=cast.anthropologist,
        purpose="x",
    )
    event = CustodyEvent(case=cast.case_a, consignment=consignment, exhibit=thing, status="open")
    with database_refuses("evidence_custodyevent_by_holder", cast.anthropologist):
        consignment.save(force_insert=True)
        event.save(force_insert=True)
    sent(cast, thing, by=cast.custodian, to=Holder(person=cast.anthropologist))
    consignment.from_person = consignment.released_by = cast.custodian
    with database_refuses("evidence_custodyevent_one_open", cast.custodian):
        consignment.save(force_insert=True)
        event.save(force_insert=True)
    consignment.to_person, consignment.to_agency = cast.custodian, None
    with database_refuses("evidence_consignment_to_another", cast.custodian):
        consignment.save(force_insert=True)
    consignment.to_agency = cast.other_agency
    with database_refuses("evidence_consignment_one_to", cast.custodian):
        consignment.save(force_insert=True)


def test_a_seal_that_differs_does_not_pass_by_sql(cast: Cast) -> None:
    thing = held(cast)
    on_it = seal.apply_seal(actor=cast.investigator, item=thing, number="S-1")
    [event] = events(sent(cast, thing))
    said = {
        "status": "accepted",
        "answered_at": ago(),
        "answer_recorded_at": ago(),
        "answered_by": cast.custodian,
    }
    mine = CustodyEvent.objects.filter(pk=event.pk)
    with database_refuses("evidence_custodyevent_seal_differs", cast.custodian):
        mine.update(**said, remark="torn")
    with database_refuses("evidence_custodyevent_seal_said", cast.custodian):
        seal.break_seal(actor=cast.custodian, seal=on_it, reason="torn")
        mine.update(**said)
    with database_refuses("evidence_seal_broken_by", cast.custodian):
        Seal.objects.update(
            broken_at=ago(), broken_recorded_at=ago(), broken_by=cast.investigator, broken_reason="x"
        )
    with database_refuses("evidence_seal_as_applied", cast.custodian):
        Seal.objects.update(number="S-2")
    with database_refuses("evidence_seal_number_unique", cast.custodian):
        Seal(case=cast.case_a, exhibit=rope(cast), number="S-1", applied_at=ago(minutes=1)).save()


def test_status_and_custody_say_the_same(cast: Cast, thing: Exhibit) -> None:
    exhibit.propose_disposal(actor=cast.investigator, exhibit=thing, disposal="consumed", reason="x")
    now_asked()
    with database_refuses("evidence_exhibit_as_held", cast.custodian, reason="x"):
        Exhibit.objects.filter(pk=thing.pk).update(status="consumed", disposed_by=cast.custodian)
        now_asked()
    with database_refuses("evidence_exhibit_as_held"):
        Exhibit.objects.filter(pk=rope(cast).pk).update(status="held")
        now_asked()


def test_recorded_is_when_it_was_written(cast: Cast, thing: Exhibit) -> None:
    fresh = rope(cast)
    with database_refuses("evidence_holding_recorded_now"):
        another(
            rows(thing)[0], exhibit=fresh, basis="first", recorded_at=ago(days=1), from_at=ago(days=2)
        ).save()
    with database_refuses("evidence_holding_not_ahead"):
        another(rows(thing)[0], exhibit=fresh, basis="first", from_at=ago(days=-1)).save()


def test_an_item_lies_in_one_place_at_a_time(cast: Cast, thing: Exhibit) -> None:
    place = room(cast)
    [first] = storage.put(actor=cast.custodian, items=[thing], place=place)
    with database_refuses("evidence_placement_one_place"):
        Placement(
            case=cast.case_a, exhibit=thing, place=place, from_at=ago(), placed_by=cast.custodian
        ).save()
    with database_refuses("evidence_placement_as_entered"):
        Placement.objects.filter(pk=first.pk).update(from_at=ago(hours=1))


def test_no_place_is_inside_itself(cast: Cast) -> None:
    building, cellar = room(cast, "House"), None
    cellar = room(cast, "Cellar", parent=building, agency=None)
    with database_refuses("evidence_storageplace_circle"):
        type(cellar).objects.filter(pk=building.pk).update(parent=cellar, agency=None)
    with database_refuses("evidence_storageplace_not_inside_itself"):
        type(cellar).objects.filter(pk=cellar.pk).update(parent=cellar)


def test_nothing_of_custody_is_deleted(cast: Cast, thing: Exhibit) -> None:
    from django.db import ProgrammingError, transaction

    for table in ("holding", "custodyevent", "consignment", "placement", "seal", "exhibit", "storageplace"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            change(cast.custodian, "tests.deleted"),
        ):
            run(f"DELETE FROM evidence_{table}")


def test_a_holding_names_one_item_and_one_holder(cast: Cast, thing: Exhibit) -> None:
    first = rows(thing)[0]
    with database_refuses("evidence_holding_one_item"):
        another(first, find=cast.find_a).save()
    with database_refuses("evidence_holding_one_holder"):
        another(first, exhibit=rope(cast), holder_outside="court", from_at=ago(minutes=1)).save()
    assert dt.timedelta(0) < rows(thing)[1].recorded_at - rows(thing)[1].from_at
