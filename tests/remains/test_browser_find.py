"""Finds in a real browser: by keyboard only, in a series, on a phone, and without breaking the content policy."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cases.ledger.context import change
from cases.models import Context
from remains.models import Estimate, Find
from remains.services.estimate import record_estimate
from tests.actors import INSTALLER, Cast, make_site
from tests.browser import Desk

pytestmark = pytest.mark.browser

ADD = reverse("admin:remains_find_add")


def make_context(cast: Cast, number: str = "3") -> Context:
    with change(INSTALLER, "tests.context.made"):
        made: Context = Context.objects.create(case=cast.case_a, site=cast.site_a, number=number, kind="fill")
    return made


def test_a_find_is_logged_by_keyboard_only(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.investigator, ADD)
    page.wait_for_function("document.activeElement.id === 'id_category'")
    keys = page.keyboard
    keys.type("bone")
    while page.evaluate("document.activeElement.name") != "bindings":
        keys.press("Tab")
    keys.press("ArrowRight")
    while page.evaluate("document.activeElement.id") != "id_storage_place":
        keys.press("Tab")
    keys.type("Tent 2")
    keys.press("Enter")
    page.wait_for_selector("a.remains-number")
    find = Find.objects.get(number="KHJ01-0002")
    assert (find.category, find.bindings, find.storage_place) == ("bone", "present", "Tent 2")


def test_a_series_keeps_what_stays_the_same_and_starts_at_the_category(desk: Desk, cast: Cast) -> None:
    context = make_context(cast)
    page = desk.open(cast.investigator, f"{ADD}?site={cast.site_a.pk}")
    page.select_option("#id_context", str(context.pk))
    page.fill("#id_found_on", "2024-03-01")
    page.select_option("#id_category", "body")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("a.remains-number")
    assert page.inner_text("a.remains-number") == "KHJ01-0002"
    page.wait_for_function("document.activeElement.id === 'id_category'")
    assert page.input_value("#id_context") == str(context.pk)
    assert page.input_value("#id_found_on") == "2024-03-01"
    assert page.input_value("#id_category") == ""
    assert "KHJ01-0003" in page.inner_text("#number_to_come")


def test_a_refused_form_opens_at_the_first_field_that_was_refused(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.investigator, reverse("admin:remains_find_add"))
    page.select_option("#id_category", "bone")
    page.fill("#id_orientation_deg", "777")
    page.click("button[name=_save]")
    page.wait_for_selector(".errornote")
    page.wait_for_function("document.activeElement.id === 'id_orientation_deg'")
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert 0 < top < 900


def test_the_contexts_and_the_number_follow_the_chosen_site(desk: Desk, cast: Cast) -> None:
    make_context(cast)
    with change(INSTALLER, "tests.site.made"):
        make_site(cast.case_a, "KHJ02")
    page = desk.open(cast.investigator, ADD)
    page.click(".field-site .select2-selection")
    page.keyboard.type("KHJ01")
    page.wait_for_selector(".select2-results__option--highlighted:has-text('KHJ01')")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('#id_context option').length === 2")
    assert "KHJ01-0002" in page.inner_text("#number_to_come")


def test_only_the_fields_of_the_chosen_kind_are_shown(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.anthropologist, f"{reverse('admin:remains_estimate_add')}?find={cast.find_a.pk}")
    assert page.locator("input[type=radio]:checked").count() == 0
    assert not page.is_visible("#id_age_min_years")
    page.check("input[name=kind][value=age]")
    page.wait_for_selector("#id_age_min_years")
    assert not page.is_visible("#id_sex")
    page.check("input[name=kind][value=sex]")
    page.wait_for_selector("#id_sex")
    assert not page.is_visible("#id_age_min_years")


def test_every_page_fits_a_phone(desk: Desk, cast: Cast) -> None:
    estimate = record_estimate(
        actor=cast.anthropologist,
        record=Estimate(
            case=cast.case_a,
            find=cast.find_a,
            kind="sex",
            sex="undetermined",
            certainty="presumed",
            method="visual",
            basis="pelvis",
            observer="A. B.",
        ),
    )
    find = [cast.find_a.pk]
    paths = [
        *(reverse(f"admin:remains_{stem}_changelist") for stem in ("find", "estimate", "conditionnote")),
        reverse("admin:remains_statedminimum_changelist"),
        *(reverse(f"admin:remains_{stem}_add") for stem in ("find", "estimate", "conditionnote")),
        reverse("admin:remains_statedminimum_add"),
        reverse("admin:remains_find_grid"),
        *(reverse(f"admin:remains_find_{name}", args=find) for name in ("change", "split", "merge", "move")),
        reverse("admin:remains_estimate_change", args=[estimate.pk]),
    ]
    page = desk.open(cast.investigator, paths[0], width=360, height=740)
    too_wide = []
    for path in paths:
        answer = page.goto(desk.address + path)
        assert answer.status == 200, path
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            too_wide.append(path)
    assert too_wide == []
