"""NISP, MNE, the larger side, cohorts and mtDNA groups: tables beside the proof."""

from __future__ import annotations

from remains.science.customary import Cohort, by_cohort, by_dna_group, by_element, larger_side
from tests.remains.science.test_mni_definitions import bone, bones


def test_the_traditional_larger_side() -> None:
    femora = larger_side([*bones(21), *bones(15, side="right"), *bones(9, "tibia")])
    assert femora is not None
    assert (femora.element, femora.max_side, femora.mne) == ("femur", 21, {"left": 21, "right": 15})


def test_elements_are_counted_by_their_fullest_zone() -> None:
    fragments = [*bones(2, zones=[1, 6]), *bones(3, zones=[6], start=2), *bones(1, zones=[], start=9)]
    (femur,) = by_element(fragments)
    assert (femur.nisp, femur.mne, femur.zone) == ({"left": 6}, {"left": 5}, {"left": 6})
    assert femur.by_zone == {"left": {1: 2, 6: 5}}


def test_without_zones_a_side_is_there_once() -> None:
    (femur,) = by_element(bones(4, zones=[]))
    assert (femur.mne, femur.zone) == ({"left": 1}, {"left": None})


def test_refits_are_one_element_and_as_many_specimens() -> None:
    (femur,) = by_element([bone("a"), bone("b", side="unsided")], refits=[("a", "b")])
    assert (femur.nisp, femur.mne) == ({"left": 1, "unsided": 1}, {"left": 1})


def test_serial_bones_are_divided_by_what_a_person_has() -> None:
    (ribs,) = by_element(bones(25, "rib", zones=[1]))
    assert (ribs.mne, ribs.max_side) == ({"left": 25}, 3)


def test_elements_come_in_anatomical_order() -> None:
    codes = [
        count.element for count in by_element([*bones(1, "tibia"), *bones(1, "own"), *bones(1, "clavicle")])
    ]
    assert codes == ["clavicle", "tibia", "own"]


def test_fixed_cohorts_and_who_fits_none() -> None:
    cohorts = [Cohort("child", 0, 12), Cohort("adult", 18, 120)]
    specimens = [
        bone("a", age_min_years=20, age_max_years=40),
        bone("b", age_min_years=30, age_max_years=50),
        bone("c", "tibia", age_min_years=4, age_max_years=5),
        bone("d", age_min_years=10, age_max_years=20),
        bone("e"),
    ]
    found = [(each.label, each.nisp, each.element, each.max_side) for each in by_cohort(specimens, cohorts)]
    assert found == [("child", 1, "tibia", 1), ("adult", 2, "femur", 2), ("unassigned", 2, "femur", 2)]


def test_an_empty_cohort_is_shown_as_zero() -> None:
    assert [each.max_side for each in by_cohort([], [Cohort("child", 0, 12)])] == [0, 0]


def test_dna_groups_by_element_unknown_last() -> None:
    specimens = [bone("a", dna_group="U5"), bone("b", dna_group="H1"), bone("c", dna_group="H1"), bone("d")]
    found = {
        name: [(c.element, c.max_side) for c in counts] for name, counts in by_dna_group(specimens).items()
    }
    assert list(found.items()) == [("H1", [("femur", 2)]), ("U5", [("femur", 1)]), (None, [("femur", 1)])]


def test_nothing_gives_no_element() -> None:
    assert larger_side([]) is None
    assert by_element([bone("n", "non_human", "unsided", frozenset())]) == []
