"""Specimens called one person that cannot be: refused with the records that make it, never counted around."""

from __future__ import annotations

from typing import Any

import pytest

from remains.science.mni import Contradiction, contradictions_among, minimum_number_of_individuals
from tests.remains.science.test_mni_definitions import bone


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({"age_max_years": 5}, {"age_min_years": 18}, "person.age"),
        ({"sex": "F"}, {"sex": "M"}, "person.sex"),
        ({"dna_group": "H1"}, {"dna_group": "U5"}, "person.dna_group"),
        ({}, {"element": "femur"}, "person.zone"),
    ],
)
def test_what_an_individual_cannot_be_is_refused(
    first: dict[str, Any], second: dict[str, Any], code: str
) -> None:
    specimens = [
        bone("a", individual="I", **first),
        bone("b", **{"element": "tibia", "individual": "I", **second}),
        bone("c", "ulna", individual="I"),
        bone("d"),
    ]
    with pytest.raises(Contradiction) as refused:
        minimum_number_of_individuals(specimens)
    assert (refused.value.code, refused.value.keys) == (code, ("a", "b"))


def test_more_ribs_than_a_person_has() -> None:
    ribs = [bone(f"r{n:02}", "rib", zones=frozenset({1}), individual="I") for n in range(13)]
    with pytest.raises(Contradiction) as refused:
        minimum_number_of_individuals(ribs)
    assert refused.value.keys == tuple(rib.key for rib in ribs)


def test_three_unsided_femora_of_one_zone_are_no_one_person() -> None:
    with pytest.raises(Contradiction):
        minimum_number_of_individuals([bone(key, side="unsided", individual="I") for key in "abc"])


def test_two_individuals_joined_by_a_refit() -> None:
    specimens = [bone("a", individual="I-1"), bone("b", zones=frozenset({9}), individual="I-2")]
    with pytest.raises(Contradiction) as refused:
        minimum_number_of_individuals(specimens, refits=[("a", "b")])
    assert refused.value.code == "person.individual"


def test_a_left_and_a_right_bone_do_not_fit_together() -> None:
    with pytest.raises(Contradiction) as refused:
        minimum_number_of_individuals([bone("a"), bone("b", side="right")], refits=[("a", "b")])
    assert refused.value.code == "refit.side"


def test_excluded_and_refitted_at_once() -> None:
    specimens = [bone("a"), bone("b", zones=frozenset({9}))]
    with pytest.raises(Contradiction) as refused:
        minimum_number_of_individuals(specimens, refits=[("a", "b")], excluded=[("b", "a")])
    assert (refused.value.code, refused.value.keys) == ("association.excluded", ("a", "b"))


def test_a_specimen_excluded_from_itself() -> None:
    with pytest.raises(Contradiction):
        minimum_number_of_individuals([bone("a")], excluded=[("a", "a")])


def test_all_contradictions_are_told_at_once() -> None:
    specimens = [
        bone("a", individual="I", sex="F", age_max_years=5),
        bone("b", "tibia", individual="I", sex="M", age_min_years=18),
        bone("c", individual="J"),
        bone("d", individual="J"),
    ]
    found = [(wrong.code, wrong.keys) for wrong in contradictions_among(specimens)]
    assert found == [("person.age", ("a", "b")), ("person.sex", ("a", "b")), ("person.zone", ("c", "d"))]
