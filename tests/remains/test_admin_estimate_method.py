"""The form of an estimate by a published method: what it offers, what it fills in, what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from remains.models import Estimate, Specimen
from tests.actors import Cast
from tests.remains.specimens import log
from tests.signed_in import signed_in

ADD = reverse("admin:remains_estimate_add")
METHODS = reverse("admin:remains_estimate_methods")
APPLY = reverse("admin:remains_estimate_apply")


@pytest.fixture
def hip(cast: Cast) -> Specimen:
    [made] = log(cast.anthropologist, cast.find_a, ("os_coxa", "left"))
    return made


def form(subject: Specimen, **typed: Any) -> dict[str, Any]:
    scored = json.dumps({"phase": "2", "sex": "M"})
    return {
        "specimen": subject.pk,
        "kind": "age",
        "method_code": "suchey_brooks_1990",
        "scored": scored,
        "certainty": "determined",
        "observer": "A. B.",
        "handling": "open",
        **typed,
    }


def errors(answer: Any) -> dict[str, Any]:
    return dict(answer.context["adminform"].form.errors)


def asked(cast: Cast, url: str, **about: Any) -> Any:
    return signed_in(cast.anthropologist).get(url, about).json()


def codes(answer: Any) -> set[str]:
    return {method["code"] for method in answer["methods"]}


def test_the_form_works_without_a_script(cast: Cast, hip: Specimen) -> None:
    answer = signed_in(cast.anthropologist).post(ADD, form(hip))
    assert answer.status_code == 302, errors(answer)
    made = Estimate.objects.get()
    assert (made.specimen, made.value_in_words, made.case) == (hip, "19-34 years", cast.case_a)
    page = signed_in(cast.anthropologist).get(reverse("admin:remains_estimate_change", args=[made.pk]))
    assert "range of 95 % of the sample" in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"age_min_years": "18", "age_max_years": "34"}, "age_min_years"),
        ({"scored": '{"phase": "12", "sex": "M"}'}, "scored"),
        ({"scored": "not json"}, "scored"),
        ({"method_code": "lovejoy_1985"}, "method_code"),
        ({"method_code": "iscan_loth_1984"}, "method_code"),
        ({"method_code": "epiphyseal_fusion"}, "scored"),
        ({"method_code": ""}, "method"),
    ],
)
def test_a_fault_stands_at_its_field(cast: Cast, hip: Specimen, typed: dict[str, str], field: str) -> None:
    answer = signed_in(cast.anthropologist).post(ADD, form(hip, **typed))
    assert answer.status_code == 200
    assert field in errors(answer)
    assert not Estimate.objects.exists()


def test_an_unverified_method_is_refused_until_it_is_asked_for(cast: Cast, hip: Specimen) -> None:
    scored = json.dumps({"site": "os_coxa.iliac_crest", "state": "fused", "sex": "F"})
    typed = form(hip, method_code="epiphyseal_fusion", scored=scored)
    client = signed_in(cast.anthropologist)
    assert "method_code" in errors(client.post(ADD, typed))
    assert client.post(ADD, {**typed, "unverified": "on"}).status_code == 302
    assert "UNVERIFIED" in Estimate.objects.get().basis


def test_methods_are_offered_by_question_and_element(cast: Cast, hip: Specimen) -> None:
    about = {"kind": "age", "specimen": str(hip.pk)}
    answer = asked(cast, METHODS, **about)
    assert codes(answer) == {
        "suchey_brooks_1990",
        "osborne_2004",
        "buckberry_chamberlain_2002",
        "samworth_gowland_2007",
    }
    assert len(answer["withheld"]) == 2
    assert all(method["why"] for method in answer["withheld"])
    assert codes(asked(cast, METHODS, **about, unverified="1")) - codes(answer) == {"epiphyseal_fusion"}
    assert codes(asked(cast, METHODS, kind="sex", specimen=str(hip.pk))) == {
        "phenice_1969",
        "walker_2005",
        "klales_2012",
    }
    assert codes(asked(cast, METHODS, kind="burial")) == set()
    assert codes(asked(cast, METHODS, kind="age", site=str(cast.site_a.pk))) == set()


def test_a_find_is_offered_the_methods_of_what_it_holds(cast: Cast, hip: Specimen) -> None:
    found = asked(cast, METHODS, kind="age", find=str(cast.find_a.pk))
    assert "kasper_2009" not in codes(found)
    assert "kasper_2009" in codes(asked(cast, METHODS, kind="age"))


def test_the_form_asks_what_a_method_says(cast: Cast, hip: Specimen) -> None:
    about = {"kind": "age", "specimen": str(hip.pk), "method_code": "osborne_2004"}
    answer = asked(cast, APPLY, **about, scored='{"phase": "1"}')
    assert answer["fills"] == {"age_min_years": "", "age_max_years": "27"}
    assert answer["says"] == "up to 27 years"
    assert "no such score" in asked(cast, APPLY, **about, scored='{"phase": "8"}')["refusal"]
    assert "refusal" in asked(cast, APPLY, **about, scored="nonsense")
    assert "refusal" in asked(cast, APPLY)
    sexed = asked(cast, APPLY, kind="sex", method_code="klales_2012", scored='{"va":"5","ma":"5","sc":"5"}')
    assert sexed["fills"] == {"sex": "male"}


def test_another_cases_specimen_is_not_there(cast: Cast, hip: Specimen) -> None:
    client = signed_in(cast.outsider)
    for url in (METHODS, APPLY):
        assert client.get(url, {"kind": "age", "specimen": str(hip.pk)}).status_code == 404
        assert client.get(url, {"kind": "age", "specimen": "x"}).status_code == 404
    assert signed_in(cast.prosecutor).get(METHODS, {"kind": "age"}).status_code == 403


def test_the_form_that_supersedes_begins_with_the_scores(cast: Cast, hip: Specimen) -> None:
    client = signed_in(cast.anthropologist)
    client.post(ADD, form(hip, basis="well kept"))
    old = Estimate.objects.get()
    shown = client.get(ADD, {"supersedes": str(old.pk)}).context["adminform"].form
    assert shown["method_code"].value() == "suchey_brooks_1990"
    assert json.loads(shown["scored"].value()) == {"phase": "2", "sex": "M"}
    assert shown["basis"].value() == "well kept"
    typed = form(hip, scored='{"phase": "3", "sex": "M"}', reason="cleaned since")
    answer = client.post(f"{ADD}?supersedes={old.pk}", typed)
    assert answer.status_code == 302, errors(answer)
    old.refresh_from_db()
    assert str(old.superseded_by) == "age at death: 21-46 years"
