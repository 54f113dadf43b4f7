"""Charts: every number drawn and told in the table, parts apart without colour, and months counted as they were."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.template.loader import render_to_string

from cases.charts import PATTERNS, lying, standing
from cases.ledger.states import Stay
from cases.overview import month_ends, over_months

ROWS = [("open", [3, 0, 2]), ("closed", [0, 0, 0]), ("suspended", [1, 1, 1])]
PARTS = ["young", "older", "old"]


@pytest.mark.parametrize("drawn", [lying, standing])
def test_the_table_behind_a_chart_has_every_number(drawn: Any) -> None:
    chart = drawn("Cases", ROWS, parts=PARTS, across="Status")
    assert chart.rows == [
        ("open", [3, 0, 2], 5, ""),
        ("closed", [0, 0, 0], 0, ""),
        ("suspended", [1, 1, 1], 3, ""),
    ]
    html = render_to_string("cases/chart.html", {"chart": chart})
    for words in ("open, young: 3", "suspended, old: 1", "young", "All"):
        assert words in html


@pytest.mark.parametrize("drawn", [lying, standing])
def test_a_part_is_as_large_as_its_number_and_lies_inside(drawn: Any) -> None:
    chart = drawn("Cases", ROWS, parts=PARTS, across="Status")
    sizes = {part.said: part.width * part.height for part in chart.parts}
    assert sizes["open, young: 3"] == pytest.approx(3 * sizes["suspended, old: 1"], rel=0.02)
    assert "open, older: 0" not in sizes
    for part in chart.parts:
        assert 0 <= part.x <= part.x + part.width <= chart.width
        assert 0 <= part.y <= part.y + part.height <= chart.height


def test_parts_are_told_apart_by_pattern_and_no_chart_has_more_than_there_are() -> None:
    chart = lying("Cases", ROWS, parts=PARTS, across="Status")
    assert len({part.pattern for part in chart.parts}) == 3
    with pytest.raises(ValueError, match="told apart"):
        lying("Cases", [("a", [1] * 9)], parts=list("abcdefghi"), across="x")
    assert len(set(PATTERNS)) == len(PATTERNS)


def test_nothing_is_drawn_of_nothing() -> None:
    assert standing("Cases", [], parts=PARTS, across="Status").parts == []


def stay(status: str, day: dt.date) -> Stay:
    return Stay(status, dt.datetime.combine(day, dt.time(12), dt.UTC), None, "Somebody", "POA", 1)


def test_months_end_on_their_last_day_and_the_present_one_today() -> None:
    assert month_ends(dt.date(2024, 3, 15), 2) == [
        dt.date(2024, 1, 31),
        dt.date(2024, 2, 29),
        dt.date(2024, 3, 15),
    ]


def test_each_record_is_counted_in_the_status_that_it_had_then() -> None:
    ends = [dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(2024, 3, 15)]
    one = [stay("open", dt.date(2024, 1, 2)), stay("closed", dt.date(2024, 3, 1))]
    other = [stay("open", dt.date(2024, 2, 29))]
    assert over_months([one, other, []], ends) == [
        Counter(open=1),
        Counter(open=2),
        Counter(open=1, closed=1),
    ]
