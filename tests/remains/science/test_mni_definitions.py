"""Each rule of counting by a case that can be worked out on paper."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pytest

from remains.science.elements import Side
from remains.science.mni import InvalidSpecimen, SpecimenRecord, minimum_number_of_individuals

Z6 = frozenset({6})


def bones(
    number: int, element: str = "femur", side: Side = "left", zones: Iterable[int] = (6,), start: int = 0
) -> list[SpecimenRecord]:
    return [
        SpecimenRecord(f"{element}-{side}-{start + index}", element, side, frozenset(zones))
        for index in range(number)
    ]


def bone(
    key: str, element: str = "femur", side: Side = "left", zones: frozenset[int] = Z6, **known: Any
) -> SpecimenRecord:
    return SpecimenRecord(key, element, side, zones, **known)


def count(specimens: Iterable[SpecimenRecord], **given: Any) -> int:
    return minimum_number_of_individuals(specimens, **given).count


def test_nobody_is_nobody() -> None:
    mni = minimum_number_of_individuals([])
    assert (mni.count, mni.proof) == (0, ())


def test_a_person_has_one_of_a_zone_of_a_side() -> None:
    assert count(bones(3) + bones(2, side="right")) == 3


def test_fragments_of_different_zones_can_be_one_bone() -> None:
    assert count(bones(3, zones=[1, 2]) + bones(2, zones=[3], start=3)) == 3


def test_fragments_without_known_zones_can_be_one_bone() -> None:
    assert count(bones(5, zones=[])) == 1


@pytest.mark.parametrize(
    ("left", "right", "unsided", "people"),
    [
        (2, 1, 0, 2),
        (0, 0, 4, 2),
        (0, 0, 5, 3),
        (2, 2, 1, 3),
        (3, 1, 2, 3),
        (3, 1, 3, 4),
        (5, 0, 5, 5),
        (5, 0, 6, 6),
    ],
)
def test_unsided_bones_fill_the_halves_that_are_free(
    left: int, right: int, unsided: int, people: int
) -> None:
    specimens = bones(left) + bones(right, side="right") + bones(unsided, side="unsided")
    assert count(specimens) == people


@pytest.mark.parametrize(
    ("element", "side", "number", "people"),
    [
        ("rib", "left", 12, 1),
        ("rib", "left", 13, 2),
        ("rib", "unsided", 24, 1),
        ("rib", "unsided", 25, 2),
        ("hand_prox_ph", "unsided", 10, 1),
        ("hand_prox_ph", "unsided", 11, 2),
        ("vert_t", "axial", 13, 2),
        ("vert", "axial", 24, 1),
    ],
)
def test_unnumbered_serial_bones_have_a_capacity(element: str, side: Side, number: int, people: int) -> None:
    assert count(bones(number, element, side, [1])) == people


def test_numbered_and_unnumbered_ribs_draw_on_the_same_twelve() -> None:
    twelve = [bone(f"r{n}", f"rib_{n:02}", zones=frozenset({3})) for n in range(1, 13)]
    assert count(twelve) == 1
    assert count([*twelve, bone("r", "rib", zones=frozenset({3}))]) == 2


def test_other_capacities_can_be_given() -> None:
    assert count(bones(13, "rib", zones=[1]), capacities={"rib": 13}) == 1


def test_teeth_are_counted_by_their_number() -> None:
    assert (
        count([bone("a", "tooth_36", zones=frozenset({1})), bone("b", "tooth_75", zones=frozenset({1}))]) == 1
    )
    assert count([bone(key, "tooth_36", zones=frozenset({1})) for key in "ab"]) == 2


def test_people_in_disjoint_windows_add_up() -> None:
    adults = [bone(f"a{n}", age_min_years=18) for n in range(3)]
    child = bone("c", "mandible", "axial", frozenset({1}), age_min_years=4, age_max_years=5)
    assert count([*adults, child]) == 4


def test_intervals_that_touch_can_be_one_person() -> None:
    young = bone("y", age_max_years=18)
    assert count([young, bone("o", "tibia", age_min_years=18)]) == 1
    assert count([young, bone("o", "tibia", age_min_years=18.001)]) == 2


def test_windows_are_found_and_not_fixed() -> None:
    # Three children of 2-4, 5-8 and 9-11 and two adults: no cohort 0-3-12-20 would part them so.
    ages = [(2.0, 4.0), (5.0, 8.0), (9.0, 11.0), (20.0, math.inf), (20.0, math.inf)]
    elements = ["mandible", "femur", "tibia", "humerus", "humerus"]
    specimens = [
        bone(
            f"s{n}",
            element,
            "axial" if element == "mandible" else "left",
            age_min_years=low,
            age_max_years=high,
        )
        for n, (element, (low, high)) in enumerate(zip(elements, ages, strict=True))
    ]
    mni = minimum_number_of_individuals(specimens)
    assert (mni.count, mni.without_search) == (5, 5)
    assert sorted(group.count for group in mni.proof) == [1, 1, 1, 2]


def test_women_and_men_add_up() -> None:
    women = [bone(f"w{n}", "os_coxa", sex="F") for n in range(2)]
    men = [bone(f"m{n}", "cranium", "axial", sex="M") for n in range(3)]
    assert count([*women, *men]) == 5


def test_dna_groups_add_up() -> None:
    specimens = [
        bone(f"s{n}", element, dna_group=name)
        for n, (element, name) in enumerate(
            [("femur", "H1"), ("femur", "H1"), ("tibia", "U5"), ("ulna", "K1")]
        )
    ]
    assert count(specimens) == 4


def test_a_mother_and_a_son_of_one_dna_group_are_two() -> None:
    assert count([bone("a", sex="F", dna_group="H1"), bone("b", "tibia", sex="M", dna_group="H1")]) == 2


def test_individuals_are_different_people() -> None:
    specimens = [
        bone(f"s{n}", element, individual=f"I-{n}") for n, element in enumerate(["femur", "tibia", "ulna"])
    ]
    assert count(specimens) == 3


def test_specimens_of_one_individual_share_what_is_known_of_any() -> None:
    mine = [bone("a", individual="I", age_min_years=30), bone("b", "tibia", individual="I")]
    child = bone("c", "humerus", age_max_years=12)
    assert count([*mine, child]) == 2
    assert count([mine[1], child]) == 1


def test_the_best_way_is_taken_inside_each_window() -> None:
    adults = [
        bone(f"a{n}", element, age_min_years=20, sex=sex)
        for n, (element, sex) in enumerate(
            [
                ("os_coxa", "F"),
                ("os_coxa", "F"),
                ("femur", "M"),
                ("femur", "M"),
                ("tibia", None),
                ("tibia", None),
                ("tibia", None),
            ]
        )
    ]
    children = [
        bone(f"c{n}", element, age_max_years=10, dna_group=name)
        for n, (element, name) in enumerate([("femur", "H1"), ("tibia", "U5"), ("ulna", "K1")])
    ]
    assert count([*adults, *children]) == 7


def test_a_refit_is_one_specimen() -> None:
    proximal, distal = bone("p", zones=frozenset({4, 6})), bone("d", zones=frozenset({6, 9}))
    assert count([proximal, distal]) == 2
    assert count([proximal, distal], refits=[("p", "d")]) == 1
    assert count([proximal, distal, bone("x", zones=frozenset({9}))], refits=[("p", "d")]) == 2


def test_a_refit_takes_the_side_of_the_fragment_that_has_one() -> None:
    shaft, head = bone("s", side="unsided", zones=frozenset({6})), bone("h", zones=frozenset({4}))
    others = [bone("o", zones=frozenset({6})), bone("r", side="right", zones=frozenset({6}))]
    assert count([shaft, head, *others]) == 2
    assert count([shaft, head, others[0]]) == 1
    assert count([shaft, head, others[0]], refits=[("s", "h")]) == 2


def test_a_refit_across_elements_is_one_person() -> None:
    suture = [
        bone("f", "frontal", "axial", frozenset({1})),
        bone("p", "parietal", zones=frozenset({1}), sex="M"),
    ]
    assert count([*suture, bone("w", "frontal", "axial", frozenset(), sex="F")], refits=[("f", "p")]) == 2


def test_an_excluded_pair_is_two_people() -> None:
    assert count([bone("a"), bone("b", "tibia")], excluded=[("a", "b")]) == 2


def test_linked_graves_are_counted_together() -> None:
    one, other = bones(2), bones(2, side="right")
    assert count(one + other) == 2 < count(one) + count(other)


def test_what_is_not_human_does_not_count() -> None:
    assert count([bone("n", "non_human", "unsided", frozenset()), bone("a")]) == 1


def test_the_sample_at_least_four_one_of_them_a_child() -> None:
    adults = [bone(f"F-{n}", age_min_years=18, age_max_years=120) for n in range(3)]
    child = bone("M-1", "mandible", "axial", frozenset({1}), age_min_years=4, age_max_years=5)
    mni = minimum_number_of_individuals([*adults, child])
    assert mni.count == 4
    assert [(group.count, group.rule) for group in mni.proof] == [
        (1, "mandible, zone 1, seen once, children 4-5 years"),
        (3, "left femur, zone 6, seen 3 times, adults 18-120 years"),
    ]


@pytest.mark.parametrize(
    ("specimens", "given", "code"),
    [
        ([bone("a"), bone("a", "tibia")], {}, "specimen.duplicate"),
        ([bone("a", side="middle")], {}, "specimen.side"),  # type: ignore[arg-type]
        ([bone("a", age_min_years=9, age_max_years=4)], {}, "specimen.age"),
        ([bone("a", age_min_years=math.nan)], {}, "specimen.age"),
        ([bone("a", sex="female")], {}, "specimen.sex"),
        ([bone("a", zones={6})], {}, "specimen.zone"),  # type: ignore[arg-type]
        ([bone("a")], {"refits": [("a", "b")]}, "association.unknown"),
        ([bone("a")], {"excluded": [("z", "a")]}, "association.unknown"),
        ([bone("a")], {"capacities": {"rib": 0}}, "capacity.number"),
    ],
)
def test_what_no_record_can_hold_is_refused(
    specimens: list[SpecimenRecord], given: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidSpecimen) as refused:
        minimum_number_of_individuals(specimens, **given)
    assert refused.value.code == code


def test_the_worked_example_of_the_documentation() -> None:
    specimens = [
        bone("A", age_min_years=18, age_max_years=120),
        bone("B", zones=frozenset({4, 6}), age_min_years=18, age_max_years=120, sex="F"),
        bone("C", age_min_years=20, age_max_years=35),
        bone("D", side="unsided"),
        bone("E", "mandible", "axial", frozenset({1}), age_min_years=4, age_max_years=5),
        bone("G", "tibia", "right", frozenset({7}), age_min_years=18, age_max_years=120, sex="M"),
    ]
    mni = minimum_number_of_individuals(specimens, excluded=[("G", "A"), ("G", "C")])
    assert (mni.count, mni.without_search, mni.attained) == (5, 4, True)
    (group,) = mni.proof
    assert (group.kind, group.keys) == ("incompatible", ("A", "B", "C", "E", "G"))
    assert len(group.reasons) == 10
    assert {
        "A and B: both have zone 6 of the left femur",
        "A and E: one is at most 5 years old, the other at least 18",
        "A and G: an excluded association stands between them",
        "B and G: one is female, the other male",
    } <= set(group.reasons)
