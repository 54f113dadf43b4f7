"""The grid in which many finds are logged at once: all of them or none, each fault at its row and cell."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remains.models import Find
from tests.actors import Cast
from tests.signed_in import signed_in

GRID = reverse("admin:remains_find_grid")


def typed(cast: Cast, filled: dict[int, dict[str, str]], **head: Any) -> dict[str, Any]:
    cells = {f"row{number}-{name}": value for number, row in filled.items() for name, value in row.items()}
    return {"site": cast.site_a.pk, "handling": "open", "rows": "20", **head, **cells}


def finds(cast: Cast) -> list[str]:
    return list(Find.objects.filter(site=cast.site_a).order_by("serial").values_list("number", flat=True))


def test_filled_rows_are_logged_in_their_order_and_empty_ones_ignored(cast: Cast) -> None:
    rows = {2: {"category": "bone", "bags": "2"}, 5: {"category": "body", "bindings": "present"}}
    answer = signed_in(cast.investigator).post(GRID, typed(cast, rows, found_on="2024-03-01"))
    assert answer.status_code == 201
    assert [find.number for find in answer.context["logged"]] == ["KHJ01-0002", "KHJ01-0003"]
    body = Find.objects.get(number="KHJ01-0003")
    assert (body.category, body.bindings, body.clothing, str(body.found_on)) == (
        "body",
        "present",
        None,
        "2024-03-01",
    )


def test_the_next_grid_keeps_what_was_the_same(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(
        GRID, typed(cast, {1: {"category": "bone"}}, finder_as_named="Team 2")
    )
    head = answer.context["head"]
    assert (head["site"].value(), head["finder_as_named"].value()) == (cast.site_a.pk, "Team 2")
    assert not head["finder"].value()


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ({"position": "prone"}, "category"),
        ({"category": "femur"}, "category"),
        ({"category": "bone", "easting_m": "1.5"}, "northing_m"),
        ({"category": "bone", "height_m": "1.5"}, "easting_m"),
        ({"category": "bone", "easting_m": "far", "northing_m": "1"}, "easting_m"),
        ({"category": "bone", "bags": "-1"}, "bags"),
        ({"category": "bone", "position": "x" * 201}, "position"),
    ],
)
def test_a_fault_stands_at_its_cell_and_nothing_is_logged(cast: Cast, row: dict[str, str], cell: str) -> None:
    answer = signed_in(cast.investigator).post(GRID, typed(cast, {1: {"category": "bone"}, 7: row}))
    assert answer.status_code == 422
    assert [fault["at"] for fault in answer.context["faults"]] == [f"id_row7-{cell}"]
    assert finds(cast) == ["KHJ01-0001"]
    page = answer.content.decode()
    assert 'href="#id_row7-' in page
    assert 'name="row1-category"' in page


def test_a_refusal_of_the_service_stands_at_the_row_people_count(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(
        GRID, typed(cast, {4: {"category": "bone"}, 9: {"category": "bone"}}, found_on="2999-01-01")
    )
    assert answer.status_code == 422
    assert answer.context["faults"][0]["at"] == "id_found_on"
    assert finds(cast) == ["KHJ01-0001"]


def test_decimal_commas_are_numbers(cast: Cast) -> None:
    row = {"category": "bone", "easting_m": "12,345", "northing_m": "3.5", "height_m": "-0,25"}
    signed_in(cast.investigator).post(GRID, typed(cast, {1: row}))
    find = Find.objects.get(number="KHJ01-0002")
    assert [str(value) for value in (find.easting_m, find.northing_m, find.height_m)] == [
        "12.345",
        "3.500",
        "-0.250",
    ]


def test_a_grid_without_a_filled_row_says_so(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(GRID, typed(cast, {}))
    assert (answer.status_code, len(answer.context["faults"])) == (422, 1)


def test_more_rows_than_fit_are_refused_whole(cast: Cast) -> None:
    rows = {number: {"category": "bone"} for number in range(1, 202)}
    answer = signed_in(cast.investigator).post(GRID, typed(cast, rows, rows="201"))
    assert answer.status_code == 422
    assert finds(cast) == ["KHJ01-0001"]


def test_a_foreign_site_is_refused(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(
        GRID, typed(cast, {1: {"category": "bone"}}, site=cast.site_b.pk)
    )
    assert answer.status_code == 422
    assert "BBB01" not in answer.content.decode()


def test_two_hundred_rows_ask_as_many_questions_as_two(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    client.post(GRID, typed(cast, {1: {"category": "bone"}}))
    counts = []
    for many in (2, 200):
        rows = {number: {"category": "bone", "bags": "1"} for number in range(1, many + 1)}
        with CaptureQueriesContext(connection) as asked:
            assert client.post(GRID, typed(cast, rows, rows="200")).status_code == 201
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert len(finds(cast)) == 1 + 1 + 2 + 200


def test_a_grid_can_be_opened_for_one_site(cast: Cast) -> None:
    answer = signed_in(cast.investigator).get(GRID, {"site": str(cast.site_a.pk)})
    assert answer.status_code == 200
    assert "KHJ01-0002" in answer.content.decode()
    assert len(answer.context["rows"]) == 20
