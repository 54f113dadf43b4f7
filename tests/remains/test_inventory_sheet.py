"""The inventory sheet: what differs is saved, all or nothing, faults at their rows, in a fixed number of questions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.ledger.context import change
from cases.models import LedgerEntry
from remains.admin.inventory_rows import as_row
from remains.models import Find, Specimen
from remains.services.find import merge_finds
from remains.services.specimen import change as change_one
from remains.skeleton import regions
from tests.actors import INSTALLER, Cast, make_find
from tests.remains.specimens import log
from tests.signed_in import signed_in


def sheet_of(find: Find) -> str:
    return reverse("admin:remains_find_inventory", args=[find.pk])


def send(client: Client, find: Find, rows: list[dict[str, Any]], reason: str = "") -> Any:
    return client.post(sheet_of(find), {"rows": json.dumps(rows), "reason": reason})


def recorded(find: Find) -> list[dict[str, Any]]:
    return [as_row(row) for row in Specimen.objects.current().filter(find=find).order_by("serial")]


def whole(find: Find) -> list[dict[str, Any]]:
    """Return the rows that the stroke "complete skeleton" makes."""
    [skeleton] = [region for region in regions() if (region.name, region.only) == ("skeleton", "adult")]
    return [
        dict(zip(("element", "side"), key.split("."), strict=True), completeness="complete")
        for key in skeleton.keys
    ]


def test_rows_become_specimens_and_come_back(cast: Cast) -> None:
    client = signed_in(cast.anthropologist)
    rows: list[dict[str, Any]] = [
        {"element": "femur", "side": "left", "zones": [6, 4], "fragment_count": "2", "weight_g": "120,5"},
        {"element": "tooth_36", "side": "left", "tooth_status": "am_lost", "cohort": "adult"},
        {"element": "", "side": "", "zones": []},
    ]
    assert send(client, cast.find_a, rows).status_code == 302
    femur, tooth = Specimen.objects.filter(find=cast.find_a).order_by("serial")
    assert (femur.number, femur.zones, femur.fragment_count, str(femur.weight_g)) == (
        "KHJ01-0001.001",
        [4, 6],
        2,
        "120.50",
    )
    assert (tooth.tooth_status_id, tooth.cohort) == ("tooth_status.am_lost", "adult")
    assert client.get(sheet_of(cast.find_a)).context["data"]["rows"] == recorded(cast.find_a)


def test_only_what_differs_is_written(cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "right"), ("sacrum", "axial"))
    rows = recorded(cast.find_a)
    rows[0]["zones"], rows[1]["withdraw"] = [4], True
    rows.append({"element": "tibia", "side": "left"})
    before = LedgerEntry.objects.count()
    assert send(signed_in(cast.anthropologist), cast.find_a, rows, "an animal's").status_code == 302
    new = LedgerEntry.objects.order_by("seq").filter(table_name="remains_specimen")[3:]
    assert LedgerEntry.objects.count() == before + 3
    assert {(entry.action, entry.operation) for entry in new} == {
        ("remains.specimen.changed", "U"),
        ("remains.specimen.withdrawn", "U"),
        ("remains.specimen.logged", "I"),
    }
    assert Specimen.objects.get(pk=rows[1]["id"]).withdrawn_reason == "an animal's"
    assert [row["number"] for row in recorded(cast.find_a)] == [f"KHJ01-0001.00{n}" for n in (1, 3, 4)]


def test_a_row_that_is_not_sent_stays_as_it_is(cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, ("femur", "left"))
    send(signed_in(cast.anthropologist), cast.find_a, [])
    assert len(recorded(cast.find_a)) == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"element": "wing", "side": "left"}, "element"),
        ({"side": "left", "notes": "which bone?"}, "element"),
        ({"element": "femur"}, "side"),
        ({"element": "femur", "side": "axial"}, "side"),
        ({"element": "femur", "side": "left", "zones": [12]}, "zones"),
        ({"element": "femur", "side": "left", "zones": "1-4"}, "zones"),
        ({"element": "femur", "side": "left", "fragment_count": "many"}, "fragment_count"),
        ({"element": "femur", "side": "left", "fragment_count": "0"}, "fragment_count"),
        ({"element": "femur", "side": "left", "weight_g": "-3"}, "weight_g"),
        ({"element": "femur", "side": "left", "weight_g": {"g": 3}}, "weight_g"),
        ({"element": "femur", "side": "left", "completeness": "half"}, "completeness"),
        ({"element": "femur", "side": "left", "cohort": "old"}, "cohort"),
        ({"element": "femur", "side": "left", "tooth_status": "present"}, "tooth_status"),
        ({"element": "tooth_36", "side": "left", "tooth_status": "am_lost", "zones": [1]}, "tooth_status"),
    ],
)
def test_a_fault_stands_at_its_row_and_nothing_is_saved(cast: Cast, row: dict[str, Any], field: str) -> None:
    answer = send(signed_in(cast.anthropologist), cast.find_a, [{"element": "femur", "side": "left"}, row])
    assert answer.status_code == 422
    assert [(fault["row"], fault["field"]) for fault in answer.context["faults"]] == [(1, field)]
    assert recorded(cast.find_a) == []
    assert answer.context["data"]["rows"][1] == row


def test_every_faulty_row_is_named_at_once(cast: Cast) -> None:
    rows = [
        {"element": "femur", "side": "axial"},
        {"element": "sacrum", "side": "axial"},
        {"element": "tibia"},
    ]
    answer = send(signed_in(cast.anthropologist), cast.find_a, rows)
    assert [fault["row"] for fault in answer.context["faults"]] == [0, 2]


def test_a_withdrawal_needs_its_reason(cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, ("femur", "left"))
    [row] = recorded(cast.find_a)
    answer = send(signed_in(cast.anthropologist), cast.find_a, [{**row, "withdraw": True}])
    assert answer.status_code == 422
    assert len(recorded(cast.find_a)) == 1


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    [row] = recorded(cast.find_a)
    femur.notes = "cut marks"
    change_one(actor=cast.anthropologist, record=femur, version=1)
    answer = send(signed_in(cast.anthropologist), cast.find_a, [{**row, "zones": [4]}])
    assert answer.status_code == 422
    assert answer.context["faults"][0]["row"] == 0
    assert Specimen.objects.get(pk=femur.pk).notes == "cut marks"


@pytest.mark.parametrize("text", ["", "no json", "3", "[3]", '{"rows": []}'])
def test_rows_that_did_not_arrive_whole_are_refused(cast: Cast, text: str) -> None:
    answer = signed_in(cast.anthropologist).post(sheet_of(cast.find_a), {"rows": text})
    assert answer.status_code == 422


def test_more_rows_than_fit_are_refused_whole(cast: Cast) -> None:
    rows = [{"element": "unid_fragment", "side": "unsided"}] * 1001
    assert send(signed_in(cast.anthropologist), cast.find_a, rows).status_code == 422
    assert recorded(cast.find_a) == []


def test_a_complete_skeleton_opens_and_saves_with_as_many_questions_as_two_bones(cast: Cast) -> None:
    client = signed_in(cast.anthropologist)
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
    client.get(sheet_of(cast.find_a))
    counts = []
    for find, rows in ((cast.find_a, whole(cast.find_a)[:2]), (other, whole(other))):
        asked = []
        with CaptureQueriesContext(connection) as added:
            assert send(client, find, rows).status_code == 302
        with CaptureQueriesContext(connection) as opened:
            assert client.get(sheet_of(find)).status_code == 200
        changed = [{**row, "cohort": "adult", "withdraw": at == 0} for at, row in enumerate(recorded(find))]
        with CaptureQueriesContext(connection) as saved:
            assert send(client, find, changed, "not there").status_code == 302
        asked += [len(added), len(opened), len(saved)]
        counts.append(asked)
    assert counts[0] == counts[1]
    assert len(recorded(other)) == 179


def test_who_may_not_log_sees_what_was_recovered(cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, ("femur", "left"))
    answer: Any = signed_in(cast.prosecutor).get(sheet_of(cast.find_a))
    assert (answer.status_code, answer.template_name) == (200, "remains/inventory_view.html")
    assert send(signed_in(cast.prosecutor), cast.find_a, []).status_code == 403
    assert signed_in(cast.outsider).get(sheet_of(cast.find_a)).status_code == 404


def test_a_merged_find_is_only_shown(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
    merge_finds(
        actor=cast.investigator, finds=[cast.find_a, other], record=Find(category="body"), reason="one body"
    )
    answer: Any = signed_in(cast.anthropologist).get(sheet_of(cast.find_a))
    assert answer.template_name == "remains/inventory_view.html"
