"""Casework in a real browser: a direction and a release gone through by those whose work it is, with axe beside."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases import topics
from cases.models import Direction, Observation, Sharing
from tests.actors import Cast
from tests.browser import WIDTHS, Desk
from tests.cases.test_direction import given
from tests.remains.test_browser_individual import faults

pytestmark = pytest.mark.browser


def sent(page: Any, button: str) -> None:
    """Press a button, and wait for the page that follows."""
    with page.expect_navigation():
        page.click(button)


def test_a_direction_goes_from_one_to_the_other_by_the_keyboard_alone(desk: Desk, cast: Cast) -> None:
    direction = given(cast, about=cast.site_a)
    page = desk.open(cast.investigator, reverse("admin:cases_direction_change", args=[direction.pk]), 360)
    page.focus("button:has-text('Take it on')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.focus("a:has-text('Report the result')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.type("He saw nothing")  # the field has the focus already
    page.focus(".taphos-buttons button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    decision = desk.open(cast.prosecutor, reverse("admin:cases_case_decisions"), 360)
    sent(decision, ".taphos-lines a")
    found = faults(decision)
    decision.focus("#id_reason_refuse")
    decision.keyboard.type("Ask his colleague too")
    decision.keyboard.press("Tab")
    with decision.expect_navigation():
        decision.keyboard.press("Enter")
    direction.refresh_from_db()
    assert (direction.status, direction.answer) == ("returned", "Ask his colleague too")
    assert found == []
    assert Direction.objects.get().result == "He saw nothing"


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_shared_and_observed_is_chosen_and_read_without_grave_faults(
    desk: Desk, cast: Cast, width: int
) -> None:
    record = {"record": topics.address_of(cast.site_a)}
    page = desk.open(
        cast.prosecutor, f"{reverse('admin:cases_sharing_add')}?record={record['record']}", width
    )
    found = faults(page)
    page.check("#field_name")
    page.check("#recipient_icrc")
    page.fill("#id_body", "ICRC delegation")
    page.fill("#id_basis", "by agreement")
    sent(page, ".taphos-buttons button")
    assert Sharing.objects.get().content[0]["value"] == "Site KHJ01"
    for name in ("disclosure_add", "direction_add", "proceeding_add", "direction_changelist"):
        page.goto(f"{desk.address}{reverse(f'admin:cases_{name}')}")
        found += faults(page)
    liaison = desk.open(
        cast.liaison, f"{reverse('admin:cases_observation_add')}?record={record['record']}", width
    )
    found += faults(liaison)
    liaison.fill("#id_text", "The fence is open")
    liaison.check("input[name=handling][value=humanitarian]")
    sent(liaison, "button[name=_save]")
    assert Observation.objects.get().handling == "humanitarian"
    for name in ("sharing_changelist", "enquiry_add", "observation_changelist"):
        liaison.goto(f"{desk.address}{reverse(f'admin:cases_{name}')}")
        found += faults(liaison)
    assert found == []
