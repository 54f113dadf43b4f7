"""Estimates by a published method: the interval comes from the scores, and from nowhere else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from remains.models import Estimate, Specimen
from remains.services.estimate import record_estimate, supersede_estimate
from remains.services.estimate_method import typed_basis
from tests.actors import Cast
from tests.refused import database_refuses, refused, run
from tests.remains.counted import said
from tests.remains.specimens import log
from tests.signed_in import signed_in

HIP = {"method_code": "suchey_brooks_1990", "scored": {"phase": "2", "sex": "M"}}
NONE: dict[str, Any] = {"age_min_years": None, "age_max_years": None}


@pytest.fixture
def hip(cast: Cast) -> Specimen:
    [made] = log(cast.anthropologist, cast.find_a, ("os_coxa", "left"))
    return made


def by_method(cast: Cast, subject: Any, **fields: Any) -> Estimate:
    named = {subject._meta.model_name: subject}
    values = {"kind": "age", "certainty": "determined", "observer": "A. N.", **HIP}
    return Estimate(**{"case": cast.case_a, **named, **values, **fields})


def recorded(cast: Cast, subject: Any, *, unverified: bool = False, **fields: Any) -> Estimate:
    made = record_estimate(
        actor=cast.anthropologist, record=by_method(cast, subject, **fields), unverified=unverified
    )
    made.refresh_from_db()
    return made


def test_the_interval_comes_from_the_scores(cast: Cast, hip: Specimen) -> None:
    made = recorded(cast, hip, basis="left face, well kept")
    assert (made.value_in_words, made.interval_meaning) == ("19-34 years", "range_95")
    assert made.method == "Suchey-Brooks, pubic symphysis"
    assert made.reference_population.startswith("1,225")
    assert made.basis.startswith("left face, well kept\n\nPhase: 2: ridges remain")
    assert "Brooks & Suchey 1990" in made.basis
    assert typed_basis(made) == "left face, well kept"


def test_an_interval_that_is_that_of_the_method_may_be_sent_with_it(cast: Cast, hip: Specimen) -> None:
    made = recorded(cast, hip, age_min_years=Decimal("19.00"), age_max_years=Decimal(34))
    assert made.value_in_words == "19-34 years"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"age_min_years": Decimal(20), "age_max_years": Decimal(34)}, "age_min_years"),
        ({"age_min_years": Decimal(19)}, "age_max_years"),
        ({"age_min_years": Decimal(19), "age_max_years": Decimal(30)}, "age_max_years"),
    ],
)
def test_an_interval_that_is_not_that_of_the_method_is_refused(
    cast: Cast, hip: Specimen, typed: dict[str, Any], field: str
) -> None:
    with refused("estimate.differs_from_method", field):
        recorded(cast, hip, **typed)
    assert not Estimate.objects.exists()


def test_an_open_end_is_not_0(cast: Cast, hip: Specimen) -> None:
    young: dict[str, Any] = {"method_code": "osborne_2004", "scored": {"phase": "1"}}
    made = recorded(cast, hip, **young)
    assert made.age_min_years is None
    assert made.value_in_words == "up to 27 years"
    with refused("estimate.differs_from_method", "age_min_years"):
        recorded(cast, hip, **young, age_min_years=Decimal(0), age_max_years=Decimal(27))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"method_code": "tarot"}, "method.unknown"),
        ({"scored": {"phase": "9", "sex": "M"}}, "method.unknown_score"),
        ({"scored": {"phase": "1"}}, "method.missing_score"),
        ({"scored": None}, "method.missing_score"),
        ({"scored": ["1"]}, "method.missing_score"),
        ({"kind": "sex", "sex": "male"}, "estimate.other_kind"),
        ({"method_code": None}, "estimate.scored"),
        ({"method_code": "lovejoy_1985", "scored": {"phase": "3"}}, "estimate.bounds_no_person"),
        ({"method_code": "iscan_loth_1984"}, "method.other_element"),
        (
            {"method_code": "samworth_gowland_2007", "scored": {"suchey_brooks": "1", "lovejoy": "8"}},
            "method.out_of_validity",
        ),
    ],
)
def test_what_a_method_does_not_say_is_refused(
    cast: Cast, hip: Specimen, fields: dict[str, Any], code: str
) -> None:
    with refused(code):
        recorded(cast, hip, **fields)


def test_a_method_is_not_scored_on_a_site(cast: Cast) -> None:
    with refused("estimate.scored_of_site", "method_code"):
        recorded(cast, cast.site_a)


def test_what_is_unverified_must_be_asked_for_and_says_so(cast: Cast) -> None:
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    tall: dict[str, Any] = {
        "kind": "stature",
        "method_code": "trotter_gleser_1952_white",
        "scored": {"bone": "femur", "length_mm": "482", "sex": "M"},
    }
    with refused("estimate.unverified", "method_code"):
        recorded(cast, femur, **tall)
    made = recorded(cast, femur, unverified=True, **tall)
    assert (made.stature_min_cm, made.stature_max_cm) == (Decimal("169.6"), Decimal("182.7"))
    assert (made.value_in_words, made.interval_meaning) == ("169.6-182.7 cm", "two_errors")
    assert "UNVERIFIED" in made.basis


SEXED: dict[str, Any] = {
    "kind": "sex",
    "method_code": "klales_2012",
    "scored": {"va": "2", "ma": "2", "sc": "2"},
}


def test_sex_comes_from_the_scores_and_may_be_left_undetermined(cast: Cast, hip: Specimen) -> None:
    made = recorded(cast, hip, **SEXED)
    assert (made.sex, made.interval_meaning) == ("female", None)
    assert "0.9981" in made.basis
    assert (made.sex_probability, made.is_weak) == (Decimal("0.9981"), False)
    left_open = recorded(cast, hip, **SEXED, sex="undetermined")
    assert (left_open.sex, left_open.sex_probability) == ("undetermined", None)
    with refused("estimate.differs_from_method", "sex"):
        recorded(cast, hip, **SEXED, sex="male")


def test_the_probability_of_a_sex_is_the_methods_and_a_weak_one_says_so(cast: Cast, hip: Specimen) -> None:
    notch: dict[str, Any] = {"kind": "sex", "method_code": "walker_2005", "scored": {"notch": "1"}}
    made = recorded(cast, hip, **notch, sex_probability=Decimal("0.99"))
    assert (made.sex, made.sex_probability, made.is_weak) == ("female", Decimal("0.88"), True)
    page = signed_in(cast.anthropologist).get(reverse("admin:remains_estimate_change", args=[made.pk]))
    assert "too improbable to tell people apart by" in page.content.decode()
    by_hand: dict[str, Any] = {"method_code": None, "scored": None, "method": "seen", "basis": "seen"}
    assert recorded(cast, hip, kind="sex", sex="female", **by_hand).sex_probability is None


def test_the_database_knows_a_probability_of_a_sex_by_a_method_only(cast: Cast, hip: Specimen) -> None:
    for fields in (
        {"kind": "sex", "sex": "male", "sex_probability": "0.4", "method_code": "m", "scored": {}},
        {"kind": "sex", "sex": "male", "sex_probability": "1.1", "method_code": "m", "scored": {}},
        {"kind": "sex", "sex": "male", "sex_probability": "0.9"},
        {"kind": "age", "age_min_years": 20, "sex_probability": "0.9"},
    ):
        with database_refuses("remains_estimate_sex_probable"):
            said(cast.case_a, specimen=hip, **fields)


@pytest.mark.parametrize("cohort", ["child", "adolescent"])
def test_no_method_tells_the_sex_of_a_subadult(cast: Cast, cohort: str) -> None:
    [hip] = log(cast.anthropologist, cast.find_a, ("os_coxa", "left"), cohort=cohort)
    with refused("method.subadult_sex", "method_code"):
        recorded(cast, hip, **SEXED)


def test_an_age_that_was_determined_makes_a_subadult_of_a_find(cast: Cast) -> None:
    stated: dict[str, Any] = {
        "method_code": None,
        "scored": None,
        "method": "dental development",
        "basis": "first molar",
    }
    recorded(cast, cast.find_a, **stated, age_min_years=4, age_max_years=5)
    with refused("method.subadult_sex"):
        recorded(cast, cast.find_a, **SEXED)


def test_a_superseding_estimate_is_scored_anew(cast: Cast, hip: Specimen) -> None:
    old = recorded(cast, hip)
    new = supersede_estimate(
        actor=cast.anthropologist,
        estimate=old,
        record=by_method(cast, hip, scored={"phase": "3", "sex": "M"}),
        reason="cleaned",
    )
    assert new.value_in_words == "21-46 years"
    [other] = log(cast.anthropologist, cast.find_a, ("os_coxa", "right"))
    with refused("estimate.other_question"):
        supersede_estimate(actor=cast.anthropologist, estimate=new, record=by_method(cast, other), reason="x")


def test_another_cases_specimen_is_not_there(cast: Cast, hip: Specimen) -> None:
    with refused("access.not_found"):
        record_estimate(actor=cast.outsider, record=by_method(cast, hip, case=cast.case_b))


def test_stature_is_an_interval_of_people(cast: Cast) -> None:
    typed: dict[str, Any] = {
        "kind": "stature",
        "method_code": None,
        "scored": None,
        "method": "anatomical",
        "basis": "x",
    }
    for low, high, code in (
        (180, 170, "estimate.stature_interval"),
        (170, 300, "estimate.stature_human"),
        (None, None, "estimate.value_of_its_kind"),
    ):
        with refused(code):
            recorded(cast, cast.find_a, **typed, stature_min_cm=low, stature_max_cm=high)
    assert recorded(cast, cast.find_a, **typed, stature_min_cm=170).value_in_words == "at least 170 cm"


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"stature_min_cm": 170}, "remains_estimate_value_of_its_kind"),
        ({"interval_meaning": None}, "remains_estimate_scored"),
        ({"scored": None}, "remains_estimate_scored"),
        ({"method_code": ""}, "remains_estimate_scored"),
        ({"interval_meaning": "modal_age"}, "remains_estimate_bounds_a_person"),
        ({"interval_meaning": "mean_interval"}, "remains_estimate_bounds_a_person"),
    ],
)
def test_no_statement_makes_an_estimate_that_says_not_what_it_is(
    cast: Cast, hip: Specimen, fields: dict[str, Any], rule: str
) -> None:
    complete = {"age_min_years": 19, "age_max_years": 34, "interval_meaning": "range_95", "method": "x"}
    with database_refuses(rule):
        by_method(cast, hip, **{**complete, "basis": "x", **fields}).save()


@pytest.mark.parametrize(
    ("low", "high", "rule"),
    [(180, 170, "remains_estimate_stature_interval"), (170, 300, "remains_estimate_stature_human")],
)
def test_no_statement_makes_a_stature_of_nobody(cast: Cast, low: int, high: int, rule: str) -> None:
    values = {"kind": "stature", "method_code": None, "scored": None, "method": "x", "basis": "x"}
    with database_refuses(rule):
        by_method(cast, cast.find_a, **values, stature_min_cm=low, stature_max_cm=high).save()


def test_scores_are_frozen(cast: Cast, hip: Specimen) -> None:
    recorded(cast, hip)
    with pytest.raises(Exception, match="remains_estimate"):
        run("UPDATE remains_estimate SET scored = '{}'")
