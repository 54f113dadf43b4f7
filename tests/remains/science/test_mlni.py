"""Estimates from lefts, rights and pairs, against published figures and against the sums written out.

Konigsberg: inputs and formulas of the script at faculty.las.illinois.edu/lylek/MLNI. FSA: results printed by the R
package FSA for Petersen's and Chapman's estimators, the same formulas in fisheries; its two confidence intervals are of
another kind than the region shown here, and are not met.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from remains.science.mlni import ImpossibleCounts, Mlni, most_likely_number


def test_the_worked_example() -> None:
    found = most_likely_number(21, 15, 11)
    assert (found.max_side, found.gmt, found.mlni) == (21, 25, 28)
    assert found.lincoln == pytest.approx(28.636, abs=0.0005)
    assert found.recovery == pytest.approx(0.6111, abs=0.00005)
    assert found.standard_error == pytest.approx(2.7425, abs=0.00005)
    assert (found.region_low, found.region_high) == (25, 39)
    assert found.region_level == pytest.approx(0.958, abs=0.0005)
    assert found.recovery_standard_error == pytest.approx(0.09575, abs=0.000005)
    assert found.warnings == ()


@pytest.mark.parametrize(("high", "level"), [(38, 0.946), (37, 0.931), (36, 0.911), (35, 0.885)])
def test_the_published_list_of_regions(high: int, level: float) -> None:
    found = most_likely_number(21, 15, 11, level - 0.001)
    assert (found.region_low, found.region_high) == (25, high)
    assert found.region_level == pytest.approx(level, abs=0.0005)


def test_the_fisheries_example_floors_and_does_not_round() -> None:
    found = most_likely_number(346, 184, 49)
    assert found.lincoln == pytest.approx(1299.3, abs=0.05)
    assert found.lincoln_standard_error == pytest.approx(158.99, abs=0.005)
    assert found.standard_error == pytest.approx(142.1, abs=0.05)
    assert pytest.approx(1282.9) == 347 * 185 / 50 - 1
    assert found.mlni == 1282


@pytest.mark.parametrize(
    ("left", "right", "pairs"), [(5, 4, 3), (8, 8, 5), (3, 3, 3), (12, 7, 7), (21, 15, 11)]
)
def test_the_region_is_the_smallest_that_holds_the_level(left: int, right: int, pairs: int) -> None:
    def weight(number: int) -> Fraction:
        ways = comb(left, pairs) * comb(number - left, right - pairs)
        return Fraction(ways * pairs, comb(number, right) * (number + 1))

    found = most_likely_number(left, right, pairs)
    fewest = left + right - pairs
    weights = {number: weight(number) for number in range(fewest, 3_000)}
    assert float(sum(weights.values())) == pytest.approx(1, abs=1e-4)
    assert found.mlni == max(weights, key=lambda number: (weights[number], number))
    held: list[int] = []
    for number in sorted(weights, key=lambda number: -weights[number]):
        if float(sum(weights[each] for each in held)) >= 0.95:
            break
        held.append(number)
    assert (found.region_low, found.region_high) == (min(held), max(held))
    assert found.region_level == pytest.approx(float(sum(weights[number] for number in held)))


def test_without_a_pair_there_is_no_mlni_and_it_says_why() -> None:
    found = most_likely_number(4, 3, 0)
    assert (found.max_side, found.gmt, found.recovery) == (4, 7, 0)
    assert [found.lincoln, found.mlni, found.standard_error, found.region_low] == [None] * 4
    assert "no pair" in found.warnings[0]


def test_zero_bones_are_zero_and_not_missing() -> None:
    found = most_likely_number(0, 0, 0)
    assert (found.max_side, found.gmt, found.recovery) == (0, 0, None)


@pytest.mark.parametrize(("pairs", "warned"), [(1, True), (6, True), (7, False)])
def test_few_pairs_are_biased_and_it_says_so(pairs: int, warned: bool) -> None:
    assert any("biased" in warning for warning in most_likely_number(20, 20, pairs).warnings) == warned


def test_one_pair_among_thousands_gives_no_region() -> None:
    found: Mlni = most_likely_number(5_000, 5_000, 1)
    assert found.mlni == 12_504_999
    assert (found.region_low, found.region_high, found.region_level) == (None, None, None)
    assert len(found.warnings) == 2


@pytest.mark.parametrize(
    ("left", "right", "pairs", "level", "code"),
    [
        (3, 5, 4, 0.95, "mlni.pairs"),
        (-1, 5, 0, 0.95, "mlni.counts"),
        (3, 5, 1.5, 0.95, "mlni.counts"),
        (True, 5, 1, 0.95, "mlni.counts"),
        (3, 5, 2, 0, "mlni.level"),
        (3, 5, 2, 1, "mlni.level"),
    ],
)
def test_counts_that_cannot_be_are_refused(
    left: int, right: int, pairs: int, level: float, code: str
) -> None:
    with pytest.raises(ImpossibleCounts) as refused:
        most_likely_number(left, right, pairs, level)
    assert refused.value.code == code
