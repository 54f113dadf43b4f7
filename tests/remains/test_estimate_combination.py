"""What the estimates of a specimen, a find and an individual come to, and who may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.services.record import withdraw_record
from remains.models import Estimate, Individual
from remains.services.estimate import record_estimate
from remains.services.estimate_combination import combined, contradicting, panel
from remains.services.individual import create_individual
from tests.actors import Cast
from tests.remains.specimens import log


def age(
    cast: Cast, subject: Any, low: int, high: int, certainty: str = "determined", **more: Any
) -> Estimate:
    named = {subject._meta.model_name: subject}
    values = {"kind": "age", "age_min_years": low, "age_max_years": high, "certainty": certainty}
    said = {"method": "as stated", "basis": "x", "observer": "A. N."}
    record = Estimate(**{"case": cast.case_a, **named, **values, **said, **more})
    return record_estimate(actor=cast.anthropologist, record=record)


def words(cast: Cast, subject: Any) -> list[tuple[str, str, str]]:
    return [(part.certainty, part.value, part.number) for part in combined(cast.anthropologist, subject)]


def test_what_estimates_of_a_find_have_in_common(cast: Cast) -> None:
    age(cast, cast.find_a, 10, 16)
    age(cast, cast.find_a, 12, 18)
    assert words(cast, cast.find_a) == [("determined", "12-16 years", "from 2 estimates")]
    assert panel(cast.anthropologist, cast.find_a)["contradictions_said"] == "0 contradictions"


def test_what_is_presumed_does_not_narrow_what_was_determined(cast: Cast) -> None:
    age(cast, cast.find_a, 10, 16)
    presumed = age(cast, cast.find_a, 20, 25, "presumed")
    assert words(cast, cast.find_a) == [
        ("determined", "10-16 years", "from 1 estimate"),
        ("presumed", "20-25 years", "from 1 estimate"),
    ]
    [pair] = contradicting(cast.anthropologist, cast.find_a)
    assert pair.second == presumed


def test_a_contradiction_leaves_no_common_value(cast: Cast) -> None:
    first, second = age(cast, cast.find_a, 10, 16), age(cast, cast.find_a, 20, 25)
    [part] = combined(cast.anthropologist, cast.find_a)
    assert "contradict" in part.value
    [pair] = contradicting(cast.anthropologist, cast.find_a)
    assert (pair.first, pair.second) == (first, second)


def test_an_individual_has_the_estimates_of_its_specimens(cast: Cast) -> None:
    femur, hip, other = log(
        cast.anthropologist, cast.find_a, ("femur", "left"), ("os_coxa", "left"), ("tibia", "left")
    )
    person = create_individual(
        actor=cast.anthropologist,
        record=Individual(case=cast.case_a),
        specimens=[femur, hip],
        reason="one joint",
    )
    age(cast, person, 20, 60)
    age(cast, femur, 18, 40)
    age(cast, hip, 30, 50)
    age(cast, other, 1, 2)
    assert words(cast, person) == [("determined", "30-40 years", "from 3 estimates")]
    assert words(cast, hip) == [("determined", "30-50 years", "from 1 estimate")]


def test_withdrawn_and_unseen_estimates_do_not_count(cast: Cast) -> None:
    withdrawn = age(cast, cast.find_a, 1, 2)
    withdraw_record(actor=cast.anthropologist, record=withdrawn, reason="other bone")
    assert words(cast, cast.find_a) == []
    age(cast, cast.find_a, 10, 16)
    assert combined(cast.outsider, cast.find_a) == []


@pytest.mark.parametrize("count", [2, 6])
def test_a_page_asks_once_for_all_estimates(cast: Cast, count: int) -> None:
    for _n in range(count):
        age(cast, cast.find_a, 10, 16)
    panel(cast.anthropologist, cast.find_a)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        panel(cast.anthropologist, cast.find_a)
    assert sum("remains_estimate" in query["sql"] for query in asked.captured_queries) == 1
