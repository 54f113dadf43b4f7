"""The marked skeleton in a real browser: clicked, reached by the keyboard, read on a phone, without grave faults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from remains.models import Assessment, Injury, InjuryTiming, Specimen
from remains.services.assessment import draft
from tests.actors import Cast
from tests.browser import LOOKS, Desk
from tests.remains.bones import bone, hurt, noted
from tests.remains.counted import individual
from tests.remains.test_browser_individual import faults

pytestmark = pytest.mark.browser


def marked_bones(cast: Cast) -> list[Specimen]:
    """Return bones of an adult and a child with every sign, some of them at one place and some on small bones."""
    skull = bone(cast.find_a, "cranium", "axial", *range(1, 14), completeness="complete")
    femur = bone(cast.find_a, "femur", "left", 1, 2, 4, 5, 6, dna_group="mt1")
    vertebra, rib = bone(cast.find_a, "vert_t05", "axial", 1), bone(cast.find_a, "rib_07", "right", 3)
    hand, tooth = bone(cast.find_a, "mc_3", "right", 3), bone(cast.find_a, "tooth_36", "left")
    child = bone(cast.find_a, "tibia", "right", 7, 8, cohort="child")
    unnumbered = bone(cast.find_a, "rib", "left", 3)
    hurt(
        skull,
        "peri",
        3,
        mechanism_id="injury_mechanism.projectile",
        description="round hole, bevelled inside",
    )
    hurt(skull, "peri", 3, description="radiating line")
    hurt(skull, "ante", 2, description="healed depression")
    for timing in InjuryTiming.values:
        hurt(femur, timing, 6)
    noted(femur, 1)
    for each in (vertebra, rib, hand, tooth, child, unnumbered):
        hurt(each, "peri")
    noted(child, 8, note="Stained green by copper over the whole of the shaft, and roots in the foramen")
    return [skull, femur, vertebra, rib, hand, tooth]


def test_a_mark_is_clicked_or_reached_by_the_keyboard(desk: Desk, cast: Cast) -> None:
    femur = bone(cast.find_a, "femur", "left", 6)
    injury: Injury = hurt(femur, "peri", 6)
    page = desk.open(cast.anthropologist, reverse("admin:remains_find_change", args=[cast.find_a.pk]))
    page.click("a.mark.is-peri")
    page.wait_for_url(f"**{reverse('admin:remains_injury_change', args=[injury.pk])}")
    page.go_back()
    page.focus("a.mark.is-peri")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('admin:remains_injury_change', args=[injury.pk])}")


def test_several_records_at_one_place_lead_to_their_rows(desk: Desk, cast: Cast) -> None:
    femur = bone(cast.find_a, "femur", "left", 6)
    for _each in range(2):
        hurt(femur, "peri", 6)
    page = desk.open(cast.anthropologist, reverse("admin:remains_find_change", args=[cast.find_a.pk]))
    page.click("a.mark.is-peri")
    assert page.url.endswith("#mark-1")
    assert page.is_visible("#mark-1")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_marked_page_has_a_grave_fault(desk: Desk, cast: Cast, width: int, scheme: Any) -> None:
    bones = marked_bones(cast)
    person = individual(*bones)
    record = Assessment(case=cast.case_a, site=cast.site_a, reasoning="By the femora.")
    made = draft(actor=cast.anthropologist, record=record, reading="determined")
    pages = {
        "find": reverse("admin:remains_find_change", args=[cast.find_a.pk]),
        "individual": reverse("admin:remains_individual_change", args=[person.pk]),
        "site": reverse("admin:remains_site_inventory", args=[cast.site_a.pk]),
        "assessment": reverse("admin:remains_assessment_change", args=[made.pk]),
        "specimen": reverse("admin:remains_specimen_change", args=[bones[1].pk]),
        "split": reverse("admin:remains_find_split", args=[cast.find_a.pk]),
        "injuries": f"{reverse('admin:remains_injury_changelist')}?q=femur",
        "specimens": f"{reverse('admin:remains_specimen_changelist')}?q=fem",
        "note": f"{reverse('admin:remains_conditionnote_add')}?specimen={bones[1].pk}",
    }
    page = desk.open(cast.anthropologist, pages["find"], width=width)
    page.set_default_timeout(60_000)
    page.emulate_media(color_scheme=scheme)
    wrong = []
    for name, url in pages.items():
        page.goto(desk.address + url)
        wrong += faults(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wrong.append(f"{name} is wider than the screen")
        if shots := os.environ.get("TAPHOS_SHOTS"):
            page.screenshot(path=str(Path(shots) / f"marks_{name}_{width}_{scheme}.png"), full_page=True)
    assert not wrong, "\n".join(wrong)
