"""Several opinions: their intersection, and every pair that cannot both be true."""

from __future__ import annotations

import datetime as dt
import random

from remains.science.combine import Opinion, combine


def ages(*limits: tuple[float | None, float | None]) -> list[Opinion]:
    return [Opinion(str(n), low, high) for n, (low, high) in enumerate(limits)]


def test_what_is_common_to_all() -> None:
    found = combine(ages((10, 18), (12, 30), (None, 16)))
    assert found is not None
    assert (found.low, found.high, found.keys, found.agrees) == (12, 16, ("0", "1", "2"), True)


def test_intervals_that_touch_do_not_contradict() -> None:
    found = combine(ages((12, 16), (16, 20)))
    assert found is not None
    assert (found.low, found.high) == (16, 16)


def test_a_contradiction_is_shown_with_its_records_and_never_averaged() -> None:
    found = combine(ages((12, 16), (20, 30), (14, 25)))
    assert found is not None
    assert (found.low, found.high, found.contradictions) == (None, None, (("0", "1"),))


def test_zero_is_an_age_and_nothing_is_no_limit() -> None:
    found = combine(ages((None, 0), (0, 2)))
    assert found is not None
    assert (found.low, found.high) == (0, 0)
    assert combine([]) is None
    assert combine(ages((None, -0.2), (0, 2))).contradictions  # type: ignore[union-attr]


def test_two_sexes_contradict_and_undetermined_says_nothing() -> None:
    woman, man, neither = (Opinion(sex, sex=sex) for sex in ("female", "male", "undetermined"))
    assert combine([woman, neither]).sex == "female"  # type: ignore[union-attr]
    assert combine([neither]).sex == "undetermined"  # type: ignore[union-attr]
    assert combine([woman, neither, man]).contradictions == (("female", "male"),)  # type: ignore[union-attr]


def test_days_combine_like_ages() -> None:
    found = combine([Opinion("a", None, dt.date(1999, 12, 31)), Opinion("b", dt.date(1992, 2, 1), None)])
    assert found is not None
    assert (found.low, found.high) == (dt.date(1992, 2, 1), dt.date(1999, 12, 31))


def test_without_a_contradicting_pair_there_is_always_something_common() -> None:
    draw = random.Random(3)
    for _round in range(2000):
        limits = []
        for _n in range(draw.randint(1, 6)):
            low = draw.randint(0, 60)
            limits.append((low, low + draw.randint(0, 30)))
        found = combine(ages(*limits))
        assert found is not None
        common = [year for year in range(100) if all(low <= year <= high for low, high in limits)]
        assert found.agrees is bool(common)
        if common:
            assert (found.low, found.high) == (common[0], common[-1])
