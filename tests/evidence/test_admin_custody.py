"""The pages of custody: scanned, handed over, accepted in two taps, told as a story."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evidence.labels.tokens import token_of
from evidence.models import Consignment, CustodyEvent, Exhibit, Holding, Placement, Seal
from evidence.services import seal
from evidence.services.custody_story import story_of
from tests.actors import Cast
from tests.evidence.things import accepted, ago, events, held, holders, lifted, room, rope, sent
from tests.remains.specimens import log
from tests.signed_in import signed_in

RELEASE = reverse("admin:evidence_consignment_release")
SCAN = reverse("admin:evidence_consignment_scan")


def page(item: Any) -> str:
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])


def text(client: Client, url: str, **query: Any) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_items_are_scanned_one_after_the_other_and_handed_over_together(cast: Cast) -> None:
    things = [held(cast, other_label=f"bag {n}") for n in (1, 2)]
    seal.apply_seal(actor=cast.investigator, item=things[1], number="S-87")
    client = signed_in(cast.investigator)
    assert "id_codes" in text(client, RELEASE)
    first = client.post(RELEASE, {"codes": f"https://taphos.example/i/{token_of(things[0])}", "add": ""})
    assert things[0].number in first.content.decode()
    typed = {"item": [token_of(things[0])], "codes": "S-87 nowhere", "purpose": "to the room", "add": ""}
    second = client.post(RELEASE, typed)
    assert second.status_code == 422
    shown = second.content.decode()
    assert "nowhere is nothing here." in shown
    assert things[1].number in shown
    assert "to the room" in shown, "what was typed is still there"
    sent_form = {
        "item": [token_of(thing) for thing in things],
        "person": str(cast.custodian.pk),
        "purpose": "to the room",
        f"condition-{things[0].pk}": "wet",
        "act": "",
    }
    answer = client.post(RELEASE, sent_form)
    consignment = Consignment.objects.get()
    assert answer["Location"] == page(consignment)
    assert [event.condition_before for event in events(consignment)] == ["wet", ""]
    assert "S-87" in text(client, page(consignment))


def test_a_refusal_stands_on_the_page_with_everything_typed(cast: Cast) -> None:
    thing = held(cast)
    client = signed_in(cast.investigator)
    typed = {"item": [token_of(thing)], "purpose": "to court", "outside": "Court", "act": ""}
    answer = client.post(RELEASE, {**typed, "person": str(cast.custodian.pk)})
    assert answer.status_code == 422
    assert "exactly one of them" in answer.content.decode()
    assert 'value="Court"' in answer.content.decode()
    assert not Consignment.objects.exists()


def test_a_receiver_accepts_in_two_taps(cast: Cast) -> None:
    thing = held(cast)
    seal.apply_seal(actor=cast.investigator, item=thing, number="S-87")
    sent(cast, thing)
    client = signed_in(cast.custodian)
    scanned = client.get(reverse("label", args=[token_of(thing)]))
    assert "/answer/?event=" in scanned["Location"]
    shown = text(client, scanned["Location"])
    assert "S-87" in shown
    [event] = CustodyEvent.objects.all()
    answer = client.post(
        scanned["Location"], {"event": [str(event.pk)], f"seal-{event.pk}": "S-87", "accept": ""}
    )
    assert answer.status_code == 302
    assert holders(thing) == ["Investigator", "Custodian"]
    # What was accepted leads to its record from now on.
    assert client.get(reverse("label", args=[token_of(thing)]))["Location"] == page(thing)


def test_another_seal_leads_to_the_entry_of_a_broken_one(cast: Cast) -> None:
    thing = held(cast)
    on_it = seal.apply_seal(actor=cast.investigator, item=thing, number="S-87")
    [event] = events(sent(cast, thing))
    client = signed_in(cast.custodian)
    url = reverse("admin:evidence_consignment_answer", args=[event.consignment_id])
    typed = {"event": [str(event.pk)], f"seal-{event.pk}": "S-88", "accept": ""}
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert "is not the seal S-87 recorded on dispatch" in answer.content.decode()
    way = reverse("admin:evidence_seal_break", args=[on_it.pk])
    assert way in answer.content.decode()
    broken = client.post(f"{way}?next={url}", {"reason": "torn on arrival"})
    assert broken["Location"] == url
    assert client.post(f"{way}?next=https://elsewhere.example/", {"reason": "x"}).status_code == 409
    done = client.post(url, {**typed, f"remark-{event.pk}": "S-88 put over a torn S-87"})
    assert done.status_code == 302
    assert Seal.objects.get(number="S-88").applied_by is None


def test_a_receiver_refuses_with_a_reason(cast: Cast) -> None:
    [event] = events(sent(cast, held(cast)))
    client = signed_in(cast.custodian)
    url = reverse("admin:evidence_consignment_answer", args=[event.consignment_id])
    assert client.post(url, {"event": [str(event.pk)], "refuse": ""}).status_code == 422
    client.post(url, {"event": [str(event.pk)], "refuse": "", "reason": "the bag is wet"})
    event.refresh_from_db()
    assert (event.status, event.answer_reason) == ("refused", "the bag is wet")


def test_nothing_chosen_is_nothing_accepted(cast: Cast) -> None:
    [event] = events(sent(cast, held(cast)))
    url = reverse("admin:evidence_consignment_answer", args=[event.consignment_id])
    assert signed_in(cast.custodian).post(url, {"accept": ""}).status_code == 422
    event.refresh_from_db()
    assert event.status == "open"


def test_who_may_not_see_what_was_scanned_gets_the_answer_of_what_does_not_exist(cast: Cast) -> None:
    thing = held(cast)
    for person in (cast.outsider, cast.laboratory, cast.nobody):
        client = signed_in(person)
        for code in (token_of(thing), thing.number, "E" * 27, "no such code"):
            assert client.get(SCAN, {"code": code}).status_code == 404, (person, code)
        assert client.get(reverse("label", args=[token_of(thing)])).status_code == 404


@pytest.mark.parametrize("call", ["number", "lower", "token", "address", "label", "seal"])
def test_whatever_is_scanned_leads_to_the_record(cast: Cast, call: str) -> None:
    thing = held(cast, other_label="OLD-7")
    seal.apply_seal(actor=cast.investigator, item=thing, number="S-1")
    codes = {
        "number": thing.number,
        "lower": thing.number.lower(),
        "token": token_of(thing).upper(),
        "address": f"http://10.0.0.7/i/{token_of(thing)}",
        "label": "old-7",
        "seal": "S-1",
    }
    answer = signed_in(cast.auditor).get(SCAN, {"code": codes[call]})
    assert answer["Location"] == page(thing)


def test_a_code_that_names_several_asks_which(cast: Cast) -> None:
    things = [rope(cast, other_label="X-1") for _n in range(2)]
    shown = text(signed_in(cast.investigator), SCAN, code="X-1")
    assert all(page(thing) in shown for thing in things)


def test_the_page_of_an_item_tells_its_custody(cast: Cast) -> None:
    thing = held(cast, at=ago(hours=5))
    first = sent(cast, thing, at=ago(hours=4), where="at the gate")
    accepted(first, cast.custodian, at=ago(hours=3), place=room(cast))
    shown = text(signed_in(cast.liaison), page(thing))
    for words in ("Custodian (POA)", "Evidence room", "at the gate", "A-1/C-0001", "recorded"):
        assert words in shown, words
    assert "Hand over" not in shown.split('id="custody_state"')[1].split("</section>")[0]
    story = story_of(thing, cast.liaison)
    assert [entry.kind for entry in story.entries] == ["placed", "holding", "sent", "holding"]
    assert all(entry.is_late for entry in story.entries)


def test_what_can_be_done_is_offered_to_who_may(cast: Cast) -> None:
    def offered(person: str, item: Any) -> set[str]:
        shown = text(signed_in(cast.people[person]), page(item))
        part = shown.split('id="custody_state"')[1].split("</section>")[0]
        words = (
            "Take into custody",
            "Hand over",
            "Accept or refuse",
            "Call back",
            "Put in a place",
            "Late entry",
            "Record a part of it",
        )
        return {word for word in words if f">{word}</a>" in part}

    fresh, thing = rope(cast), held(cast)
    assert offered("investigator", fresh) == {"Take into custody", "Put in a place", "Record a part of it"}
    assert offered("prosecutor", fresh) == set()
    assert offered("investigator", thing) == {"Hand over", "Put in a place", "Record a part of it"}
    assert offered("custodian", thing) == {"Put in a place", "Late entry"}
    sent(cast, thing)
    assert offered("investigator", thing) == {"Call back", "Record a part of it"}
    assert offered("custodian", thing) == {"Accept or refuse", "Late entry"}
    assert offered("auditor", thing) == set()


def test_a_find_leads_to_the_form_of_an_exhibit_with_all_that_is_known(cast: Cast) -> None:
    find = lifted(cast)
    [bone] = log(cast.anthropologist, find, ("radius", "left"))
    client = signed_in(cast.investigator)
    shown = text(client, page(bone))
    begin = f"{reverse('admin:evidence_exhibit_add')}?"
    way = begin + shown.split(f'href="{begin}')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(way).context["adminform"].form
    assert str(form["find"].value()) == str(find.pk)
    assert str(form["specimen"].value()) == str(bone.pk)
    typed = {
        "kind": "exhibit_kind.ligature",
        "description": "rope",
        "specimen": str(bone.pk),
        "find": str(find.pk),
        "site": str(cast.site_a.pk),
        "handling": "open",
    }
    assert client.post(reverse("admin:evidence_exhibit_add"), typed).status_code == 302
    assert Exhibit.objects.get().specimen == bone


def test_taking_in_putting_and_late_entries_have_pages(cast: Cast) -> None:
    thing, place = rope(cast), room(cast)
    client = signed_in(cast.custodian)
    one = {"item": [token_of(thing)], "act": ""}
    take_in = reverse("admin:evidence_holding_take_in")
    assert client.post(take_in, {**one, "at": "2024-02-22T10:00"}).status_code == 302
    put = reverse("admin:evidence_storageplace_put")
    assert client.post(put, {**one, "place": str(place.pk), "at": "2024-02-23T10:00"}).status_code == 302
    late = reverse("admin:evidence_holding_late")
    entry = {
        **one,
        "person": str(cast.investigator.pk),
        "from_at": "2024-02-22T08:00",
        "until_at": "2024-02-22T12:00",
        "reason": "field book",
    }
    assert client.post(late, entry).status_code == 302
    assert holders(thing) == ["Investigator", "Custodian"]
    assert "field book" in text(client, page(thing))
    assert client.post(reverse("admin:evidence_seal_apply"), {**one, "number": "S-3"}).status_code == 302
    assert "S-3" in text(client, page(thing))
    where = page(place)
    assert thing.number in text(client, where)
    assert thing.number not in text(client, where, at="2024-02-22T11:00")
    assert thing.number in text(client, where, at="2024-02-24T11:00")
    assert thing.number in text(client, where, at="no time at all")
    assert Placement.objects.get().from_at.year == 2024


def test_the_lists_are_filtered_by_holder_place_seal_and_answer(cast: Cast) -> None:
    place = room(cast)
    stored, other = held(cast), held(cast)
    on_it = seal.apply_seal(actor=cast.investigator, item=stored, number="S-1")
    consignment = sent(cast, stored)
    client = signed_in(cast.custodian)
    consignments = reverse("admin:evidence_consignment_changelist")
    for answer, number in (("open", 1), ("mine", 1), ("done", 0)):
        assert client.get(consignments, {"answer": answer}).context["cl"].result_count == number, answer
    seal.break_seal(actor=cast.custodian, seal=on_it, reason="torn")
    from evidence.services.custody_answer import Arrival, accept

    [event] = events(consignment)
    accept(actor=cast.custodian, arrivals=[Arrival(event, seal="", remark="torn off")], place=place)
    found = reverse("admin:evidence_custodyevent_changelist")
    for which, number in (("differs", 1), ("same", 0)):
        assert client.get(found, {"seal": which}).context["cl"].result_count == number
    holdings = reverse("admin:evidence_holding_changelist")
    for query, number in (
        ({}, 2),
        ({"time": "mine"}, 1),
        ({"time": "past"}, 1),
        ({"time": "superseded"}, 0),
        ({"place": str(place.pk)}, 1),
        ({"place": "nowhere"}, 0),
        ({"holder_person__id__exact": str(cast.investigator.pk)}, 1),
    ):
        assert client.get(holdings, query).context["cl"].result_count == number, query
    chosen = Holding.objects.get(exhibit=other)
    action = {"action": "hand_over_chosen", "_selected_action": [str(chosen.pk)]}
    assert token_of(other) in signed_in(cast.investigator).post(holdings, action)["Location"]


def test_a_release_is_proposed_and_confirmed_on_pages(cast: Cast) -> None:
    thing = held(cast)
    client = signed_in(cast.custodian)
    way = reverse("admin:evidence_exhibit_disposal", args=[thing.pk, "release"])
    assert way in text(client, page(thing))
    assert client.post(way, {"reason": "order 7"}).status_code == 422
    assert client.post(way, {"reason": "order 7", "to": "the family"}).status_code == 302
    step = reverse("admin:evidence_exhibit_transition", args=[thing.pk, "release"])
    assert step in text(signed_in(cast.prosecutor), page(thing))
    assert signed_in(cast.prosecutor).post(step, {"reason": "confirmed"}).status_code == 302
    thing.refresh_from_db()
    assert thing.status == "released"


def test_taking_into_custody_is_not_a_step_by_itself(cast: Cast) -> None:
    thing = rope(cast)
    step = reverse("admin:evidence_exhibit_transition", args=[thing.pk, "take_in"])
    assert signed_in(cast.investigator).post(step).status_code == 404


def test_the_start_page_and_the_case_page_say_what_waits(cast: Cast) -> None:
    sent(cast, held(cast), held(cast))
    assert "hand-over to accept" in text(signed_in(cast.custodian), reverse("admin:index"))
    assert "hand-over to accept" not in text(signed_in(cast.anthropologist), reverse("admin:index"))
    case = reverse("admin:cases_case_change", args=[cast.case_a.pk])
    assert "2 items are on their way and not accepted yet" in text(signed_in(cast.prosecutor), case)
    told = text(signed_in(cast.prosecutor), reverse("admin:cases_case_timeline", args=[cast.case_a.pk]))
    assert "Handed over by Investigator to Custodian: A-1/C-" in told


def test_a_restricted_item_is_handed_over_under_its_restriction(cast: Cast) -> None:
    thing = held(cast, handling="investigation")
    accepted(sent(cast, thing), cast.custodian)
    assert signed_in(cast.liaison).get(page(thing)).status_code == 404
    shown = text(signed_in(cast.liaison), page(Consignment.objects.get()))
    assert thing.number not in shown
    assert {row.handling for row in Holding.objects.all()} == {"investigation"}
    assert CustodyEvent.objects.get().handling == "investigation"
