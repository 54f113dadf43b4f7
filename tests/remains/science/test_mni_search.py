"""What only a search shows, how the proof says so, and that giving it up for size loses nothing already shown."""

from __future__ import annotations

import random
from typing import Any

from remains.science.elements import default_capacities
from remains.science.mni import (
    SpecimenRecord,
    explain,
    minimum_number_from_groups,
    minimum_number_of_individuals,
)
from remains.science.proof_check import Body, bodies_of, check_proof, may_be_one
from remains.science.specimen import group
from tests.remains.science.assemblages import small
from tests.remains.science.test_mni_definitions import bone, bones

ELEMENTS = ["femur", "tibia", "fibula", "humerus", "ulna", "radius", "clavicle"]


def ring(number: int, **known: Any) -> tuple[list[SpecimenRecord], list[tuple[str, str]]]:
    """Return specimens of different elements of which each is excluded from the next: an odd ring is three people."""
    own = [bone(f"ring-{n}", ELEMENTS[n % 7], zones=frozenset({n // 7 + 1}), **known) for n in range(number)]
    return own, [(own[n].key, own[(n + 1) % number].key) for n in range(number)]


def test_an_odd_ring_of_exclusions_is_three_people() -> None:
    specimens, excluded = ring(5)
    mni = minimum_number_of_individuals(specimens, excluded=excluded)
    assert (mni.count, mni.without_search, mni.searched, mni.attained) == (3, 1, True, True)
    assert [(group.kind, group.count, len(group.keys)) for group in mni.proof] == [("search", 3, 5)]
    assert check_proof(specimens, mni, excluded=excluded) == []
    assert any("By counting alone 1 " in sentence for sentence in explain(mni))


def test_specimens_all_excluded_from_each_other_need_no_search_to_check() -> None:
    specimens = [bone(f"s{n}", element) for n, element in enumerate(ELEMENTS[:4])]
    pairs = [(a.key, b.key) for a in specimens for b in specimens if a.key < b.key]
    mni = minimum_number_of_individuals(specimens, excluded=pairs)
    assert [(group.kind, group.count) for group in mni.proof] == [("incompatible", 4)]


def test_many_that_do_not_matter_do_not_hide_a_ring() -> None:
    specimens, excluded = ring(5)
    many = [
        bone(f"m{n}", "unid_fragment", "unsided", frozenset(), age_min_years=n % 20) for n in range(3_000)
    ]
    assert minimum_number_of_individuals([*specimens, *many], excluded=excluded).count == 3


def test_a_ring_of_children_is_added_to_the_adults_of_a_large_grave() -> None:
    specimens, excluded = ring(7, age_max_years=12)
    adults = [bone(f"a{n}", zones=frozenset({n % 9 + 1}), age_min_years=18) for n in range(2_700)]
    mni = minimum_number_of_individuals([*specimens, *adults], excluded=excluded)
    assert (mni.count, mni.without_search) == (303, 301)
    assert check_proof([*specimens, *adults], mni, excluded=excluded) == []


def test_a_contested_part_keeps_what_it_shows_in_a_whole_too_large_to_search() -> None:
    rng = random.Random(3)
    contested = [bone(f"c{n:02}", "unid_fragment", "unsided", frozenset()) for n in range(24)]
    excluded = [(a.key, b.key) for a in contested for b in contested if a.key < b.key and rng.random() < 0.5]
    alone = minimum_number_of_individuals(contested, excluded=excluded).count
    ages = [rng.randint(0, 60) for _ in range(300)]
    others = [
        bone(
            f"o{n}",
            rng.choice(ELEMENTS),
            age_min_years=age,
            age_max_years=age + 25,
            sex=rng.choice(["F", "M", None]),
        )
        for n, age in enumerate(ages[:60])
    ]
    assert minimum_number_of_individuals([*contested, *others], excluded=excluded).count >= alone > 3


def test_never_more_than_a_way_that_was_found_for_larger_assemblages() -> None:
    for seed in range(40):
        case = small(seed, fewest=30, most=90)
        case.specimens = [s for s in case.specimens if s.individual is None]
        keys = {s.key for s in case.specimens}
        excluded = [pair for pair in case.excluded if keys.issuperset(pair) and pair[0] != pair[1]]
        mni = minimum_number_of_individuals(case.specimens, excluded=excluded, capacities=case.capacities)
        capacities = {**default_capacities(), **case.capacities}
        bodies = bodies_of({s.key: s for s in case.specimens}, keys, [], excluded)
        people: list[list[Body]] = []
        for body in bodies.values():
            person = next((p for p in people if may_be_one([*p, body], capacities)), None)
            if person is None:
                people.append([body])
            else:
                person.append(body)
        assert mni.without_search <= mni.count <= len(people), seed
        assert (
            check_proof(case.specimens, mni, excluded=excluded, capacities=capacities, search_up_to=40) == []
        ), seed


def test_groups_made_by_the_database_count_the_same() -> None:
    specimens = [*bones(40), *bones(30, side="unsided"), bone("x", "tibia", age_max_years=3)]
    assert minimum_number_from_groups(group(specimens)) == minimum_number_of_individuals(specimens)


def test_more_different_ages_than_are_told_apart_keep_their_order() -> None:
    infants = [
        bone(f"i{n:03}", "tibia", age_min_years=n / 500, age_max_years=n / 500 + 0.001) for n in range(300)
    ]
    adults = [bone(f"a{n}", "humerus", age_min_years=30.1) for n in range(4)]
    late = [bone(f"l{n}", "ulna", age_min_years=25, age_max_years=29.9) for n in range(2)]
    assert minimum_number_of_individuals([*infants, *adults, *late]).count == 306
