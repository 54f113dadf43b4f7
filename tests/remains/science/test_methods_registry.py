"""The registry: every method names its source, meaning and validity, and refuses what it does not know."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from remains.science import combine
from remains.science.elements import elements
from remains.science.methods import METHODS, MethodRefusal, Verified, apply, fitting, in_words, why_withheld

TABLES = Path(combine.__file__).with_name("tables")
REFUSED: list[tuple[str, dict[str, str], dict[str, Any], str]] = [
    ("todd_1920", {}, {}, "method.unknown"),
    ("osborne_2004", {}, {}, "method.missing_score"),
    ("osborne_2004", {"phase": "7"}, {}, "method.unknown_score"),
    ("osborne_2004", {"phase": "0"}, {}, "method.unknown_score"),
    ("osborne_2004", {"phase": "1", "sex": "F"}, {}, "method.unknown_item"),
    ("osborne_2004", {"phase": "1"}, {"element": "femur"}, "method.other_element"),
    ("osborne_2004", {"phase": "1"}, {"growth_stage": "child"}, "method.out_of_validity"),
    (
        "diaphyseal_length",
        {"bone": "femur", "length_mm": "200"},
        {"growth_stage": "adult"},
        "method.out_of_validity",
    ),
    ("diaphyseal_length", {"bone": "femur", "length_mm": "long"}, {}, "method.unknown_score"),
    ("diaphyseal_length", {"bone": "femur", "length_mm": "0"}, {}, "method.unknown_score"),
    ("diaphyseal_length", {"bone": "femur", "length_mm": "nan"}, {}, "method.unknown_score"),
    (
        "diaphyseal_length",
        {"bone": "femur", "length_mm": "200"},
        {"element": "tibia"},
        "method.other_element",
    ),
    (
        "mincer_1993_black",
        {"tooth": "tooth_18", "stage": "H"},
        {"element": "tooth_38"},
        "method.other_element",
    ),
    (
        "epiphyseal_fusion",
        {"site": "femur.head", "state": "open", "sex": "F"},
        {"element": "tibia"},
        "method.other_element",
    ),
]


@pytest.mark.parametrize(("code", "scored", "more", "refusal"), REFUSED)
def test_what_a_method_does_not_know_is_refused(
    code: str, scored: dict[str, str], more: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(MethodRefusal) as caught:
        apply(code, scored, **more)
    assert caught.value.code == refusal


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_method_says_whence_for_whom_and_of_what(method: Any) -> None:
    assert all((method.source, method.population, method.validity, method.indicator, method.items))
    assert method.elements <= set(elements())
    assert len(method.population) <= 200
    assert bool(why_withheld(method)) is not method.offered


def test_what_nobody_verified_is_not_offered() -> None:
    withheld = {code for code, method in METHODS.items() if not method.offered}
    assert withheld == {
        "lovejoy_1985",
        "epiphyseal_fusion",
        "trotter_gleser_1952_white",
        "trotter_gleser_1952_black",
    }
    unverified = {code for code, method in METHODS.items() if method.verified is Verified.UNVERIFIED}
    assert unverified == withheld - {"lovejoy_1985"}


@pytest.mark.parametrize("table", sorted(TABLES.glob("methods_*.csv")), ids=lambda path: path.stem)
def test_every_row_of_a_table_names_its_source_and_how_far_it_was_checked(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["source"]
            assert row["verified"]


def test_methods_are_found_by_question_and_element() -> None:
    found = {method.code for method in fitting("age", ["os_coxa"])}
    assert found == {
        "suchey_brooks_1990",
        "osborne_2004",
        "lovejoy_1985",
        "buckberry_chamberlain_2002",
        "samworth_gowland_2007",
        "epiphyseal_fusion",
    }
    assert [method.code for method in fitting("sex", ["femur"])] == []
    assert {method.kind for method in fitting("stature")} == {"stature"}


def test_scores_are_said_in_words() -> None:
    words = in_words(METHODS["walker_2005"], {"notch": "1"})
    assert words == "Greater sciatic notch: 1: widest"
