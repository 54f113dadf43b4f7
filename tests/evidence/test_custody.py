"""Custody: one holder at every instant; handed over by the holder, accepted or refused by the receiver."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cases.ledger.context import change
from cases.models import Appointment, Case
from cases.services.record import withdraw_record
from evidence.models import Consignment, CustodyEvent, Holding, Placement, Seal
from evidence.services import custody, custody_answer, seal
from evidence.services.custody_answer import Arrival
from evidence.services.holder import Holder
from remains.models import Specimen
from tests.actors import INSTALLER, SINCE, Cast, make_user
from tests.evidence.things import accepted, ago, events, held, holders, lifted, room, rope, sent
from tests.refused import refused
from tests.remains.specimens import log


def test_an_exhibit_goes_from_hand_to_hand(cast: Cast) -> None:
    thing = held(cast)
    assert thing.status == "held"
    consignment = sent(cast, thing, where="at the gate", carried_by="patrol 4")
    assert (consignment.number, holders(thing)) == ("A-1/C-0001", ["Investigator"])
    [event] = accepted(consignment, cast.custodian, place=room(cast))
    assert holders(thing) == ["Investigator", "Custodian"]
    assert Placement.objects.get().until_at is None
    assert Holding.objects.get(until_at=None).event == event


def test_who_refuses_says_why_and_the_releaser_holds_it_still(cast: Cast) -> None:
    thing = held(cast)
    [event] = events(sent(cast, thing))
    with refused("record.reason_required"):
        custody_answer.refuse(actor=cast.custodian, events=[event], reason=" ")
    custody_answer.refuse(actor=cast.custodian, events=[event], reason="the bag is wet")
    assert holders(thing) == ["Investigator"]
    sent(cast, thing)


def test_a_hand_over_is_called_back_by_the_releaser(cast: Cast) -> None:
    thing = held(cast)
    pending = events(sent(cast, thing))
    with refused("custody.not_holder"):
        custody_answer.call_back(actor=cast.anthropologist, events=pending, reason="mine")
    custody_answer.call_back(actor=cast.investigator, events=pending, reason="the wrong rope")
    with refused("custody.answered"):
        custody_answer.accept(actor=cast.custodian, arrivals=[Arrival(pending[0])])


def test_nothing_is_handed_over_by_who_does_not_hold_it(cast: Cast) -> None:
    thing = held(cast)
    for person in (cast.anthropologist, cast.custodian):
        with refused("custody.not_holder"):
            sent(cast, thing, by=person, to=Holder(agency=cast.other_agency))
    with refused("access.forbidden"):
        sent(cast, thing, by=cast.auditor)
    with refused("access.not_found"):
        sent(cast, thing, by=cast.outsider)
    with refused("custody.not_held"):
        sent(cast, rope(cast))


def test_what_is_on_its_way_is_not_handed_over_again(cast: Cast) -> None:
    thing = held(cast)
    sent(cast, thing)
    with refused("custody.on_its_way"):
        sent(cast, thing)


def test_a_receipt_is_signed_by_whom_it_was_sent_to(cast: Cast) -> None:
    pending = events(sent(cast, held(cast)))
    for person, code in (
        (cast.anthropologist, "custody.not_receiver"),
        (cast.investigator, "custody.not_receiver"),
        (cast.prosecutor, "access.forbidden"),
        (cast.outsider, "access.not_found"),
        (cast.laboratory, "access.not_found"),
    ):
        with refused(code):
            custody_answer.accept(actor=person, arrivals=[Arrival(pending[0])])
    accepted(pending[0].consignment, cast.custodian)
    with refused("custody.answered"):
        accepted(pending[0].consignment, cast.custodian)


def test_nobody_is_sent_what_they_could_not_accept(cast: Cast) -> None:
    thing = held(cast)
    for person in (cast.outsider, cast.auditor, cast.prosecutor):
        with refused("custody.receiver_not_of_case", "to_person"):
            sent(cast, thing, to=Holder(person=person))
    with refused("custody.to_oneself"):
        sent(cast, thing, to=Holder(person=cast.investigator))
    for nobody in (Holder(), Holder(person=cast.custodian, outside="court"), Holder(outside=" ")):
        with refused("custody.one_holder"):
            sent(cast, thing, to=nobody)


def test_many_items_go_as_one_consignment_and_are_answered_one_by_one(cast: Cast) -> None:
    things = [held(cast) for _n in range(3)]
    consignment = sent(cast, *things, conditions={things[0].pk: "wet"})
    first, second, third = events(consignment)
    assert first.condition_before == "wet"
    custody_answer.accept(actor=cast.custodian, arrivals=[Arrival(first), Arrival(third)])
    custody_answer.refuse(actor=cast.custodian, events=[second], reason="not in the parcel")
    assert [holders(thing)[-1] for thing in things] == ["Custodian", "Investigator", "Custodian"]


def test_items_of_two_holders_are_two_consignments(cast: Cast) -> None:
    mine, agencys = held(cast), rope(cast)
    custody.take_in(actor=cast.investigator, items=[agencys], holder=Holder(agency=cast.agency))
    with refused("custody.two_holders"):
        sent(cast, mine, agencys)
    sent(cast, agencys, by=cast.anthropologist)


def test_a_body_outside_signs_on_paper_and_gives_back_through_the_custodian(cast: Cast) -> None:
    thing = held(cast)
    pending = events(sent(cast, thing, to=Holder(outside="District court")))
    with refused("custody.not_signed", "received_by_name"):
        custody_answer.accept(actor=cast.investigator, arrivals=[Arrival(pending[0])])
    custody_answer.accept(actor=cast.investigator, arrivals=[Arrival(pending[0])], signed_by="A. Clerk")
    assert holders(thing) == ["Investigator", "District court"]
    with refused("custody.not_holder"):
        sent(cast, thing)
    back = sent(cast, thing, by=cast.custodian)
    accepted(back, cast.custodian)
    assert holders(thing)[-1] == "Custodian"


def test_a_laboratory_accepts_by_its_people_who_see_nothing_else(cast: Cast) -> None:
    thing = held(cast)
    [event] = events(sent(cast, thing, to=Holder(agency=cast.laboratory.agency)))
    with refused("access.not_found"):
        custody_answer.accept_for_laboratory(actor=cast.outsider, arrivals=[Arrival(event)])
    with refused("access.not_found"):
        custody_answer.accept(actor=cast.laboratory, arrivals=[Arrival(event)])
    custody_answer.accept_for_laboratory(actor=cast.laboratory, arrivals=[Arrival(event)])
    assert holders(thing) == ["Investigator", "Laboratory L"]


def test_an_analyst_appointed_in_the_laboratory_accepts_too(cast: Cast) -> None:
    [event] = events(sent(cast, held(cast), to=Holder(agency=cast.laboratory_agency)))
    with change(INSTALLER, "tests.appointment.made"):
        analyst = make_user("analyst", cast.agency)
        Appointment.objects.create(
            agency=cast.laboratory_agency, user=analyst, role="laboratory", from_on=SINCE
        )
    seen = custody_answer.accept_for_laboratory(actor=analyst, arrivals=[Arrival(event)])
    assert seen[0].status == "accepted"


def test_the_times_of_a_hand_over_follow_each_other(cast: Cast) -> None:
    thing = held(cast, at=ago(hours=2))
    with refused("custody.not_yet", "released_at"):
        sent(cast, thing, at=timezone.now() + dt.timedelta(hours=1))
    with refused("custody.before_holding"):
        sent(cast, thing, at=ago(hours=3))
    consignment = sent(cast, thing, at=ago(minutes=50))
    with refused("custody.arrived_before", "answered_at"):
        accepted(consignment, cast.custodian, at=ago(minutes=55))
    [event] = accepted(consignment, cast.custodian, at=ago(minutes=20))
    assert event.answer_recorded_at is not None
    assert event.answered_at is not None
    assert event.answer_recorded_at - event.answered_at > dt.timedelta(minutes=19)


# --- seals


def test_another_seal_is_never_accepted_in_silence(cast: Cast) -> None:
    thing = held(cast)
    on_it = seal.apply_seal(actor=cast.investigator, item=thing, number="S-87")
    [event] = events(sent(cast, thing))
    for seen in ("S-88", ""):
        with refused("custody.seal_differs", "seal"):
            custody_answer.accept(actor=cast.custodian, arrivals=[Arrival(event, seal=seen, remark="?")])
    seal.break_seal(actor=cast.custodian, seal=on_it, reason="torn on arrival, S-88 put over it")
    with refused("custody.seal_unsaid", "remark"):
        custody_answer.accept(actor=cast.custodian, arrivals=[Arrival(event, seal="S-88")])
    [done] = custody_answer.accept(
        actor=cast.custodian, arrivals=[Arrival(event, seal="S-88", remark="S-88 is put over a torn S-87")]
    )
    assert done.seal_before == on_it
    assert done.seal_after == Seal.objects.get(number="S-88", applied_by=None)


def test_the_seal_of_dispatch_is_accepted_as_it_is(cast: Cast) -> None:
    thing = held(cast)
    on_it = seal.apply_seal(actor=cast.investigator, item=thing, number="S-87")
    [event] = events(sent(cast, thing))
    [done] = custody_answer.accept(actor=cast.custodian, arrivals=[Arrival(event, seal=" S-87 ")])
    assert done.seal_after == on_it


def test_a_seal_is_used_once_and_covers_an_item_alone(cast: Cast) -> None:
    first, second = held(cast), held(cast)
    on_it = seal.apply_seal(actor=cast.investigator, item=first, number="S-1")
    with refused("seal.number_taken", "number"):
        seal.apply_seal(actor=cast.investigator, item=second, number="S-1")
    with refused("seal.on_already"):
        seal.apply_seal(actor=cast.investigator, item=first, number="S-2")
    with refused("custody.not_holder"):
        seal.break_seal(actor=cast.anthropologist, seal=on_it, reason="to look")
    seal.break_seal(actor=cast.investigator, seal=on_it, reason="opened for examination")
    with refused("seal.broken"):
        seal.break_seal(actor=cast.investigator, seal=on_it, reason="again")
    seal.apply_seal(actor=cast.investigator, item=first, number="S-2")


# --- finds and specimens


def test_a_find_in_custody_is_in_transit_while_it_is_handed_over(cast: Cast) -> None:
    find = lifted(cast)
    custody.take_in(actor=cast.investigator, items=[find], at=ago(hours=1))
    consignment = sent(cast, find)
    find.refresh_from_db()
    assert find.status == "in_transit"
    custody_answer.call_back(actor=cast.investigator, events=events(consignment), reason="rain")
    find.refresh_from_db()
    assert find.status == "lifted"
    accepted(sent(cast, find), cast.custodian)
    find.refresh_from_db()
    assert (find.status, holders(find)) == ("received", ["Investigator", "Custodian"])


def test_a_find_in_custody_is_not_sent_by_a_button(cast: Cast) -> None:
    from remains.services.find import apply_transition

    find = lifted(cast)
    apply_transition(actor=cast.investigator, find=find, name="send")
    apply_transition(actor=cast.custodian, find=find, name="receive")
    find.refresh_from_db()
    custody.take_in(actor=cast.custodian, items=[find])
    with refused("find.in_custody"):
        apply_transition(actor=cast.custodian, find=find, name="send")


def test_a_specimen_is_held_with_its_find_until_it_is_taken_out(cast: Cast) -> None:
    find = lifted(cast)
    [bone] = log(cast.anthropologist, find, ("femur", "left"))
    custody.take_in(actor=cast.anthropologist, items=[find], at=ago(hours=1))
    with refused("custody.held_with_find"):
        custody.take_in(actor=cast.anthropologist, items=[bone])
    consignment = sent(cast, bone, by=cast.anthropologist, to=Holder(agency=cast.other_agency))
    assert holders(bone) == ["Anthropologist"]
    assert holders(find) == ["Anthropologist"]
    assert isinstance(events(consignment)[0].item, Specimen)


def test_parts_of_a_find_are_held_by_whoever_holds_it(cast: Cast) -> None:
    from remains.models import Find
    from remains.services.find import merge_finds, split_find

    find = lifted(cast)
    custody.take_in(actor=cast.investigator, items=[find], at=ago(hours=1))
    parts = split_find(
        actor=cast.anthropologist, find=find, parts=[Find(category="bone")], reason="two people"
    )
    assert holders(parts[0]) == ["Investigator"]
    accepted(sent(cast, parts[0]), cast.custodian)
    parts[0].refresh_from_db()
    with refused("find.two_states"):
        merge_finds(
            actor=cast.anthropologist, finds=[find, *parts], record=Find(category="bone"), reason="one"
        )
    accepted(sent(cast, find, to=Holder(person=cast.anthropologist)), cast.anthropologist)
    with refused("custody.two_holders"):
        merge_finds(
            actor=cast.anthropologist, finds=[find, *parts], record=Find(category="bone"), reason="one"
        )
    accepted(sent(cast, find, by=cast.anthropologist), cast.custodian)
    whole = merge_finds(
        actor=cast.anthropologist, finds=[find, *parts], record=Find(category="bone"), reason="one person"
    )
    assert holders(whole) == ["Custodian"]
    assert Holding.objects.filter(ending="merged").count() == 2


def test_a_specimen_is_not_moved_into_another_hand(cast: Cast) -> None:
    from remains.services.specimen_move import move_specimens

    mine, other = lifted(cast, 50), lifted(cast, 51)
    [bone] = log(cast.anthropologist, mine, ("femur", "left"))
    custody.take_in(actor=cast.anthropologist, items=[mine])
    custody.take_in(actor=cast.custodian, items=[other])
    with refused("custody.two_holders", "find"):
        move_specimens(actor=cast.anthropologist, specimens=[bone], to=other, reason="of one person")


# --- what is refused to everybody


def test_a_closed_case_and_a_withdrawn_item_hand_nothing_over(cast: Cast) -> None:
    from tests.cases.test_workflow_matrix import _step

    thing = held(cast)
    find = lifted(cast)
    custody.take_in(actor=cast.investigator, items=[find])
    withdraw_record(actor=cast.investigator, record=find, reason="entered twice")
    with refused("record.withdrawn"):
        sent(cast, find)
    pending = sent(cast, thing)
    _step(cast, Case.objects.get(pk=cast.case_a.pk), "closed")
    with refused("case.closed"):
        accepted(pending, cast.custodian)
    with refused("case.closed"):
        sent(cast, thing)


def test_items_of_two_cases_are_not_sent_together(cast: Cast) -> None:
    with refused("access.not_found"):
        sent(cast, held(cast), cast.find_b)
    with refused("custody.nothing_chosen"):
        sent(cast)


@pytest.mark.parametrize("count", [1, 5])
def test_a_consignment_asks_the_database_as_often_for_many_items_as_for_one(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    things = [held(cast) for _n in range(count)]
    with django_assert_max_num_queries(40):
        consignment = sent(cast, *things)
    assert CustodyEvent.objects.count() == count
    with django_assert_max_num_queries(30):
        accepted(consignment, cast.custodian)
    assert Consignment.objects.count() == 1
