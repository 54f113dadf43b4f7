"""What a count reads from the records: which specimens, which opinions, and what is called a contradiction."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.utils import timezone

from cases.ledger.context import change
from remains.services.counting import Counted, count
from tests.actors import INSTALLER, Cast, make_find, make_site
from tests.refused import refused
from tests.remains.bones import bone
from tests.remains.counted import aged, between, find_of_body, individual, link, said, set_on, sexed

pytestmark = pytest.mark.django_db


def numbers(counted: Counted) -> tuple[int | None, int | None]:
    """Return both readings: determined only, with presumed too."""
    found = [reading.mni.count if reading.mni else None for reading in counted.readings.values()]
    return found[0], found[1]


def at_site(cast: Cast, who: str = "anthropologist") -> Counted:
    return count(cast.people[who], site=cast.site_a)


def codes(counted: Counted) -> set[str]:
    return {conflict.code for reading in counted.readings.values() for conflict in reading.conflicts}


def test_without_a_specimen_nobody_is_counted(cast: Cast) -> None:
    counted = at_site(cast)
    assert (numbers(counted), counted.specimens) == ((0, 0), 0)


def test_same_zone_of_one_bone_is_one_person_each(cast: Cast) -> None:
    keys = [bone(cast.find_a, "femur", "left", 6).number for _each in range(3)]
    counted = at_site(cast)
    assert numbers(counted) == (3, 3)
    mni = counted.readings["determined"].mni
    assert mni is not None
    assert sorted(mni.proof[0].keys) == sorted(keys)
    assert set(counted.ids) == set(keys)


def test_withdrawn_and_non_human_bones_and_those_of_withdrawn_finds_do_not_count(cast: Cast) -> None:
    bone(cast.find_a, "femur", "left", 6)
    gone = bone(cast.find_a, "femur", "left", 6)
    bone(cast.find_a, "non_human", "unsided")
    with change(INSTALLER, "tests.find.made"):
        withdrawn, animal = make_find(cast.site_a, 8), make_find(cast.site_a, 9, category="non_human")
    bone(withdrawn, "femur", "left", 6)
    bone(animal, "femur", "left", 6)
    for record in (gone, withdrawn):
        set_on(record, withdrawn_at=timezone.now(), withdrawn_reason="mistake")
    counted = at_site(cast)
    assert numbers(counted) == (1, 1)
    assert (counted.non_human, counted.human_in_non_human) == (1, 1)


def test_presumed_opinions_count_in_the_second_reading_only(cast: Cast) -> None:
    aged(bone(cast.find_a, "femur", "left", 6), 20, None)
    aged(bone(cast.find_a, "mandible", "axial", 1), 4, 5, certainty="presumed")
    counted = at_site(cast)
    assert numbers(counted) == (1, 2)
    ages = [(claim.adult, claim.count, claim.low, claim.high) for claim in counted.readings["presumed"].ages]
    assert ages == [(False, 1, 4, 5), (True, 1, 20, math.inf)]


def test_opinions_are_combined_by_intersection(cast: Cast) -> None:
    adult = bone(cast.find_a, "femur", "left", 6)
    aged(adult, 15, 40)
    aged(adult, 30, 60)
    aged(bone(cast.find_a, "mandible", "axial", 1), 16, 25)
    assert numbers(at_site(cast)) == (2, 2)


def test_superseded_and_withdrawn_estimates_say_nothing(cast: Cast) -> None:
    adult, child = bone(cast.find_a, "femur", "left", 6), bone(cast.find_a, "mandible", "axial", 1)
    aged(adult, 18, None)
    old, withdrawn = aged(child, 4, 5), aged(child, 6, 7)
    newer = aged(child, None, 30)
    set_on(old, superseded_by=newer)
    set_on(withdrawn, withdrawn_at=timezone.now(), withdrawn_reason="mistake")
    assert numbers(at_site(cast)) == (1, 1)


def test_estimates_of_a_find_count_only_where_it_is_a_body(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
    bone(cast.find_a, "femur", "left", 6)
    aged(bone(other, "mandible", "axial", 1), 18, None)
    said(cast.case_a, find=cast.find_a, age_min_years=4, age_max_years=5)
    assert numbers(at_site(cast)) == (1, 1)
    find_of_body(cast.find_a)
    assert numbers(at_site(cast)) == (2, 2)


def test_estimates_of_an_individual_are_those_of_its_bones(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left", 6), bone(cast.find_a, "mandible", "axial", 1)
    said(cast.case_a, "sex", individual=individual(one), sex="female")
    sexed(other, "male")
    assert numbers(at_site(cast)) == (2, 2)


def test_undetermined_sex_contradicts_nothing(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    sexed(one, "undetermined")
    sexed(one, "female")
    assert numbers(at_site(cast)) == (1, 1)


@pytest.mark.parametrize(("probability", "people"), [("0.9499", 1), ("0.9500", 2), (None, 2)])
def test_a_sex_below_the_threshold_of_its_method_splits_nobody(
    cast: Cast, probability: str | None, people: int
) -> None:
    one, other = bone(cast.find_a, "os_coxa", "left", 1), bone(cast.find_a, "cranium", "axial", 5)
    scored = {"method_code": "walker_2005", "scored": {"notch": "1"}} if probability else {}
    sexed(one, "female", sex_probability=probability, **scored)
    sexed(other, "male")
    counted = at_site(cast)
    assert numbers(counted) == (people, people)
    mni = counted.readings["determined"].mni
    assert mni is not None
    assert {group.sex for group in mni.proof} == ({"F", "M"} if people == 2 else {None})


def test_a_presumed_sex_adds_people_only_in_the_reading_that_says_so(cast: Cast) -> None:
    sexed(bone(cast.find_a, "os_coxa", "left", 1), "female", certainty="presumed")
    sexed(bone(cast.find_a, "cranium", "axial", 5), "male")
    assert numbers(at_site(cast)) == (1, 2)


def test_an_improbable_sex_contradicts_no_other_of_the_same_bone(cast: Cast) -> None:
    one = bone(cast.find_a, "os_coxa", "left", 1)
    sexed(one, "female", sex_probability="0.88", method_code="walker_2005", scored={"notch": "1"})
    sexed(one, "male")
    assert (numbers(at_site(cast)), codes(at_site(cast))) == ((1, 1), set())


def test_a_fetus_is_not_told_from_bones_without_an_age(cast: Cast) -> None:
    bone(cast.find_a, "femur", "left", 6)
    aged(bone(cast.find_a, "mandible", "axial", 1), -0.5, -0.1)
    assert numbers(at_site(cast)) == (1, 1)


def test_dna_groups_and_individuals_tell_people_apart(cast: Cast) -> None:
    bone(cast.find_a, "femur", "left", 6, dna_group="mt1")
    bone(cast.find_a, "femur", "right", 6, dna_group="mt2")
    individual(bone(cast.find_a, "tibia", "left", 7), number="I-1")
    individual(bone(cast.find_a, "tibia", "right", 7), number="I-2")
    assert numbers(at_site(cast)) == (2, 2)


def test_who_left_an_individual_is_no_longer_of_it(cast: Cast) -> None:
    individual(bone(cast.find_a, "tibia", "left", 7), number="I-1")
    other = individual(bone(cast.find_a, "tibia", "right", 7), number="I-2")
    set_on(other.parts.get(), left_at=timezone.now(), left_reason="other size")
    assert numbers(at_site(cast)) == (1, 1)


@pytest.mark.parametrize(("stage", "people"), [("possible", 2), ("final", 3)])
def test_final_refits_are_one_bone_and_possible_ones_are_not(cast: Cast, stage: str, people: int) -> None:
    for zones in ((4, 5), (5, 6), (6, 4)):
        one, other = (bone(cast.find_a, "femur", "left", zone) for zone in zones)
        between(one, other, "refit", stage)
    assert numbers(at_site(cast)) == (people, people)


def test_an_excluded_association_makes_two_people(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left", 6), bone(cast.find_a, "tibia", "left", 7)
    between(one, other, "osteometric", "excluded")
    assert numbers(at_site(cast)) == (2, 2)


def test_refits_that_lead_out_are_told_and_not_counted(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        elsewhere = make_find(make_site(cast.case_a, "KHJ02"))
    between(bone(cast.find_a, "femur", "left", 6), bone(elsewhere, "femur", "left", 4), "refit")
    counted = at_site(cast)
    assert (numbers(counted), counted.refits_outside) == ((1, 1), 1)


def test_contradicting_estimates_are_named_and_nothing_is_counted(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    made = [aged(one, 4, 5), aged(one, 18, None, certainty="presumed")]
    bone(cast.find_a, "femur", "left", 6)
    counted = at_site(cast)
    assert numbers(counted) == (2, None)
    conflict = counted.readings["presumed"].conflicts[0]
    assert (conflict.code, conflict.keys) == ("estimates.age", (one.number,))
    assert set(conflict.estimates) == {str(estimate.pk) for estimate in made}


def test_both_sexes_of_one_specimen_are_a_contradiction(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    sexed(one, "female")
    sexed(one, "male")
    counted = at_site(cast)
    assert (numbers(counted), codes(counted)) == ((None, None), {"estimates.sex"})
    for ages in ((4, 5), (18, None)):
        aged(one, *ages)
    counted = at_site(cast)
    assert (counted.specimens, codes(counted)) == (1, {"estimates.age", "estimates.sex"})


def test_an_individual_with_two_of_one_bone_is_a_contradiction(cast: Cast) -> None:
    keys = [bone(cast.find_a, "femur", "left", 6) for _each in range(2)]
    individual(*keys)
    counted = at_site(cast)
    assert (numbers(counted), codes(counted)) == ((None, None), {"person.zone"})


def test_linked_graves_are_counted_together_and_through_one_another(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        sites = [make_site(cast.case_a, f"KHJ0{n}") for n in range(2, 6)]
        finds = [make_find(site) for site in sites]
    for find in (cast.find_a, *finds):
        bone(find, "femur", "left", 6)
    link(cast.site_a, sites[0])
    link(sites[1], sites[0], "same_event")
    link(cast.site_a, sites[2], "transit")
    counted = at_site(cast)
    assert [code for _id, code in counted.scope.sites] == ["KHJ01", "KHJ02", "KHJ03"]
    assert numbers(counted) == (3, 3)
    assert numbers(count(cast.anthropologist, site=sites[1])) == (3, 3)
    assert numbers(count(cast.anthropologist, sites=[cast.site_a, sites[3]])) == (4, 4)
    assert numbers(count(cast.anthropologist, find=finds[0])) == (1, 1)


def test_what_the_viewer_may_not_see_is_not_counted(cast: Cast) -> None:
    bone(cast.find_a, "femur", "left", 6)
    bone(cast.find_a, "femur", "left", 6, handling="investigation")
    child = bone(cast.find_a, "mandible", "axial", 1)
    aged(child, 4, 5, handling="investigation")
    assert numbers(at_site(cast)) == (2, 2)
    aged(bone(cast.find_a, "tibia", "left", 7), 18, None)
    assert numbers(at_site(cast)) == (2, 2)
    seen = at_site(cast, "liaison")
    assert numbers(seen) == (1, 1)
    assert seen.may_miss_something
    assert not at_site(cast, "auditor").may_miss_something


def test_a_link_or_site_that_is_not_seen_links_nothing(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        hidden = make_site(cast.case_a, "KHJ02", handling="investigation")
        find = make_find(hidden, handling="investigation")
    bone(find, "femur", "left", 6, handling="investigation")
    link(cast.site_a, hidden, handling="investigation")
    assert numbers(at_site(cast)) == (1, 1)
    assert len(at_site(cast, "liaison").scope.sites) == 1


def test_who_does_not_see_the_case_is_told_that_there_is_nothing(cast: Cast) -> None:
    with refused("access.not_found"):
        at_site(cast, "outsider")
    with refused("access.not_found"):
        count(cast.anthropologist, find=cast.find_b)
    with refused("counting.scope"):
        count(cast.anthropologist)


def test_pairs_give_estimates_beside_the_number(cast: Cast) -> None:
    left = [bone(cast.find_a, "humerus", "left", 2) for _each in range(4)]
    right = [bone(cast.find_a, "humerus", "right", 2) for _each in range(3)]
    for one, other in zip(left, right, strict=False):
        between(one, other, "pair")
    tables = at_site(cast).tables
    assert tables is not None
    paired = tables.paired[0]
    assert (paired.element, paired.zone) == ("humerus", 2)
    assert (paired.estimate.left, paired.estimate.right, paired.estimate.pairs) == (4, 3, 3)
    assert [(row.element, row.max_side) for row in tables.elements] == [("humerus", 4)]


def test_reading_costs_the_same_for_one_specimen_and_for_many(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    bone(cast.find_a, "femur", "left", 6)
    with django_assert_max_num_queries(12):
        at_site(cast)
    for _each in range(15):
        aged(bone(cast.find_a, "femur", "left", 6), 18, None)
    with django_assert_max_num_queries(12):
        at_site(cast)
