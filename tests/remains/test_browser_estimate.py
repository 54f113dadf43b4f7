"""An estimate by a published method, filled in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from remains.models import Estimate, Injury, Specimen
from remains.services import injury
from remains.services.estimate import record_estimate
from tests.actors import Cast
from tests.browser import Desk
from tests.remains.specimens import log

pytestmark = pytest.mark.browser
ADD = reverse("admin:remains_estimate_add")


@pytest.fixture
def hip(cast: Cast) -> Specimen:
    [made] = log(cast.anthropologist, cast.find_a, ("os_coxa", "left"))
    return made


def serious_faults(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")]


def choose(page: Any, field: str, value: str) -> None:
    page.select_option(f"#{field}", value)


def test_the_interval_is_filled_in_from_the_score(cast: Cast, hip: Specimen, desk: Desk) -> None:
    page = desk.open(cast.anthropologist, f"{ADD}?specimen={hip.pk}")
    page.check("input[name='kind'][value='age']")
    page.wait_for_selector("#id_method_code option[value='osborne_2004']", state="attached")
    assert page.locator("#id_method_code option[value='epiphyseal_fusion']").count() == 0
    assert page.locator("#id_method_code option[value='kasper_2009']").count() == 0
    assert "Nobody has yet checked" in page.locator(".remains-scores details").text_content()
    choose(page, "id_method_code", "suchey_brooks_1990")
    choose(page, "score_phase", "2")
    choose(page, "score_sex", "M")
    page.wait_for_function("document.getElementById('id_age_min_years').value === '19'")
    assert page.input_value("#id_age_max_years") == "34"
    assert "range of 95 % of the sample" in page.text_content(".remains-scores-said")
    choose(page, "score_sex", "unknown")
    page.wait_for_function("document.getElementById('id_age_max_years').value === '40'")
    assert serious_faults(page) == []
    page.check("input[name='certainty'][value='determined']")
    page.click("button[name='_save']")
    page.wait_for_url("**/remains/estimate/")
    made = Estimate.objects.get()
    assert (made.value_in_words, made.interval_meaning) == ("19-40 years", "range_95")
    assert made.scored == {"phase": "2", "sex": "unknown"}


def test_an_unverified_method_is_offered_when_it_is_asked_for(cast: Cast, hip: Specimen, desk: Desk) -> None:
    page = desk.open(cast.anthropologist, f"{ADD}?specimen={hip.pk}")
    page.check("input[name='kind'][value='age']")
    page.check("#id_unverified")
    page.wait_for_selector("#id_method_code option[value='epiphyseal_fusion']", state="attached")
    choose(page, "id_method_code", "epiphyseal_fusion")
    assert set(page.locator("#score_site option").evaluate_all("all => all.map(o => o.value)")) == {
        "",
        "os_coxa.iliac_crest",
        "os_coxa.ischial_tuberosity",
        "os_coxa.triradiate_cartilage",
    }
    choose(page, "score_site", "os_coxa.iliac_crest")
    choose(page, "score_state", "fused")
    choose(page, "score_sex", "F")
    page.wait_for_function("document.getElementById('id_age_min_years').value === '17'")
    page.check("input[name='certainty'][value='presumed']")
    page.click("button[name='_save']")
    page.wait_for_url("**/remains/estimate/")
    assert "UNVERIFIED" in Estimate.objects.get().basis


def test_a_refusal_is_said_while_scoring(cast: Cast, hip: Specimen, desk: Desk) -> None:
    page = desk.open(cast.anthropologist, f"{ADD}?specimen={hip.pk}")
    page.check("input[name='kind'][value='age']")
    page.wait_for_selector("#id_method_code option[value='samworth_gowland_2007']", state="attached")
    choose(page, "id_method_code", "samworth_gowland_2007")
    choose(page, "score_suchey_brooks", "1")
    choose(page, "score_lovejoy", "8")
    page.wait_for_selector(".remains-scores-said.remains-error")
    assert "out of what the method is valid for" in page.text_content(".remains-scores-said")


def test_a_find_says_what_its_estimates_have_in_common_and_what_contradicts(
    cast: Cast, hip: Specimen, desk: Desk
) -> None:
    for low, high, certainty in ((10, 16, "determined"), (12, 18, "determined"), (20, 30, "presumed")):
        stated = {"kind": "age", "method": "as stated", "basis": "x", "observer": "A. N."}
        record = Estimate(
            case=cast.case_a,
            find=cast.find_a,
            certainty=certainty,
            age_min_years=low,
            age_max_years=high,
            **stated,
        )
        record_estimate(actor=cast.anthropologist, record=record)
    page = desk.open(cast.anthropologist, reverse("admin:remains_find_change", args=[cast.find_a.pk]))
    said = " ".join(page.inner_text(".remains-common").split())
    assert "12-16 years, from 2 estimates; 2 contradictions" in said
    assert "20-30 years, from 1 estimate" in said
    assert page.locator(".remains-contradictions li").count() == 2
    assert serious_faults(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_specimen_shows_its_estimates_and_injuries(cast: Cast, hip: Specimen, desk: Desk) -> None:
    scored = {"method_code": "suchey_brooks_1990", "scored": {"phase": "2", "sex": "M"}}
    common = {"case": cast.case_a, "specimen": hip, "observer": "A. N."}
    made = Estimate(kind="age", certainty="determined", **scored, **common)
    record_estimate(actor=cast.anthropologist, record=made)
    hurt = Injury(
        timing="peri",
        mechanism_id="injury_mechanism.blunt",
        place="iliac wing",
        description="broken fresh",
        **common,
    )
    injury.create(actor=cast.anthropologist, record=hurt)
    page = desk.open(cast.anthropologist, reverse("admin:remains_specimen_change", args=[hip.pk]))
    assert "19-34 years, from 1 estimate" in " ".join(page.inner_text(".remains-common").split())
    assert "range of 95 % of the sample" in page.inner_text("#estimates")
    assert "iliac wing" in page.inner_text("#injuries")
    page.click("#injuries >> text=Add an injury")
    page.wait_for_selector("#id_mechanism")
    assert serious_faults(page) == []
