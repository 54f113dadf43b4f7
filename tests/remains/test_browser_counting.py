"""The pages that count, in a browser: no grave fault for axe, no wider than a phone, nothing the policy forbids."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases.ledger.context import change
from cases.models import User
from remains.models import Assessment, StatedMinimum
from remains.services.assessment import draft, sign
from tests.actors import INSTALLER, SINCE, Cast, make_find, make_site
from tests.browser import LOOKS, Desk
from tests.remains.bones import bone
from tests.remains.counted import aged, between, link, second_anthropologist, sexed

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}


def scene(cast: Cast) -> tuple[User, dict[str, str]]:
    """Write linked graves with people told apart by age, sex, DNA and exclusion, and a draft over a signed one."""
    with change(INSTALLER, "tests.site.made"):
        other = make_site(cast.case_a, "KHJ02")
        elsewhere = make_find(other)
        torn = make_find(cast.site_a, 2)
        StatedMinimum.objects.create(
            case=cast.case_a, site=cast.site_a, minimum=2, source="Office", stated_on=SINCE
        )
    left = [bone(cast.find_a, "femur", "left", 6) for _each in range(3)]
    right = [bone(cast.find_a, "femur", "right", 6, dna_group=f"mt{n}") for n in range(2)]
    aged(left[0], 18, None)
    sexed(left[0], "female")
    between(left[0], right[0], "pair")
    aged(bone(cast.find_a, "mandible", "axial", 1), 4, 5, certainty="presumed")
    second = second_anthropologist(cast)
    about = {"case": cast.case_a, "site": cast.site_a, "reasoning": "By their femora."}
    sign(
        actor=second,
        assessment=draft(actor=cast.anthropologist, record=Assessment(**about), reading="presumed"),
    )
    bone(elsewhere, "femur", "left", 6)
    link(cast.site_a, other)
    excluded = bone(elsewhere, "tibia", "left", 7)
    for each in left:
        between(excluded, each, "osteometric", "excluded")
    made = draft(actor=cast.anthropologist, record=Assessment(**about), reading="presumed")
    contradicted = bone(torn, "humerus", "left", 2)
    aged(contradicted, 4, 5, certainty="presumed")
    aged(contradicted, 18, None)
    return second, {
        "count": reverse("admin:remains_site_count", args=[cast.site_a.pk]),
        "linked": reverse("admin:remains_site_count", args=[other.pk]),
        "find": reverse("admin:remains_find_count", args=[cast.find_a.pk]),
        "torn": reverse("admin:remains_find_count", args=[torn.pk]),
        "draft": reverse("admin:remains_assessment_change", args=[made.pk]),
        "add": f"{reverse('admin:remains_assessment_add')}?site={cast.site_a.pk}",
        "list": reverse("admin:remains_assessment_changelist"),
        "site": reverse("admin:cases_site_change", args=[cast.site_a.pk]),
        "case": reverse("admin:cases_case_change", args=[cast.case_a.pk]),
    }


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_are_sound(width: int, scheme: Any, desk: Desk, cast: Cast) -> None:
    from axe_playwright_python.sync_playwright import Axe

    second, addresses = scene(cast)
    page = desk.open(second, addresses["count"], width=width)
    page.set_default_timeout(60_000)
    page.emulate_media(color_scheme=scheme)
    faults = []
    for name, path in addresses.items():
        page.goto(desk.address + path)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name}: wider than {width}")
        faults += [
            f"{name}: {found['id']} {[node['html'][:160] for node in found['nodes'][:3]]}"
            for found in Axe().run(page).response["violations"]
            if found["impact"] in GRAVE
        ]
    assert not faults, "\n".join(faults)


def test_an_assessment_is_drafted_by_one_and_signed_by_another(desk: Desk, cast: Cast) -> None:
    for _each in range(2):
        bone(cast.find_a, "femur", "left", 6)
    page = desk.open(cast.anthropologist, reverse("admin:remains_site_count", args=[cast.site_a.pk]))
    page.click("text=Draft an assessment")
    page.check("input[name=reading][value=determined]")
    page.fill("#id_reasoning", "Two left femora.")
    page.click("button[name=_save]")
    page.wait_for_selector(".messages, .errornote, #result_list, [role=status]")
    made = Assessment.objects.get()
    assert (made.count, made.result["reading"]) == (2, "determined")
    address = reverse("admin:remains_assessment_change", args=[made.pk])
    other = desk.open(second_anthropologist(cast), address)
    other.click("button:has-text('Sign')")
    other.wait_for_selector("text=Signed by")
    made.refresh_from_db()
    assert made.status == "signed"
