"""Photographs in a browser: chosen on a phone, sent over a line that breaks, and veiled until somebody asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from evidence.models import Photograph
from tests.actors import make_cast
from tests.browser import Desk
from tests.evidence.files import jpeg, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_photographs_go_on_after_a_break_and_are_shown_when_asked_for(desk: Desk, tmp_path: Path) -> None:
    cast = make_cast()
    paths = []
    for number in range(2):
        paths.append(tmp_path / f"IMG_{number}.jpg")
        paths[-1].write_bytes(jpeg(picture(900, 600, shade=40 + number)))
    (tmp_path / "notes.txt").write_text("no picture")
    page = desk.open(
        cast.investigator, f"{reverse('admin:evidence_photograph_add')}?find={cast.find_a.pk}", width=360
    )
    broken: list[str] = []

    def once(route: Any) -> None:
        if route.request.method == "PATCH" and not broken:
            broken.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/upload/*/", once)
    page.set_input_files("#id_files", [*paths, tmp_path / "notes.txt"])
    page.get_by_role("button", name="Upload").click()
    page.wait_for_function("document.querySelectorAll('.evidence-file-done').length === 2")
    page.wait_for_selector(".evidence-file-failed")
    assert "no JPEG" in page.inner_text(".evidence-file-failed")
    assert broken
    assert Photograph.objects.count() == 2
    # The browser itself says that a request was broken off, and that one was refused.
    assert all("Failed to load resource" in complaint for complaint in desk.complaints)
    desk.complaints.clear()

    page.get_by_role("link", name="To the list").click()
    page.wait_for_selector(".evidence-gallery")
    shown = "[...document.querySelectorAll('.evidence-tile img')].filter(i => i.complete && i.naturalWidth).length"
    assert page.evaluate(shown) == 0, "a veiled picture is not even fetched"
    page.locator(".evidence-veil summary").first.click()
    page.wait_for_function(f"{shown} === 1")
    page.get_by_role("button", name="Show all that are veiled").click()
    page.wait_for_function(f"{shown} === 2")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
