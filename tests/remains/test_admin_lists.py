"""The lists of remains: searched, filtered, narrowed to the viewer, with as many questions for many rows as for one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.ledger.context import change
from remains.models import ConditionNote, Estimate, Find, FindAlias, StatedMinimum
from remains.services.find import add_alias, log_find
from tests.actors import INSTALLER, Cast
from tests.signed_in import signed_in

LISTS = ("find", "findalias", "estimate", "conditionnote", "statedminimum")


def list_of(stem: str) -> str:
    return reverse(f"admin:remains_{stem}_changelist")


def fill(cast: Cast, many: int) -> None:
    for number in range(many):
        find = log_find(
            actor=cast.investigator,
            record=Find(case=cast.case_a, site=cast.site_a, category="bone", finder=cast.investigator),
        )
        with change(INSTALLER, "tests.rows.made"):
            FindAlias.objects.create(case=cast.case_a, find=find, label=f"BAG {number}", origin="bag")
            Estimate.objects.create(
                case=cast.case_a,
                find=find,
                kind="sex",
                sex="undetermined",
                certainty="presumed",
                method="visual",
                basis="pelvis",
                observer="A. B.",
            )
            ConditionNote.objects.create(
                case=cast.case_a, find=find, kind_id="condition.staining", note="green", observer="A. B."
            )
            StatedMinimum.objects.create(
                case=cast.case_a,
                site=cast.site_a,
                minimum=number + 1,
                source="office",
                stated_on=dt.date(2024, 2, 23),
            )


def shown(answer: Any) -> list[str]:
    return [str(row) for row in answer.context["cl"].result_list]


@pytest.mark.parametrize("stem", LISTS)
def test_thirty_rows_ask_as_many_questions_as_one(cast: Cast, stem: str) -> None:
    client = signed_in(cast.investigator)
    counts = []
    for many in (1, 29):
        fill(cast, many)
        client.get(list_of(stem))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(list_of(stem)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("stem", LISTS)
def test_another_cases_rows_are_in_no_list(cast: Cast, stem: str) -> None:
    fill(cast, 1)
    client = signed_in(cast.outsider)
    assert "KHJ01" not in client.get(list_of(stem)).content.decode()
    for word in ("KHJ01", "BAG", "green", "visual", "office"):
        assert "KHJ01-0" not in client.get(list_of(stem), {"q": word}).content.decode()


@pytest.mark.parametrize("stem", LISTS)
def test_who_works_on_no_case_sees_an_empty_list(cast: Cast, stem: str) -> None:
    answer = signed_in(cast.nobody).get(list_of(stem))
    assert answer.status_code == 200
    assert shown(answer) == []


@pytest.mark.parametrize("word", ["KHJ01-0002", "bag 0", "'bag 0'", "0002"])
def test_a_find_is_found_by_its_number_or_another_label(cast: Cast, word: str) -> None:
    fill(cast, 1)
    assert shown(signed_in(cast.investigator).get(list_of("find"), {"q": word})) == ["KHJ01-0002"]


def test_a_label_that_the_viewer_may_not_see_finds_nothing(cast: Cast) -> None:
    with change(INSTALLER, "tests.label.made"):
        FindAlias.objects.create(
            case=cast.case_a, find=cast.find_a, label="FAMILY-7", origin="relatives", handling="humanitarian"
        )
    assert shown(signed_in(cast.investigator).get(list_of("find"), {"q": "FAMILY-7"})) == []
    assert shown(signed_in(cast.liaison).get(list_of("find"), {"q": "FAMILY-7"})) == ["KHJ01-0001"]


@pytest.mark.parametrize("stem", ["estimate", "conditionnote", "findalias"])
def test_what_hangs_on_a_find_is_found_by_its_other_label(cast: Cast, stem: str) -> None:
    fill(cast, 2)
    assert len(shown(signed_in(cast.investigator).get(list_of(stem), {"q": '"BAG 1"'}))) == 1


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"category__exact": "body"}, ["KHJ01-0002"]),
        ({"status__exact": "located"}, ["KHJ01-0001"]),
        ({"bindings__exact": "present"}, ["KHJ01-0002"]),
        ({"found_on_from": "2024-03-01", "found_on_to": "2024-03-02"}, ["KHJ01-0002"]),
        ({"handling__exact": "investigation"}, ["KHJ01-0002"]),
    ],
)
def test_finds_are_filtered(cast: Cast, query: dict[str, str], numbers: list[str]) -> None:
    log_find(
        actor=cast.investigator,
        record=Find(
            case=cast.case_a,
            site=cast.site_a,
            category="body",
            bindings="present",
            found_on=dt.date(2024, 3, 1),
            handling="investigation",
        ),
    )
    assert shown(signed_in(cast.investigator).get(list_of("find"), query)) == numbers


def test_a_period_is_shown_by_its_days_unless_another_order_is_asked_for(cast: Cast) -> None:
    for day in (5, 9, 7):
        find = Find(case=cast.case_a, site=cast.site_a, category="bone", found_on=dt.date(2024, 3, day))
        log_find(actor=cast.investigator, record=find)
    client = signed_in(cast.investigator)
    period = {"found_on_from": "2024-03-06"}
    assert shown(client.get(list_of("find"), period)) == ["KHJ01-0003", "KHJ01-0004"]
    assert shown(client.get(list_of("find"), {**period, "o": "-1"})) == ["KHJ01-0004", "KHJ01-0003"]


def test_finds_are_filtered_by_a_site_the_viewer_sees(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    own = client.get(list_of("find"), {"site__id__exact": str(cast.site_a.pk)})
    assert shown(own) == ["KHJ01-0001"]
    foreign = client.get(list_of("find"), {"site__id__exact": str(cast.site_b.pk)})
    assert shown(foreign) == []
    assert "BBB01" not in foreign.content.decode()


def test_withdrawn_finds_are_shown_on_request(cast: Cast) -> None:
    from cases.services.record import withdraw_record

    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    client = signed_in(cast.investigator)
    assert shown(client.get(list_of("find"))) == []
    assert shown(client.get(list_of("find"), {"withdrawn": "only"})) == ["KHJ01-0001"]


def test_superseded_estimates_are_shown_on_request(cast: Cast) -> None:
    from remains.services.estimate import supersede_estimate

    fill(cast, 1)
    old = Estimate.objects.get()
    new = Estimate(
        case=old.case,
        find=old.find,
        kind="sex",
        sex="male",
        certainty="presumed",
        method="metric",
        basis="femoral head",
        observer="A. B.",
    )
    supersede_estimate(actor=cast.anthropologist, estimate=old, record=new, reason="measured")
    client = signed_in(cast.investigator)
    assert shown(client.get(list_of("estimate"))) == ["sex: male"]
    assert len(shown(client.get(list_of("estimate"), {"superseded": "also"}))) == 2


def test_finds_are_offered_to_those_who_see_them(cast: Cast) -> None:
    address = reverse("admin:autocomplete")
    asked = {"app_label": "remains", "model_name": "estimate", "field_name": "find", "term": "0001"}
    own = signed_in(cast.investigator).get(address, asked).json()["results"]
    assert [row["text"] for row in own] == ["KHJ01-0001"]
    foreign = signed_in(cast.outsider).get(address, asked).json()["results"]
    assert [row["text"] for row in foreign] == ["BBB01-0001"]
    add_alias(actor=cast.investigator, find=cast.find_a, label="BAG 17", origin="bag")
    labelled = signed_in(cast.investigator).get(address, {**asked, "term": "BAG 17"}).json()["results"]
    assert [row["text"] for row in labelled] == ["KHJ01-0001"]
