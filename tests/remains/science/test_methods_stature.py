"""Stature from long bones: the published tables, two standard errors, and the tibia."""

from __future__ import annotations

import pytest

from remains.science.methods import Interval, Meaning, MethodRefusal, apply
from remains.science.methods.stature import point_cm

WHITE, BLACK = "trotter_gleser_1952_white", "trotter_gleser_1952_black"


def stature(code: str, **scored: str) -> Interval:
    found = apply(code, scored)
    assert isinstance(found, Interval)
    return found


@pytest.mark.parametrize(
    ("code", "sex", "bone", "length_mm", "printed", "computed"),
    [
        (WHITE, "M", "humerus", 265, 152, 152.07),
        (WHITE, "M", "femur", 381, 152, 152.09),
        (WHITE, "M", "humerus", 343, 176, 176.09),
        (WHITE, "M", "femur", 482, 176, 176.13),
        (WHITE, "M", "humerus", 414, 198, 197.96),
        (WHITE, "M", "femur", 574, 198, 198.02),
        (BLACK, "M", "humerus", 276, 152, 152.08),
        (BLACK, "M", "femur", 387, 152, 152.01),
        (BLACK, "M", "humerus", 349, 176, 175.87),
        (BLACK, "M", "femur", 501, 176, 176.06),
        (WHITE, "F", "humerus", 244, 140, 139.95),
        (WHITE, "F", "femur", 348, 140, 140.06),
        (WHITE, "F", "humerus", 316, 164, 164.15),
        (WHITE, "F", "femur", 445, 164, 164.02),
        (WHITE, "F", "humerus", 375, 184, 183.97),
        (WHITE, "F", "femur", 526, 184, 184.02),
        (BLACK, "F", "humerus", 245, 140, 140.13),
        (BLACK, "F", "femur", 352, 140, 140.02),
        (BLACK, "F", "humerus", 322, 164, 163.85),
        (BLACK, "F", "femur", 457, 164, 163.96),
        (BLACK, "F", "humerus", 387, 184, 183.87),
        (BLACK, "F", "femur", 545, 184, 184.02),
    ],
)
def test_the_lines_give_the_printed_tables(
    code: str, sex: str, bone: str, length_mm: float, printed: float, computed: float
) -> None:
    """Trotter & Gleser 1952, appendix: lengths against statures, and the lines that were fitted to them."""
    found = point_cm(code, sex, bone, length_mm)
    assert found == pytest.approx(computed, abs=0.006)
    assert found == pytest.approx(printed, abs=0.16)
    assert stature(code, bone=bone, length_mm=str(length_mm), sex=sex).low is not None


def test_an_interval_is_two_standard_errors_wide_on_either_side() -> None:
    """Trotter & Gleser 1952, femur of White men: 2.38 x + 61.41, standard error 3.27 (not verified)."""
    found = stature(WHITE, bone="femur", length_mm="482", sex="M")
    assert (found.low, found.high, found.meaning) == (169.6, 182.7, Meaning.TWO_ERRORS)


def test_a_tibia_must_be_measured_without_its_malleolus() -> None:
    """Jantz et al. 1995: Trotter left the malleolus out; with it stature comes out 2.5 to 3.0 cm too high."""
    tibia = {"bone": "tibia", "length_mm": "370", "sex": "M"}
    for measured in ({}, {"malleolus": "with"}):
        with pytest.raises(MethodRefusal) as caught:
            apply(WHITE, {**tibia, **measured})
        assert caught.value.code == "method.tibia_measured_otherwise"
    found = stature(WHITE, **tibia, malleolus="without")
    assert any("malleolus" in word for word in found.warnings)


@pytest.mark.parametrize("length", ["250", "600"])
def test_lengths_outside_the_tables_are_refused(length: str) -> None:
    with pytest.raises(MethodRefusal) as caught:
        apply(WHITE, {"bone": "femur", "length_mm": length, "sex": "M"})
    assert caught.value.code == "method.out_of_validity"


def test_a_line_of_which_two_versions_are_about_is_not_used() -> None:
    """Radius of Black women: 2.75 x + 94.51 in 1952, 3.67 x + 71.79 after 1977."""
    with pytest.raises(MethodRefusal) as caught:
        apply(BLACK, {"bone": "radius", "length_mm": "230", "sex": "F"})
    assert caught.value.code == "method.out_of_validity"


def test_a_growing_bone_gives_no_stature() -> None:
    with pytest.raises(MethodRefusal) as caught:
        apply(WHITE, {"bone": "femur", "length_mm": "400", "sex": "M"}, growth_stage="adolescent")
    assert caught.value.code == "method.out_of_validity"
