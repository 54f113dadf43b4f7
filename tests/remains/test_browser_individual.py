"""Associations and individuals in a real browser: built with few actions, read on a phone, without grave faults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases.ledger.context import change
from remains.models import Individual
from remains.services.individual import create_individual
from tests.actors import INSTALLER, Cast, make_find
from tests.browser import LOOKS, Desk
from tests.remains.bones import associate, bone

pytestmark = pytest.mark.browser


def faults(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {each['id']} {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def test_an_individual_is_built_across_two_finds_by_scanned_numbers(desk: Desk, cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
    one, _two = bone(cast.find_a), bone(other, "femur", "right")
    page = desk.open(cast.anthropologist, reverse("admin:remains_individual_add"))
    page.fill("#id_numbers", f"{one.number}\n{other.number}")
    page.fill("#id_reason", "same DNA")
    page.click("[name=_continue]")
    page.wait_for_selector("#parts")
    assert "2 specimens" in page.inner_text("#parts_heading")
    assert Individual.objects.get().parts.count() == 2


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_page_has_a_grave_fault_or_scrolls_sideways(
    desk: Desk, cast: Cast, width: int, scheme: Any
) -> None:
    one, two = bone(cast.find_a, "femur", "left", 1, 2), bone(cast.find_a, "femur", "right", 1)
    three = bone(cast.find_a, "tibia", "left", notes="young")
    made = associate(cast, one, two, "pair", "possible", basis="Same robusticity, same colour of the surface")
    associate(cast, one, three, "articulation")
    person = create_individual(
        actor=cast.anthropologist,
        record=Individual(case=cast.case_a, description="Young adult, tall"),
        specimens=[one, three],
        reason="The knee fits",
    )
    pages = {
        "individuals": reverse("admin:remains_individual_changelist"),
        "individual": reverse("admin:remains_individual_change", args=[person.pk]),
        "individual_add": reverse("admin:remains_individual_add"),
        "gather": reverse("admin:remains_individual_gather", args=[person.pk]),
        "merge": reverse("admin:remains_individual_merge", args=[person.pk]),
        "associations": reverse("admin:remains_association_changelist"),
        "association": reverse("admin:remains_association_change", args=[made.pk]),
        "association_add": f"{reverse('admin:remains_association_add')}?first={one.pk}",
        "specimen": reverse("admin:remains_specimen_change", args=[one.pk]),
        "import": reverse("admin:remains_specimen_import_table"),
    }
    wrong = []
    page = desk.open(cast.anthropologist, pages["individuals"], width=width)
    page.emulate_media(color_scheme=scheme)
    for name, url in pages.items():
        page.goto(desk.address + url)
        wrong += faults(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wrong.append(f"{name} is wider than the screen")
        if shots := os.environ.get("TAPHOS_SHOTS"):
            page.screenshot(path=str(Path(shots) / f"{name}_{width}_{scheme}.png"), full_page=True)
    assert not wrong, "\n".join(wrong)
