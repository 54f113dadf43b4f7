"""What the counting and the methods say in English has a sentence for every language, by its code."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from remains import method_words, reason_words
from remains.models import Estimate
from remains.science.methods import METHODS, why_withheld
from remains.science.mni import (
    Contradiction,
    SpecimenRecord,
    contradictions_among,
    minimum_number_of_individuals,
)
from remains.science.specimen import Reason
from tests.actors import Cast
from tests.remains.bones import bone
from tests.remains.counted import aged, between


@pytest.fixture
def another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language in which every sentence that is translated stands in angle quotes."""
    monkeypatch.setattr(reason_words, "_", lambda sentence: f"«{sentence}»")


def femur(key: str, *zones: int, element: str = "femur", side: Any = "left", **more: Any) -> SpecimenRecord:
    return SpecimenRecord(key, element, side, frozenset(zones), **more)


def test_every_reason_between_two_has_its_parts_and_its_sentence() -> None:
    mni = minimum_number_of_individuals(
        [femur("A", 6), femur("B", element="tibia"), femur("C", element="ulna")],
        excluded=[("A", "B"), ("A", "C"), ("B", "C")],
    )
    [group] = mni.proof
    assert {reason.code for reason in group.reasons} == {"excluded"}
    kept = group.reasons[0].parts
    assert kept["values"] == {
        "one": {"individual": None, "keys": ["A"]},
        "other": {"individual": None, "keys": ["B"]},
    }
    assert reason_words.in_words(kept) == str(group.reasons[0])


@pytest.mark.usefixtures("another_language")
@pytest.mark.parametrize(
    ("specimens", "code"),
    [
        ([femur("A", age_max_years=5), femur("B", age_min_years=9)], "age"),
        ([femur("A", sex="F"), femur("B", sex="M")], "sexes"),
        ([femur("A", dna_group="x"), femur("B", dna_group="y")], "dna_groups"),
        ([femur("A", 6), femur("B", 6)], "too_many"),
    ],
)
def test_what_one_person_cannot_be_is_said_in_another_language(
    specimens: list[SpecimenRecord], code: str
) -> None:
    together = [
        SpecimenRecord(**{**{name: getattr(each, name) for name in each.__slots__}, "individual": "I"})
        for each in specimens
    ]
    [found] = contradictions_among(together)
    assert isinstance(found.why, Reason)
    assert found.why.code == code
    assert reason_words.why(found.why).startswith("«")


def test_a_refit_of_two_sides_has_its_sentence() -> None:
    with pytest.raises(Contradiction) as caught:
        minimum_number_of_individuals([femur("A", 6), femur("B", 7, side="right")], refits=[("A", "B")])
    assert caught.value.why.code == "refit_sides"  # type: ignore[attr-defined]
    assert "two sides" in reason_words.why(caught.value.why)


@pytest.mark.usefixtures("another_language")
def test_every_code_has_a_sentence_and_an_unknown_one_speaks_for_itself() -> None:
    said = {
        "young": 5.0, "old": 9.0, "first": "F", "second": "M", "zone": 6, "side": "left", "element": "femur",
        "times": 2, "capacity": 1, "values": ["x", "y"],
    }  # fmt: skip
    for code in reason_words.CODES:
        assert reason_words.why_not_one(code, said).startswith("«"), code
    assert reason_words.in_words({"code": "new", "text": "as it is", "values": {}}) == "as it is"
    assert reason_words.why("as it is") == "as it is"


def test_every_method_and_all_it_scores_is_named_for_translation() -> None:
    assert {code: str(name) for code, name in method_words.NAMES.items()} == {
        method.code: method.name for method in METHODS.values()
    }
    for method in METHODS.values():
        assert method.indicator in method_words.INDICATORS
        assert method_words.why_not_offered(method) == why_withheld(method)
        assert {item.label for item in method.items} <= set(method_words.ITEMS), method.code
    for words in (method_words.INDICATORS, method_words.ITEMS):
        assert all(english == str(word) for english, word in words.items())


@pytest.mark.django_db
def test_the_page_of_a_count_says_reasons_in_the_readers_language(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from remains.admin.counting import presented
    from remains.services.counting import as_result, count

    bones = [bone(cast.find_a, element, "left", 1) for element in ("femur", "tibia", "fibula")]
    for first, second in combinations(bones, 2):
        between(first, second, "osteometric", "excluded")
    aged(bones[0], 18, None)
    counted = count(cast.anthropologist, site=cast.site_a)
    monkeypatch.setattr(reason_words, "_", lambda sentence: f"«{sentence}»")
    shown = presented(as_result(counted), cast.anthropologist, cast.case_a.pk)
    said = [
        reason for reading in shown["readings"] for group in reading["groups"] for reason in group["reasons"]
    ]
    assert said
    assert all("«an excluded association stands between them»" in reason for reason in said)


def test_an_estimate_names_its_method_for_its_reader() -> None:
    assert Estimate(method_code="phenice_1969", method="x").method_in_words == "Phenice, pubic bone"
    assert Estimate(method_code=None, method="seen by eye").method_in_words == "seen by eye"
