"""Lists of the interface: page by page in a total order, narrowed as the pages narrow them, and by nothing withheld."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.ledger.context import change
from cases.models import AccessLogEntry, Membership
from remains.models import Find
from tests.actors import INSTALLER, SINCE, Cast, make_find, make_site
from tests.calling import Caller, problem

DAYS = [None, dt.date(2024, 2, 1), dt.date(2024, 2, 1), None, dt.date(2024, 2, 3)]


@pytest.fixture
def found(cast: Cast) -> Cast:
    """Five more finds, some on the same day, some on none."""
    with change(INSTALLER, "tests.finds.made"):
        for serial, day in enumerate(DAYS, start=2):
            make_find(
                cast.site_a,
                serial,
                found_on=day,
                description=f"bone {serial}",
                bindings="present" if day else None,
            )
    return cast


def walked(caller: Caller, **parameters: Any) -> list[str]:
    """Return the numbers of a list, walked to its end."""
    numbers: list[str] = []
    url = None
    while True:
        answer = caller.client.get(url) if url else caller.get("/finds", **parameters)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        numbers += [find["number"][-1] for find in page["results"]]
        url = page["next"]
        if url is None:
            return numbers


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
@pytest.mark.parametrize(
    ("ordering", "order"),
    [
        ("id", "123456"),
        ("-id", "654321"),
        ("number", "123456"),
        ("-number", "654321"),
        ("found_on", "346125"),
        ("-found_on", "643521"),
        ("category", "123456"),
    ],
)
def test_a_list_is_walked_whole_in_every_order(found: Cast, limit: int, ordering: str, order: str) -> None:
    assert "".join(walked(Caller(found.investigator), limit=limit, ordering=ordering)) == order


def test_what_is_added_while_a_list_is_walked_moves_nothing(found: Cast) -> None:
    caller = Caller(found.investigator)
    first = caller.get("/finds", limit=3, ordering="-id").json()
    with change(INSTALLER, "tests.find.made"):
        make_find(found.site_a, 7)
    second = caller.client.get(first["next"]).json()
    assert [find["number"][-1] for page in (first, second) for find in page["results"]] == list("654321")


def test_a_cursor_belongs_to_its_list_and_ends(found: Cast, settings: Any) -> None:
    caller = Caller(found.investigator)
    cursor = caller.get("/finds", limit=2).json()["next_cursor"]
    assert caller.get("/finds", limit=3, cursor=cursor).status_code == 200
    others: list[dict[str, Any]] = [{"ordering": "-id"}, {"status": "located"}, {"search": "bone"}]
    for other in others:
        problem(caller.get("/finds", cursor=cursor, **other), 400, "cursor.of_another_list", "cursor")
    problem(caller.get("/sites", cursor=cursor), 400, "cursor.of_another_list", "cursor")
    problem(caller.get("/finds", cursor=cursor[:-1] + "!"), 400, "cursor.unknown", "cursor")
    settings.TAPHOS_API_CURSOR_SECONDS = -1
    problem(caller.get("/finds", cursor=cursor), 410, "cursor.expired", "cursor")


@pytest.mark.parametrize(
    ("parameters", "order"),
    [
        ({"found_on_from": "2024-02-01"}, "346"),
        ({"found_on_from": "2024-02-02", "found_on_to": "2024-02-03"}, "6"),
        ({"bindings": "present"}, "346"),
        ({"category": "body"}, ""),
        ({"number": "KHJ01-0004"}, "4"),
        ({"search": "bone 0005"}, "5"),
        ({"search": "4"}, "4"),
        ({"search": "nothing"}, ""),
        ({"withdrawn": "only"}, ""),
        ({"withdrawn": "with"}, "123456"),
        ({"handling": "investigation"}, ""),
    ],
)
def test_a_list_is_narrowed(found: Cast, parameters: dict[str, Any], order: str) -> None:
    assert "".join(walked(Caller(found.investigator), **parameters)) == order


def test_a_list_is_narrowed_to_a_case_or_a_site_within_sight(found: Cast) -> None:
    caller = Caller(found.investigator)
    assert len(walked(caller, case=found.case_a.pk)) == len(walked(caller, site=found.site_a.pk)) == 6
    assert walked(caller, case=found.case_b.pk) == walked(caller, site=found.site_b.pk) == []


def test_fields_that_are_not_asked_for_are_left_out(found: Cast) -> None:
    caller = Caller(found.investigator)
    [first, *_rest] = caller.get("/finds", fields="number,status").json()["results"]
    assert set(first) == {"id", "number", "status", "withheld"}
    assert set(caller.get(f"/finds/{found.find_a.pk}", fields="number").json()) == {
        "id",
        "number",
        "withheld",
    }


def test_a_list_costs_the_same_for_two_rows_and_for_many(found: Cast) -> None:
    caller = Caller(found.investigator)
    caller.get("/finds")

    def queries(**parameters: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert caller.get("/finds", **parameters).status_code == 200
        assert not any("COUNT(" in query["sql"] for query in counted)
        return len(counted)

    narrow = {"case": found.case_a.pk, "bindings": "present"}
    few, few_narrowed = queries(limit=2), queries(limit=2, **narrow)
    with change(INSTALLER, "tests.finds.made"):
        for serial in range(10, 60):
            make_find(found.site_a, serial, bindings="present")
    assert (queries(), queries(**narrow)) == (few, few_narrowed)


def test_finds_of_several_cases_are_in_order_within_one(found: Cast) -> None:
    with change(INSTALLER, "tests.member.added"):
        Membership.objects.create(
            case=found.case_b, user=found.investigator, role="investigator", from_on=SINCE
        )
    caller = Caller(found.investigator)
    problem(caller.get("/finds", ordering="number"), 400, "list.order_needs_case", "ordering")
    assert len(walked(caller, ordering="number", case=found.case_a.pk)) == 6
    assert len(walked(caller, limit=2)) == 7


# --- what is withheld


def test_what_may_not_be_seen_of_a_record_is_left_out_and_named(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.described"):
        site = make_site(
            cast.case_a, "HID", remarks="north", longitude="46.1", latitude="39.9", region="Region"
        )
    liaison = Caller(cast.liaison).get(f"/sites/{site.pk}").json()
    assert {"longitude", "remarks", "owner"} <= set(liaison["withheld"])
    assert not {"longitude", "remarks", "owner"} & set(liaison)
    assert liaison["region"] == "Region"
    assert Caller(cast.investigator).get(f"/sites/{site.pk}").json()["withheld"] == []


def test_the_tag_of_a_record_changes_with_what_is_withheld_of_it(cast: Cast) -> None:
    caller = Caller(cast.liaison)
    path = f"/finds/{cast.find_a.pk}"
    kept_back = caller.get(path)
    assert kept_back.json()["withheld"] == ["remarks"]
    with change(INSTALLER, "tests.site.excavated"):
        type(cast.site_a).objects.filter(pk=cast.site_a.pk).update(status="verified")
        type(cast.site_a).objects.filter(pk=cast.site_a.pk).update(status="excavation")
    answer = caller.get(path, headers={"If-None-Match": kept_back["ETag"]})
    assert (answer.status_code, answer["ETag"], answer.json()["withheld"]) == (200, '"1"', [])


def test_nobody_finds_by_what_is_withheld_from_them(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.described"):
        make_site(cast.case_a, "HID", place_description="behind the mill")
    caller = Caller(cast.liaison)
    assert caller.get("/sites", search="mill").json()["results"] == []
    assert len(Caller(cast.investigator).get("/sites", search="mill").json()["results"]) == 1


def test_reading_what_is_not_open_is_logged_also_in_lists(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.restricted"):
        Find.objects.filter(pk=cast.find_a.pk).update(handling="investigation")
    caller = Caller(cast.investigator)
    caller.get("/finds")
    caller.get(f"/finds/{cast.find_a.pk}")
    caller.get(f"/sites/{cast.site_a.pk}")
    lines = AccessLogEntry.objects.filter(kind="read", user_id=cast.investigator.pk)
    assert [(line.record_id, line.channel) for line in lines] == [(str(cast.find_a.pk), "api")] * 2


# --- how often


def test_who_calls_too_often_is_told_when_to_call_again(cast: Cast, settings: Any) -> None:
    settings.TAPHOS_API_CALLS_PER_MINUTE = 3
    caller = Caller(cast.investigator)
    assert [caller.get("/finds").status_code for _call in range(3)] == [200] * 3
    answer = caller.get("/finds")
    problem(answer, 429, "request.too_many")
    assert 1 <= int(answer["Retry-After"]) <= 21
    assert Caller(cast.anthropologist).get("/finds").status_code == 200


def test_addresses_without_credentials_are_counted_too(cast: Cast, settings: Any) -> None:
    settings.TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE = 2
    assert [Caller().get("/finds").status_code for _call in range(3)] == [401, 401, 401]
