"""What holds for every assemblage: never more than the truth, exact, indifferent to order, never lowered, proved."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remains.science.mni import Contradiction, Mni, minimum_number_of_individuals
from remains.science.proof_check import check_proof
from tests.remains.science.assemblages import Small, small
from tests.remains.science.exhaustive import fewest_people

QUICK, LONG = range(400), range(1_000, 9_000)


def counted(given: Small) -> Mni | None:
    try:
        return minimum_number_of_individuals(
            given.specimens, refits=given.refits, excluded=given.excluded, capacities=given.capacities
        )
    except Contradiction:
        return None


def held_against_everything(seeds: range) -> None:
    exact = possible = 0
    for seed in seeds:
        case = small(seed)
        truth = fewest_people(case.specimens, case.refits, case.excluded, case.capacities)
        mni = counted(case)
        assert (mni is None) == (truth is None), seed
        if mni is not None and truth is not None:
            possible += 1
            exact += mni.count == truth
            assert mni.without_search <= mni.count <= truth, seed
            assert not mni.attained or mni.count == truth, seed
    print(f"exact in {exact} of {possible}")
    assert exact >= 0.995 * possible


def proofs_hold(seeds: range) -> None:
    for seed in seeds:
        case = small(seed)
        if (mni := counted(case)) is not None:
            faults = check_proof(
                case.specimens, mni, refits=case.refits, excluded=case.excluded, capacities=case.capacities
            )
            assert faults == [], seed


def order_is_indifferent(seeds: range) -> None:
    for seed in seeds:
        case = small(seed)
        rng = random.Random(seed)
        turned = replace(
            case,
            specimens=rng.sample(case.specimens, len(case.specimens)),
            refits=[(b, a) for a, b in reversed(case.refits)],
            excluded=[(b, a) for a, b in reversed(case.excluded)],
        )
        assert counted(turned) == counted(case), seed


def another_never_lowers(seeds: range) -> None:
    for seed in seeds:
        case = small(seed)
        keys = {specimen.key for specimen in case.specimens[:-1]}
        less = replace(
            case,
            specimens=case.specimens[:-1],
            refits=[pair for pair in case.refits if keys.issuperset(pair)],
            excluded=[pair for pair in case.excluded if keys.issuperset(pair)],
        )
        if set(case.refits) - set(less.refits):
            continue  # a refit joins what stood apart: that is no other specimen, but fewer
        more, fewer = counted(case), counted(less)
        if more is not None:
            assert fewer is not None, seed
            assert fewer.without_search <= more.without_search, seed
            assert fewer.count <= more.count, seed


def test_never_more_than_the_truth_and_exact() -> None:
    held_against_everything(QUICK)


def test_every_proof_holds_when_checked_by_other_code() -> None:
    proofs_hold(QUICK)


def test_order_of_input_does_not_matter() -> None:
    order_is_indifferent(QUICK)


def test_another_specimen_never_lowers_the_number() -> None:
    another_never_lowers(QUICK)


@pytest.mark.slow
@pytest.mark.parametrize(
    "holds", [held_against_everything, proofs_hold, order_is_indifferent, another_never_lowers]
)
def test_the_same_over_thousands(holds: object) -> None:
    assert callable(holds)
    holds(LONG)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(min_value=10_000, max_value=10**9), st.integers(min_value=2, max_value=8))
def test_the_same_wherever_hypothesis_looks(seed: int, most: int) -> None:
    case = small(seed, fewest=2, most=most)
    truth = fewest_people(case.specimens, case.refits, case.excluded, case.capacities)
    mni = counted(case)
    assert (mni.count if mni else None) == truth
