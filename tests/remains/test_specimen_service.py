"""Specimens through their service: numbers, what an element has, changes, withdrawals, all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.ledger.context import change
from cases.models import Case
from cases.models.case import CaseStatus
from cases.refusals import Refusal
from remains.models import Specimen
from remains.science.elements import elements
from remains.services.find import log_find
from remains.services.specimen import change as change_one
from remains.services.specimen import change_specimens, log_specimens, withdraw, withdraw_specimens
from tests.actors import INSTALLER, Cast, make_find
from tests.refused import refused
from tests.remains.specimens import bone, log


def numbers(find: Any) -> list[str]:
    return list(Specimen.objects.filter(find=find).order_by("serial").values_list("number", flat=True))


def test_specimens_get_the_next_numbers_of_their_find(cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "right"))
    log(cast.anthropologist, cast.find_a, ("sacrum", "axial"))
    assert numbers(cast.find_a) == ["KHJ01-0001.001", "KHJ01-0001.002", "KHJ01-0001.003"]


def test_a_number_is_never_used_again(cast: Cast) -> None:
    [first] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    withdraw(actor=cast.anthropologist, record=first, reason="typed twice")
    [second] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    assert second.number == "KHJ01-0001.002"


@pytest.mark.parametrize(
    ("place", "code", "field"),
    [
        ({"element": "wing"}, "specimen.element", "element"),
        ({"element": "femur", "side": "axial"}, "specimen.side", "side"),
        ({"element": "sacrum", "side": "left"}, "specimen.side", "side"),
        ({"element": "femur", "zones": [1, 12]}, "specimen.zone", "zones"),
        (
            {"element": "femur", "tooth_status_id": "tooth_status.present"},
            "specimen.status_of_tooth",
            "tooth_status",
        ),
        (
            {"element": "tooth_36", "tooth_status_id": "tooth_status.am_lost", "zones": [1]},
            "specimen.no_tooth",
            "tooth_status",
        ),
        ({"element": "tooth_36", "tooth_status_id": "element.femur"}, "record.invalid", "tooth_status"),
        ({"fragment_count": 0}, "specimen.fragments", "fragment_count"),
        ({"weight_g": "-1"}, "specimen.weight", "weight_g"),
        ({"weight_g": "heavy"}, "record.invalid", "weight_g"),
        ({"completeness": "whole"}, "record.invalid", "completeness"),
    ],
)
def test_what_no_skeleton_has_is_refused_at_its_row_and_nothing_is_logged(
    cast: Cast, place: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Refusal) as caught:
        log_specimens(actor=cast.anthropologist, records=[bone(cast.find_a), bone(cast.find_a, **place)])
    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.row in (1, None)
    assert numbers(cast.find_a) == []


def test_zones_are_kept_once_and_in_order(cast: Cast) -> None:
    [logged] = log(cast.anthropologist, cast.find_a, ("femur", "left"), zones=[6, 1, 6])
    assert Specimen.objects.get(pk=logged.pk).zones == [1, 6]


def test_a_specimen_is_handled_as_strictly_as_its_find(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        find = make_find(cast.site_a, 7, handling="investigation")
    [logged] = log(cast.anthropologist, find, ("femur", "left"))
    assert logged.handling == "investigation"


def test_only_anthropologists_log_and_nobody_elsewhere_learns_of_the_find(cast: Cast) -> None:
    with refused("access.forbidden"):
        log(cast.investigator, cast.find_a, ("femur", "left"))
    with refused("access.not_found"):
        log(cast.anthropologist, cast.find_b, ("femur", "left"))


def test_a_closed_case_takes_no_specimen(cast: Cast) -> None:
    case = Case.objects.filter(pk=cast.case_a.pk)
    with change(cast.prosecutor, "tests.closure.proposed"):
        case.update(closure_reason="done", closure_proposed_by=cast.prosecutor)
    with change(cast.second_prosecutor, "tests.case.closed", reason="done"):
        case.update(status=CaseStatus.CLOSED, closed_by=cast.second_prosecutor)
    with refused("case.closed"):
        log(cast.anthropologist, cast.find_a, ("femur", "left"))


def test_a_change_is_written_once_and_only_where_something_changed(cast: Cast) -> None:
    first, second = log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "right"))
    first.zones, first.fragment_count = [4, 5], 3
    done = change_specimens(actor=cast.anthropologist, changes=[(first, 1), (second, 1)])
    assert done == [first]
    stored = Specimen.objects.get(pk=first.pk)
    assert (stored.zones, stored.fragment_count, stored.version) == ([4, 5], 3, 2)
    assert Specimen.objects.get(pk=second.pk).version == 1


def test_a_change_of_what_was_changed_meanwhile_is_refused(cast: Cast) -> None:
    [row] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    row.notes = "green stain"
    change_one(actor=cast.anthropologist, record=row, version=1)
    with refused("record.stale"):
        change_one(actor=cast.anthropologist, record=row, version=1)


def test_a_refused_change_leaves_the_others_as_they_were(cast: Cast) -> None:
    first, second = log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "right"))
    first.notes, second.zones = "cut", [99]
    with pytest.raises(Refusal) as caught:
        change_specimens(actor=cast.anthropologist, changes=[(first, 1), (second, 1)])
    assert (caught.value.code, caught.value.row) == ("specimen.zone", 1)
    assert Specimen.objects.get(pk=first.pk).notes == ""


def test_find_and_number_are_not_changed_by_hand(cast: Cast) -> None:
    [row] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    row.find = log_find(
        actor=cast.investigator, record=type(cast.find_a)(site=cast.site_a, case=cast.case_a, category="bone")
    )
    with refused("record.not_by_hand", "find"):
        change_one(actor=cast.anthropologist, record=row, version=1)


def test_specimens_are_withdrawn_together_with_one_reason(cast: Cast) -> None:
    rows = log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "right"))
    with refused("record.withdrawal_without_reason"):
        withdraw_specimens(actor=cast.anthropologist, specimens=[(row, 1) for row in rows], reason=" ")
    withdraw_specimens(actor=cast.anthropologist, specimens=[(row, 1) for row in rows], reason="animal bones")
    assert {row.withdrawn_reason for row in Specimen.objects.filter(find=cast.find_a)} == {"animal bones"}
    with refused("record.withdrawn"):
        withdraw(actor=cast.anthropologist, record=rows[0], reason="again")


def test_two_hundred_bones_ask_as_many_questions_as_two(cast: Cast) -> None:
    whole = [bone(cast.find_a, e.code, min(e.sides)) for e in elements().values()]
    log(cast.anthropologist, cast.find_a, ("femur", "left"))
    counts = []
    for records in ([bone(cast.find_a), bone(cast.find_a)], whole):
        with CaptureQueriesContext(connection) as asked:
            log_specimens(actor=cast.anthropologist, records=records)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert len(numbers(cast.find_a)) == 3 + len(whole)
