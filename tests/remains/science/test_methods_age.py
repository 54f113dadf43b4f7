"""Methods of age against their published tables. Each test names the publication that its values are of."""

from __future__ import annotations

from typing import Any

import pytest

from remains.science.methods import Interval, Meaning, MethodRefusal, apply
from remains.science.methods.auricular import stage_of
from remains.science.methods.phases import mean_interval


def ages(code: str, **scored: str) -> tuple[float | None, float | None]:
    found = apply(code, scored)
    assert isinstance(found, Interval)
    return found.low, found.high


def meaning(code: str, **scored: str) -> Meaning:
    found = apply(code, scored)
    assert isinstance(found, Interval)
    return found.meaning


@pytest.mark.parametrize(
    ("sex", "phases"),
    [
        ("F", [(15, 24), (19, 40), (21, 53), (26, 70), (25, 83), (42, 87)]),
        ("M", [(15, 23), (19, 34), (21, 46), (23, 57), (27, 66), (34, 86)]),
        ("unknown", [(15, 24), (19, 40), (21, 53), (23, 70), (25, 83), (34, 87)]),
    ],
)
def test_suchey_brooks_is_the_range_of_95_in_100(sex: str, phases: list[Any]) -> None:
    """Brooks & Suchey 1990; where the sex is not told, an interval that holds for both."""
    assert [ages("suchey_brooks_1990", phase=str(n), sex=sex) for n in range(1, 7)] == phases
    assert meaning("suchey_brooks_1990", phase="1", sex=sex) is Meaning.RANGE_95


def test_buckberry_and_chamberlain_add_five_features_up() -> None:
    """Buckberry & Chamberlain 2002: stages by the sum, and the ages seen in each."""
    assert [stage_of(total) for total in range(5, 20)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7]
    least = {"transverse": "1", "texture": "1", "microporosity": "1", "macroporosity": "1", "apical": "1"}
    most = {"transverse": "5", "texture": "5", "microporosity": "3", "macroporosity": "3", "apical": "3"}
    assert ages("buckberry_chamberlain_2002", **least) == (16, 19)
    assert ages("buckberry_chamberlain_2002", **{**least, "texture": "3", "transverse": "3"}) == (16, 65)
    assert ages("buckberry_chamberlain_2002", **most) == (53, 92)
    assert meaning("buckberry_chamberlain_2002", **most) is Meaning.OBSERVED_RANGE


def test_osborne_leaves_the_lower_end_of_young_phases_open() -> None:
    """Osborne, Simmons & Nawrocki 2004."""
    found = [ages("osborne_2004", phase=str(n)) for n in range(1, 7)]
    assert found == [(None, 27), (None, 46), (None, 69), (20, 75), (24, 82), (29, 89)]
    assert meaning("osborne_2004", phase="1") is Meaning.SUGGESTED_RANGE


@pytest.mark.parametrize(
    ("pubis", "auricular", "low", "high"),
    [
        ("1", "1", 13.3, 29.7),
        ("2", "5", 24.3, 54.3),
        ("3", "6", 28.0, 62.4),
        ("4", "7", 32.8, 73.3),
        ("5", "8", 40.7, 90.8),
        ("6", "8", 49.6, 111.2),
    ],
)
def test_samworth_and_gowland_predict_from_a_pair(
    pubis: str, auricular: str, low: float, high: float
) -> None:
    """Samworth & Gowland 2007, 90 % prediction intervals."""
    pair = {"suchey_brooks": pubis, "lovejoy": auricular}
    assert ages("samworth_gowland_2007", **pair) == (low, high)
    assert meaning("samworth_gowland_2007", **pair) is Meaning.PREDICTION_90


def test_a_pair_of_phases_outside_the_table_is_refused() -> None:
    with pytest.raises(MethodRefusal) as caught:
        apply("samworth_gowland_2007", {"suchey_brooks": "1", "lovejoy": "8"})
    assert caught.value.code == "method.out_of_validity"


def test_lovejoys_classes_are_modal_ages_and_bound_nobody() -> None:
    """Lovejoy et al. 1985."""
    found = apply("lovejoy_1985", {"phase": "3"})
    assert isinstance(found, Interval)
    assert (found.low, found.high, found.meaning) == (30, 34, Meaning.MODAL_AGE)
    assert not found.bounds_a_person
    assert ages("lovejoy_1985", phase="8") == (60, None)


@pytest.mark.parametrize(
    ("sex", "phase", "low", "high"),
    [("M", "1", 16.3, 18.3), ("M", "2", 17.64, 26.16), ("M", "8", 50.96, 92.04), ("F", "5", 15.56, 64.44)],
)
def test_iscan_is_the_mean_and_two_standard_deviations(sex: str, phase: str, low: float, high: float) -> None:
    """Iscan, Loth & Wright 1984, 1985: means and standard deviations. Their "95 % range" is one of the mean."""
    assert ages("iscan_loth_1984", phase=phase, sex=sex) == (low, high)
    of_the_mean = mean_interval(sex, phase)
    assert of_the_mean.meaning is Meaning.MEAN_INTERVAL
    assert not of_the_mean.bounds_a_person
    assert low < (of_the_mean.low or 0) < (of_the_mean.high or 0) < high


def test_the_published_interval_of_iscan_is_named_in_a_warning() -> None:
    found = apply("iscan_loth_1984", {"phase": "2", "sex": "M"})
    assert "20.8-23.1 years is one of the mean" in found.warnings[0]


@pytest.mark.parametrize("sex", ["F", "unknown"])
def test_a_phase_without_a_spread_gives_no_interval(sex: str) -> None:
    """Iscan, Loth & Wright 1985 print one mean and no deviation for the first phase of women."""
    with pytest.raises(MethodRefusal) as caught:
        apply("iscan_loth_1984", {"phase": "1", "sex": sex})
    assert caught.value.code == "method.no_interval"


def test_the_medial_clavicle_ends_open_on_both_sides() -> None:
    """Langley-Shirley & Jantz 2010."""
    five = [ages("langley_jantz_2010_5", phase=str(n), sex="M") for n in range(1, 6)]
    assert five == [(None, 17.4), (14.4, 23.0), (17.9, 27.5), (20.5, 30.6), (24.1, None)]
    assert ages("langley_jantz_2010_3", phase="2", sex="F") == (14.1, 27.1)
    assert ages("langley_jantz_2010_5", phase="5", sex="unknown") == (22.5, None)


def test_third_molars_by_mean_and_deviation() -> None:
    """Mincer, Harris & Berryman 1993; a closed root bounds the age from below only."""
    assert ages("mincer_1993_white", tooth="tooth_48", stage="D", sex="M") == (12.32, 18.68)
    assert ages("mincer_1993_white", tooth="tooth_18", stage="G", sex="F") == (14.26, 23.34)
    assert ages("mincer_1993_white", tooth="tooth_38", stage="H", sex="M") == (16.56, None)
    assert ages("mincer_1993_black", tooth="tooth_38", stage="G") == (13.14, 23.86)


def test_third_molars_by_range() -> None:
    """Kasper et al. 2009."""
    assert ages("kasper_2009", tooth="tooth_28", stage="F", sex="F") == (13, 20)
    assert ages("kasper_2009", tooth="tooth_38", stage="H", sex="M") == (16, None)
    assert ages("kasper_2009", tooth="tooth_38", stage="B", sex="unknown") == (8, 20)


def test_a_stage_that_the_study_has_not_for_that_jaw_is_refused() -> None:
    with pytest.raises(MethodRefusal) as caught:
        apply("mincer_1993_black", {"tooth": "tooth_18", "stage": "F"})
    assert caught.value.code == "method.out_of_validity"


@pytest.mark.parametrize(
    ("state", "limits"), [("open", (None, 19)), ("fusing", (12, 19)), ("fused", (12, None))]
)
def test_fusion_bounds_by_its_state(state: str, limits: tuple[float | None, float | None]) -> None:
    """Usual windows of textbooks, head of the femur: girls 12-16, boys 14-19. Not verified."""
    assert ages("epiphyseal_fusion", site="femur.head", state=state, sex="unknown") == limits


@pytest.mark.parametrize(
    ("length", "limits"),
    [("228", (3, 6)), ("80", (None, 1)), ("390", (10, None))],
)
def test_the_length_of_a_shaft_gives_the_ages_at_which_it_was_seen(
    length: str, limits: tuple[float | None, float | None]
) -> None:
    """Computed from the individual data of Stull, L'Abbe & Ousley 2014, femur."""
    assert ages("diaphyseal_length", bone="femur", length_mm=length) == limits


@pytest.mark.parametrize("length", ["40", "450"])
def test_a_shaft_longer_or_shorter_than_any_child_of_the_sample_is_refused(length: str) -> None:
    with pytest.raises(MethodRefusal) as caught:
        apply("diaphyseal_length", {"bone": "femur", "length_mm": length})
    assert caught.value.code == "method.out_of_validity"
