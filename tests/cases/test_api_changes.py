"""What is changed through the interface: from a version, once for each key, whole or not at all, under one's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.ledger.context import change
from cases.models import KeptAnswer, LedgerEntry, Membership, Site
from remains.models import Find, FindAlias
from tests.actors import INSTALLER, SINCE, Cast
from tests.calling import Caller, problem


@pytest.fixture
def caller(cast: Cast) -> Caller:
    return Caller(cast.investigator)


def a_find(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"site": str(cast.site_a.pk), "category": "bone", **more}


# --- making


def test_what_is_made_is_answered_as_it_stands_with_its_address_and_version(
    caller: Caller, cast: Cast
) -> None:
    answer = caller.post(
        "/finds", a_find(cast, label="Bag 7", found_on="2024-02-21", easting_m=1.5, northing_m="2")
    )
    assert answer.status_code == 201
    made = answer.json()
    assert (made["number"], made["status"], made["case"]) == ("KHJ01-0002", "recorded", str(cast.case_a.pk))
    assert (made["easting_m"], made["northing_m"]) == ("1.500", "2.000")
    assert answer["ETag"] == '"1"'
    assert caller.client.get(answer["Location"]).json() == made
    assert FindAlias.objects.get(find=made["id"]).label == "Bag 7"
    entry = LedgerEntry.objects.filter(record_id=made["id"]).get()
    assert (entry.actor_id, entry.channel, entry.action) == (
        cast.investigator.pk,
        "api",
        "remains.find.logged",
    )


def test_what_belongs_to_a_restricted_record_is_handled_as_it_is(caller: Caller, cast: Cast) -> None:
    with change(INSTALLER, "tests.site.restricted"):
        site = Site.objects.create(
            case=cast.case_a, code="R", name="R", status="reported", handling="investigation"
        )
    assert caller.made("/finds", site=str(site.pk), category="bone")["handling"] == "investigation"
    problem(
        caller.post("/finds", {"site": str(site.pk), "category": "bone", "handling": "open"}),
        422,
        "record.handling_of_parent",
        "handling",
    )


def test_many_are_made_together_or_none(caller: Caller, cast: Cast) -> None:
    good, bad = a_find(cast), a_find(cast, found_on="2999-01-01")
    answer = caller.post("/finds/bulk", {"records": [good, good, bad]})
    said = problem(answer, 422, "record.day_in_future", "found_on")
    assert (said["index"], [fault["index"] for fault in said["errors"]]) == (2, [2])
    wrong = caller.post("/finds/bulk", {"records": [{"category": "x"}, good, {**good, "zz": 1}]})
    assert {(fault["index"], fault["field"]) for fault in wrong.json()["errors"]} == {
        (0, "site"),
        (0, "category"),
        (2, "zz"),
    }
    assert Find.objects.filter(case=cast.case_a).count() == 1
    made = caller.post("/finds/bulk", {"records": [good] * 3})
    assert [find["number"] for find in made.json()["results"]] == [
        f"KHJ01-000{serial}" for serial in (2, 3, 4)
    ]


def test_a_thousand_are_made_at_once_and_no_more(caller: Caller, cast: Cast) -> None:
    answer = caller.post("/finds/bulk", {"records": [a_find(cast)] * 1000})
    assert (answer.status_code, len(answer.json()["results"])) == (201, 1000)
    problem(caller.post("/finds/bulk", {"records": [a_find(cast)] * 1001}), 422, "record.invalid", "records")
    problem(caller.post("/finds/bulk", {"records": []}), 422, "record.invalid", "records")


def test_records_of_several_cases_are_not_made_together(cast: Cast) -> None:
    with change(INSTALLER, "tests.member.added"):
        Membership.objects.create(
            case=cast.case_b, user=cast.investigator, role="investigator", from_on=SINCE
        )
    records = [{"site": str(site.pk), "category": "bone"} for site in (cast.site_a, cast.site_b)]
    problem(Caller(cast.investigator).post("/finds/bulk", {"records": records}), 422, "bulk.several_cases")


# --- changing


def test_a_change_names_the_version_that_it_was_made_from(caller: Caller, cast: Cast) -> None:
    path = f"/finds/{cast.find_a.pk}"
    for missing in (None, "*"):
        problem(caller.patch(path, {"bags": 1}, version=missing), 428, "precondition.missing")
    for malformed in ("1", '"1', "1, 2"):
        problem(caller.patch(path, {"bags": 1}, version=malformed), 400, "precondition.malformed")
    for other in (2, 'W/"1"', '"x"', '"0"'):
        problem(caller.patch(path, {"bags": 1}, version=other), 412, "record.stale")
    answer = caller.patch(path, {"bags": 1}, version='"7", "1"')
    assert (answer.status_code, answer["ETag"], answer.json()["bags"]) == (200, '"2"', 1)


def test_a_change_that_comes_too_late_is_shown_what_is_there_now(caller: Caller, cast: Cast) -> None:
    path = f"/finds/{cast.find_a.pk}"
    caller.patch(path, {"bags": 1}, version=1)
    answer = caller.patch(path, {"bags": 2}, version=1)
    said = problem(answer, 412, "record.stale")
    assert (said["current"]["bags"], said["current"]["version"], answer["ETag"]) == (1, 2, '"2"')
    assert said["current"] == caller.get(path).json()


def test_what_changes_nothing_is_not_recorded(caller: Caller, cast: Cast) -> None:
    answer = caller.patch(f"/finds/{cast.find_a.pk}", {"category": "bone"}, version=1)
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert LedgerEntry.objects.filter(record_id=cast.find_a.pk).count() == 1


def test_a_refused_change_has_changed_nothing(caller: Caller, cast: Cast) -> None:
    answer = caller.patch(f"/finds/{cast.find_a.pk}", {"bags": 3, "lifted_on": "2999-01-01"}, version=1)
    problem(answer, 422, "record.day_in_future", "lifted_on")
    cast.find_a.refresh_from_db()
    assert (cast.find_a.bags, cast.find_a.version) == (None, 1)


def test_what_was_read_already_is_not_sent_again(caller: Caller, cast: Cast) -> None:
    path = f"/finds/{cast.find_a.pk}"
    for tag in ('"1"', 'W/"1"', '"0", "1"', "*"):
        answer = caller.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", '"1"')
    assert caller.get(path, headers={"If-None-Match": '"2"'}).status_code == 200


def test_a_status_changes_by_transitions_and_says_what_blocks_them(caller: Caller, cast: Cast) -> None:
    path = f"/finds/{cast.find_a.pk}"
    ways = {way["name"]: way["blocked"] for way in caller.get(f"{path}/transitions").json()}
    assert ways["record"] is None
    assert ways["lift"]["code"] == "find.lifting_not_recorded"
    answer = caller.post(f"{path}/transitions/record", {}, version=1)
    assert (answer.json()["status"], answer["ETag"]) == ("recorded", '"2"')
    problem(caller.post(f"{path}/transitions/record", {}, version=1), 412, "record.stale")
    problem(caller.post(f"{path}/transitions/record", {}, version=2), 409, "workflow.wrong_state", "status")
    problem(caller.post(f"{path}/transitions/release", {}, version=2), 403, "access.forbidden")
    problem(caller.post(f"{path}/transitions/fly", {}, version=2), 404, "access.not_found")


def test_a_record_is_withdrawn_with_a_reason_and_then_left_out_of_lists(caller: Caller, cast: Cast) -> None:
    path = f"/finds/{cast.find_a.pk}"
    problem(caller.post(f"{path}/withdraw", {}, version=1), 422, "record.withdrawal_without_reason", "reason")
    answer = caller.post(f"{path}/withdraw", {"reason": "A stone."}, version=1)
    assert (answer.json()["withdrawn_reason"], answer["ETag"]) == ("A stone.", '"2"')
    assert caller.get("/finds").json()["results"] == []
    assert [find["id"] for find in caller.get("/finds", withdrawn="only").json()["results"]] == [
        str(cast.find_a.pk)
    ]
    problem(caller.patch(path, {"bags": 1}, version=2), 409, "record.withdrawn")


def test_a_handling_changes_together_with_what_belongs_to_it(caller: Caller, cast: Cast) -> None:
    path = f"/sites/{cast.site_a.pk}"
    problem(caller.patch(path, {"handling": "investigation"}, version=1), 422, "record.handling_of_parts")
    answer = caller.post(f"{path}/handling", {"handling": "investigation", "reason": "A tip."}, version=1)
    assert (answer.json()["handling"], answer["ETag"]) == ("investigation", '"2"')
    assert caller.get(f"/finds/{cast.find_a.pk}").json()["handling"] == "investigation"


# --- once


def test_a_request_that_is_sent_again_gets_its_first_answer(caller: Caller, cast: Cast) -> None:
    first = caller.post("/finds", a_find(cast), key="k1")
    again = caller.post("/finds", a_find(cast), key="k1")
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, first.content)
    assert (again["Idempotent-Replayed"], again["ETag"], again["Location"]) == (
        "true",
        first["ETag"],
        first["Location"],
    )
    assert first["Content-Type"] == again["Content-Type"] == "application/json"
    assert "Idempotent-Replayed" not in first
    assert Find.objects.filter(case=cast.case_a).count() == 2


def test_a_key_belongs_to_one_request_of_one_caller(caller: Caller, cast: Cast) -> None:
    caller.post("/finds", a_find(cast), key="k1")
    for path, body in (("/finds", a_find(cast, bags=2)), ("/finds/bulk", {"records": [a_find(cast)]})):
        problem(caller.post(path, body, key="k1"), 422, "idempotency.other_request", "Idempotency-Key")
    assert Caller(cast.anthropologist).post("/finds", a_find(cast), key="k1").json()["number"] == "KHJ01-0003"


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256])
def test_a_request_without_a_key_of_its_own_is_refused(caller: Caller, cast: Cast, key: str) -> None:
    answer = caller.client.post(
        "/api/v1/finds", a_find(cast), content_type="application/json", headers={"Idempotency-Key": key}
    )
    problem(answer, 400, "idempotency.key_malformed", "Idempotency-Key")
    answer = caller.client.post("/api/v1/finds", a_find(cast), content_type="application/json")
    problem(answer, 400, "idempotency.key_missing", "Idempotency-Key")


def test_a_refused_request_may_be_mended_under_its_key(caller: Caller, cast: Cast) -> None:
    problem(caller.post("/finds", a_find(cast, bags=-1), key="k1"), 422, "record.invalid", "bags")
    assert caller.post("/finds", a_find(cast, bags=1), key="k1").status_code == 201


def test_a_first_answer_is_kept_for_seven_days(caller: Caller, cast: Cast) -> None:
    caller.post("/finds", a_find(cast), key="old")
    KeptAnswer.objects.update(at=timezone.now() - timedelta(days=7, minutes=1))
    assert caller.post("/finds", a_find(cast), key="new").json()["number"] == "KHJ01-0003"
    assert [kept.key for kept in KeptAnswer.objects.all()] == ["new"]
    KeptAnswer.objects.update(at=timezone.now() - timedelta(days=6, hours=23))
    assert caller.post("/finds", a_find(cast), key="new").json()["number"] == "KHJ01-0003"


def test_a_first_answer_is_not_shown_to_who_may_not_see_it_any_longer(caller: Caller, cast: Cast) -> None:
    caller.post("/finds", a_find(cast), key="k1")
    step = caller.post(f"/finds/{cast.find_a.pk}/transitions/record", {}, version=1, key="k2")
    assert step.status_code == 200
    with change(INSTALLER, "tests.member.left"):
        Membership.objects.filter(user=cast.investigator).update(until_on=SINCE)
    problem(caller.post("/finds", a_find(cast), key="k1"), 404, "access.not_found")
    again = caller.post(f"/finds/{cast.find_a.pk}/transitions/record", {}, version=1, key="k2")
    problem(again, 404, "access.not_found")
