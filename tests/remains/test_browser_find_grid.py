"""The grid in a real browser: rows out of a spreadsheet, moving by keyboard, cards on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from remains.models import Find
from tests.actors import Cast
from tests.browser import Desk

pytestmark = pytest.mark.browser

GRID = reverse("admin:remains_find_grid")
PASTE = """([id, text]) => {
    const cell = document.getElementById(id);
    cell.focus();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def paste(page: Any, cell: str, rows: list[str]) -> None:
    page.evaluate(PASTE, [cell, "\r\n".join(rows) + "\r\n"])


def test_rows_of_a_spreadsheet_are_pasted_and_logged(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.investigator, GRID)
    paste(page, "id_row1-category", ["Bone\tseen\t\t\tprone\t1,5\t2,5\t0,1\t1", "body\t\tabsent"])
    assert page.input_value("#id_row1-category") == "bone"
    assert page.input_value("#id_row2-blindfold") == "absent"
    page.click("button.remains-main")
    page.wait_for_selector(".remains-done")
    assert page.locator(".remains-done a").all_inner_texts() == ["KHJ01-0002", "KHJ01-0003"]
    first = Find.objects.get(number="KHJ01-0002")
    assert (first.bindings, first.position, str(first.easting_m)) == ("present", "prone", "1.500")


def test_a_pasted_word_that_is_no_choice_is_named_and_not_lost(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.investigator, GRID)
    paste(page, "id_row1-category", ["bone\tseen", "femur\tseen"])
    assert "femur" in page.inner_text("#grid_said")
    page.click("button.remains-main")
    assert page.evaluate("document.activeElement.id") == "id_row2-category"
    assert Find.objects.filter(site=cast.site_a).count() == 1
    page.select_option("#id_row2-category", "bone")
    page.click("button.remains-main")
    page.wait_for_selector(".remains-done")
    assert Find.objects.filter(site=cast.site_a).count() == 3


def test_a_paste_longer_than_the_grid_adds_rows_up_to_its_limit(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.investigator, GRID)
    paste(page, "id_row1-category", ["bone"] * 203)
    assert page.locator("#grid tbody tr").count() == 200
    assert "3" in page.inner_text("#grid_said")


def test_cells_are_left_by_enter_tab_and_arrows(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.investigator, GRID)
    page.focus("#id_row1-position")
    steps = [
        ("Enter", "id_row2-position"),
        ("ArrowDown", "id_row3-position"),
        ("ArrowUp", "id_row2-position"),
        ("Shift+Enter", "id_row1-position"),
        ("Tab", "id_row1-easting_m"),
        ("ArrowLeft", "id_row1-position"),
        ("ArrowLeft", "id_row1-clothing"),
        ("ArrowRight", "id_row1-position"),
    ]
    for key, cell in steps:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == cell, key
    assert page.input_value("#id_row1-clothing") == ""
    page.focus("#id_row20-position")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_row21-position"


def test_on_a_phone_rows_are_cards_that_appear_as_they_are_needed(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.investigator, GRID, width=360, height=740)
    assert page.locator("#grid tbody tr:visible").count() == 1
    page.select_option("#id_row1-category", "bone")
    assert page.locator("#grid tbody tr:visible").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.click("button.remains-main")
    page.wait_for_selector(".remains-done")
    assert Find.objects.filter(number="KHJ01-0002").exists()
