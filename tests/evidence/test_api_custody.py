"""Custody through the interface: the same acts as on the pages, and the same refusals."""

from __future__ import annotations

from evidence.models import CustodyEvent
from tests.actors import Cast
from tests.calling import Caller, problem
from tests.evidence.things import ago, holders, lifted, room, rope


def test_an_exhibit_goes_from_hand_to_hand_and_ends_by_two(cast: Cast) -> None:
    thing = rope(cast)
    giver, taker = Caller(cast.investigator), Caller(cast.custodian)
    begun = giver.post("/holdings/take-in", {"exhibits": [str(thing.pk)], "at": ago(hours=3).isoformat()})
    assert begun.status_code == 201
    assert giver.post("/seals/apply", {"exhibits": [str(thing.pk)], "number": "S-7"}).status_code == 201
    wrong = giver.post("/holdings/take-in", {"exhibits": [str(thing.pk)], "at": "2024-02-23T10:00:00"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "at")
    sent = giver.post(
        "/consignments/release",
        {
            "exhibits": [str(thing.pk)],
            "to_person": str(cast.custodian.pk),
            "purpose": "into the evidence room",
            "conditions": [{"item": str(thing.pk), "condition": "dry"}],
        },
    ).json()
    [event] = taker.get(f"/custody-events?consignment={sent['id']}").json()["results"]
    assert (event["condition_before"], event["status"]) == ("dry", "open")
    way = f"/consignments/{sent['id']}/accept"
    problem(Caller(cast.anthropologist).post(way, {}, version=sent["version"]), 403, "custody.not_receiver")
    other = {"arrivals": [{"event": event["id"], "seal": "S-8"}]}
    problem(taker.post(way, other, version=sent["version"]), 409, "custody.seal_differs")
    place = room(cast)
    answer = taker.post(way, {"place": str(place.pk)}, version=sent["version"])
    assert answer.status_code == 200, answer.content
    assert holders(thing) == ["Investigator", "Custodian"]
    at = ago(hours=2).isoformat().replace("+00:00", "Z")
    [then] = taker.get(f"/holdings?exhibit={thing.pk}&at={at}").json()["results"]
    assert then["holder_person"] == str(cast.investigator.pk)
    assert taker.get(f"/placements?place={place.pk}&at={at}").json()["results"] == []
    assert len(taker.get(f"/placements?place={place.pk}").json()["results"]) == 1
    shown = taker.get(f"/exhibits/{thing.pk}").json()
    said = {"disposal": "consumed", "reason": "DNA"}
    own = f"/exhibits/{thing.pk}"
    proposed = taker.post(f"{own}/propose-disposal", said, version=shown["version"]).json()
    confirm = f"{own}/transitions/consume"
    mine = taker.post(confirm, {"reason": "seen"}, version=proposed["version"])
    problem(mine, 409, "exhibit.needs_second_person")
    by_another = Caller(cast.anthropologist).post(confirm, {"reason": "seen"}, version=proposed["version"])
    assert by_another.json()["status"] == "consumed"


def test_what_is_not_seen_is_not_there_and_one_of_another_consignment_neither(cast: Cast) -> None:
    first, second = rope(cast), lifted(cast)
    giver = Caller(cast.investigator)
    problem(
        Caller(cast.outsider).post("/holdings/take-in", {"exhibits": [str(first.pk)]}),
        422,
        "record.reference_unknown",
        "exhibits",
    )
    giver.post("/holdings/take-in", {"exhibits": [str(first.pk)], "finds": [str(second.pk)]})
    made = [
        giver.post(
            "/consignments/release",
            {kind: [str(item.pk)], "to_outside": "court", "purpose": "trial"},
        ).json()
        for kind, item in (("exhibits", first), ("finds", second))
    ]
    event = CustodyEvent.objects.get(find=second)
    answer = giver.post(
        f"/consignments/{made[0]['id']}/refuse",
        {"events": [str(event.pk)], "reason": "wet", "signed_by": "N.N."},
        version=made[0]["version"],
    )
    problem(answer, 422, "record.reference_unknown", "events")


def test_a_hold_is_asked_to_be_lifted_and_lifted_by_another(cast: Cast) -> None:
    thing = rope(cast)
    placer, other = Caller(cast.prosecutor), Caller(cast.second_prosecutor)
    made = placer.made("/legal-holds", exhibit=str(thing.pk), reason="order 7", from_on="2024-02-23")
    own = f"/legal-holds/{made['id']}"
    asked = placer.post(f"{own}/ask-lift", {"reason": "over"}, version=made["version"]).json()
    problem(
        placer.post(f"{own}/transitions/lift", {"reason": "x"}, version=asked["version"]),
        409,
        "hold.needs_second_person",
    )
    lifted_one = other.post(f"{own}/transitions/lift", {"reason": "agreed"}, version=asked["version"])
    assert lifted_one.json()["status"] == "lifted"
