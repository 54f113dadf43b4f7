"""The proof in words, and the check that finds a false one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remains.science.mni import Mni, SpecimenRecord, explain, minimum_number_of_individuals
from remains.science.proof_check import check_proof
from tests.remains.science.test_mni_definitions import bone, bones

CHILD = bone("child", "mandible", "axial", frozenset({1}), age_min_years=4, age_max_years=5)
GRAVE = [*(bone(f"adult-{n}", age_min_years=18, age_max_years=120) for n in range(3)), CHILD]


def test_a_court_can_follow_it() -> None:
    assert explain(minimum_number_of_individuals(GRAVE)) == (
        "The specimens are of at least 4 people.",
        "1. At least 1: mandible, zone 1, seen once, children 4-5 years (child).",
        "2. At least 3: left femur, zone 6, seen 3 times, adults 18-120 years (adult-0, adult-1, adult-2).",
        "Nobody of group 1 is of group 2: their ages do not meet (18-120 years and 4-5 years).",
        "Added up: 1 + 3 = 4.",
        "No more can be proved from these records: 4 people could have all of them.",
    )


def test_nobody_and_one_are_said_as_such() -> None:
    assert explain(minimum_number_of_individuals([])) == (
        "There is no human specimen, and so no number of people.",
    )
    assert explain(minimum_number_of_individuals([CHILD]))[0] == "The specimens are of at least 1 person."


@pytest.mark.parametrize(
    ("specimens", "rule"),
    [
        (bones(13, "rib", zones=[1]), "left rib, number unknown, zone 1, seen 13 times (a person has 12)"),
        (
            bones(1) + bones(2, side="unsided"),
            "femur, zone 6, left, right and unsided together, seen 3 times (a person has 2)",
        ),
        (
            [bone("a", individual="I"), bone("b", "tibia", individual="J")],
            "assigned to 2 different individuals",
        ),
        ([bone("a", zones=frozenset())], "somebody is there"),
        ([bone("a", "my own element")], "left my own element, zone 6, seen once"),
    ],
)
def test_each_rule_has_its_words(specimens: list[SpecimenRecord], rule: str) -> None:
    assert [group.rule for group in minimum_number_of_individuals(specimens).proof] == [rule]


def test_the_sexes_and_the_groups_are_named() -> None:
    mni = minimum_number_of_individuals([bone("a", sex="F", dna_group="H1"), bone("b", "tibia", sex="M")])
    assert [group.rule for group in mni.proof] == [
        "left femur, zone 6, seen once, female",
        "left tibia, zone 6, seen once, male",
    ]


def test_of_an_individual_only_the_specimens_that_matter_are_named() -> None:
    individual = [
        bone("a", individual="I"),
        bone("b", "tibia", individual="I", age_min_years=30),
        bone("c", "ulna", individual="I"),
    ]
    mni = minimum_number_of_individuals([*individual, bone("d", age_min_years=25), CHILD])
    assert [group.keys for group in mni.proof] == [("child",), ("a", "b", "d")]


def false_proofs() -> list[tuple[str, Mni]]:
    mni = minimum_number_of_individuals(GRAVE)
    child, adults = mni.proof
    return [
        ("do not add up", replace(mni, count=5)),
        ("3 counted, 4 claimed", replace(mni, count=5, proof=(child, replace(adults, count=4)))),
        ("two groups", replace(mni, count=6, proof=(adults, adults))),
        ("no specimen", replace(mni, proof=(child, replace(adults, keys=("x", "y", "z"))))),
        ("not all are of its sex", replace(mni, proof=(replace(child, sex="F"), adults))),
        ("not all are of its DNA", replace(mni, proof=(replace(child, dna_group="H1"), adults))),
        ("nobody witnesses", replace(mni, proof=(replace(child, keys=()), adults))),
        ("1 counted, 3 claimed", replace(mni, proof=(child, replace(adults, keys=("adult-0",))))),
    ]


@pytest.mark.parametrize(("fault", "mni"), false_proofs())
def test_a_false_proof_is_found(fault: str, mni: Mni) -> None:
    assert any(fault in found for found in check_proof(GRAVE, mni))


def test_groups_that_could_share_a_person_are_found() -> None:
    mni = minimum_number_of_individuals(GRAVE)
    ageless = [bone(specimen.key, specimen.element, specimen.side, specimen.zones) for specimen in GRAVE]
    assert check_proof(ageless, mni) == ["group 1 and group 2 could share a person"]


def test_of_a_person_only_the_bone_that_is_counted_is_a_witness() -> None:
    person = [bone("left", individual="I"), bone("right", side="right", individual="I")]
    [group] = minimum_number_of_individuals([bone("another"), *person]).proof
    assert (group.count, group.keys) == (2, ("another", "left"))
