"""The pages of estimates: nothing assumed, one kind at a time, superseded and never edited."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from remains.models import Estimate
from remains.services.estimate import record_estimate
from tests.actors import Cast
from tests.signed_in import signed_in

ADD = reverse("admin:remains_estimate_add")


def form(cast: Cast, **typed: Any) -> dict[str, Any]:
    return {
        "find": cast.find_a.pk,
        "kind": "age",
        "age_min_years": "4",
        "age_max_years": "5",
        "certainty": "presumed",
        "method": "dental eruption",
        "basis": "first molar erupting",
        "observer": "A. B.",
        "handling": "open",
        **typed,
    }


def errors(answer: Any) -> dict[str, Any]:
    return dict(answer.context["adminform"].form.errors)


@pytest.fixture
def estimate(cast: Cast) -> Estimate:
    return record_estimate(
        actor=cast.anthropologist,
        record=Estimate(
            case=cast.case_a,
            find=cast.find_a,
            kind="age",
            age_min_years=4,
            age_max_years=5,
            certainty="presumed",
            method="dental eruption",
            basis="first molar erupting",
            observer="A. B.",
        ),
    )


def page_of(estimate: Estimate, name: str = "change") -> str:
    return reverse(f"admin:remains_estimate_{name}", args=[estimate.pk])


def test_nothing_of_an_estimate_is_chosen_beforehand(cast: Cast) -> None:
    shown = signed_in(cast.anthropologist).get(ADD, {"find": str(cast.find_a.pk)}).context["adminform"].form
    for name in ("kind", "sex", "certainty", "method", "basis", "age_min_years", "burial_edtf"):
        assert not shown[name].value(), name
    assert shown["sex"].as_widget().count("selected") <= 1
    assert 'value="" selected' in shown["sex"].as_widget()


def test_an_estimate_is_recorded_in_the_case_of_its_find(cast: Cast) -> None:
    assert signed_in(cast.anthropologist).post(ADD, form(cast)).status_code == 302
    made = Estimate.objects.get()
    assert (made.case, made.find, made.value_in_words) == (cast.case_a, cast.find_a, "4-5 years")


def test_an_estimate_about_a_site(cast: Cast) -> None:
    typed = form(cast, find="", site=cast.site_a.pk, kind="burial", burial_edtf="1992-02")
    answer = signed_in(cast.anthropologist).post(ADD, typed)
    assert answer.status_code == 302, errors(answer)
    made = Estimate.objects.get()
    assert (made.site, made.burial_edtf, made.age_min_years) == (cast.site_a, "1992-02", None)


def test_what_is_not_of_the_chosen_kind_is_not_kept(cast: Cast) -> None:
    signed_in(cast.anthropologist).post(ADD, form(cast, kind="sex", sex="undetermined"))
    made = Estimate.objects.get()
    assert (made.sex, made.age_min_years, made.age_max_years) == ("undetermined", None, None)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"find": ""}, "find"),
        ({"kind": ""}, "kind"),
        ({"certainty": ""}, "certainty"),
        ({"method": ""}, "method"),
        ({"basis": ""}, "basis"),
        ({"observer": ""}, "observer"),
        ({"kind": "burial", "burial_edtf": "last spring"}, "burial_edtf"),
        ({"age_min_years": "9"}, "age_max_years"),
        ({"age_max_years": "300"}, "age_min_years"),
        ({"kind": "sex", "sex": ""}, "kind"),
    ],
)
def test_a_fault_stands_at_its_field(cast: Cast, typed: dict[str, str], field: str) -> None:
    answer = signed_in(cast.anthropologist).post(ADD, form(cast, **typed))
    assert answer.status_code == 200
    assert field in errors(answer)
    assert not Estimate.objects.exists()


def test_a_find_and_a_site_are_two_subjects(cast: Cast) -> None:
    answer = signed_in(cast.anthropologist).post(ADD, form(cast, site=cast.site_a.pk))
    assert "find" in errors(answer)


def test_another_cases_find_is_no_choice(cast: Cast) -> None:
    answer = signed_in(cast.anthropologist).post(ADD, form(cast, find=cast.find_b.pk))
    assert "find" in errors(answer)
    assert "BBB01" not in answer.content.decode()


def test_a_recorded_estimate_is_shown_and_not_editable(cast: Cast, estimate: Estimate) -> None:
    client = signed_in(cast.anthropologist)
    page = client.get(page_of(estimate)).content.decode()
    assert page_of(estimate, "supersede") in page
    assert 'name="method"' not in page
    assert client.post(page_of(estimate), form(cast, record_version="1")).status_code == 403


def test_the_form_that_supersedes_begins_with_the_earlier_estimate(cast: Cast, estimate: Estimate) -> None:
    answer = signed_in(cast.anthropologist).get(page_of(estimate, "supersede"), follow=True)
    shown = answer.context["adminform"].form
    assert shown["method"].value() == "dental eruption"
    assert shown["certainty"].value() == "presumed"
    assert "find" not in shown.fields
    assert "sex" not in shown.fields
    assert not shown["reason"].value()


def test_an_estimate_is_superseded_with_a_reason(cast: Cast, estimate: Estimate) -> None:
    client = signed_in(cast.anthropologist)
    address = f"{ADD}?supersedes={estimate.pk}"
    assert "reason" in errors(client.post(address, form(cast, certainty="determined")))
    answer = client.post(address, form(cast, certainty="determined", reason="seen on the X-ray"))
    assert answer.status_code == 302, errors(answer)
    estimate.refresh_from_db()
    later = estimate.superseded_by
    assert later is not None
    assert (later.certainty, later.find) == ("determined", cast.find_a)
    page = client.get(page_of(estimate)).content.decode()
    assert page_of(later) in page
    assert page_of(estimate, "supersede") not in page
    assert page_of(estimate) in client.get(page_of(later)).content.decode()


def test_a_superseded_estimate_is_not_superseded_again(cast: Cast, estimate: Estimate) -> None:
    client = signed_in(cast.anthropologist)
    address = f"{ADD}?supersedes={estimate.pk}"
    client.post(address, form(cast, reason="seen on the X-ray"))
    answer = client.post(address, form(cast, reason="once more"))
    assert answer.status_code == 200
    assert "superseded already" in answer.content.decode()


@pytest.mark.parametrize("named", ["", "nothing", "01a20284-9889-7777-958b-233088b21374"])
def test_what_does_not_exist_is_not_superseded(cast: Cast, named: str) -> None:
    assert signed_in(cast.anthropologist).get(ADD, {"supersedes": named}).status_code == 404


def test_another_cases_estimate_is_not_there(cast: Cast, estimate: Estimate) -> None:
    client = signed_in(cast.outsider)
    assert client.get(page_of(estimate)).status_code == 404
    assert client.get(page_of(estimate, "supersede")).status_code == 404
    assert client.get(ADD, {"supersedes": str(estimate.pk)}).status_code == 404


def test_who_may_not_estimate_is_refused(cast: Cast, estimate: Estimate) -> None:
    client = signed_in(cast.prosecutor)
    assert client.get(ADD).status_code == 403
    assert page_of(estimate, "supersede") not in client.get(page_of(estimate)).content.decode()


def test_the_find_shows_its_estimates_with_the_way_to_supersede(cast: Cast, estimate: Estimate) -> None:
    page = reverse("admin:remains_find_change", args=[cast.find_a.pk])
    seen = signed_in(cast.anthropologist).get(page).content.decode()
    assert page_of(estimate, "supersede") in seen
    assert "4-5 years" in seen
