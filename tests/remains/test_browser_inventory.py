"""The inventory sheet in a browser: a complete skeleton in a few actions, a bag of fragments, no mouse at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from remains.models import Find, Specimen
from remains.skeleton import regions
from tests.actors import Cast
from tests.browser import WIDTHS, Desk
from tests.remains.specimens import log

pytestmark = pytest.mark.browser

PASTE = """([id, text]) => {
    const cell = document.getElementById(id);
    cell.focus();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


class Counted:
    """A page on which every action of a hand is counted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.actions = 0

    def click(self, selector: str) -> None:
        self.actions += 1
        self.page.click(selector)

    def choose(self, selector: str, value: str) -> None:
        self.actions += 1
        self.page.select_option(selector, value)

    def bone(self, key: str) -> None:
        self.actions += 1
        self.page.dispatch_event(f'path[data-key="{key}"]:visible', "click")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.actions += 1
            self.page.keyboard.press(key)


def open_sheet(desk: Desk, cast: Cast, **size: int) -> Any:
    return desk.open(
        cast.anthropologist, reverse("admin:remains_find_inventory", args=[cast.find_a.pk]), **size
    )


def state(page: Any, key: str) -> str:
    return str(page.get_attribute(f'path[data-key="{key}"]', "aria-checked"))


def save(page: Any) -> None:
    with page.expect_navigation():
        page.click("#sheet_form button.remains-main")


def recorded(find: Find) -> set[tuple[str, str]]:
    rows = Specimen.objects.current().filter(find=find).values_list("element_id", "side")
    return {(element.removeprefix("element."), side) for element, side in rows}


def test_a_complete_adult_skeleton_takes_fewer_than_25_actions(desk: Desk, cast: Cast) -> None:
    hand = Counted(open_sheet(desk, cast))
    hand.choose("#cohort_of_new", "adult")
    hand.click("button[data-region=skeletonadult]")
    hand.click("button[data-region=teeth]")
    # As skeletons are: one patella is missing, and a tooth was lost before death.
    for _cycle in range(2):
        hand.bone("patella.left")
    for _cycle in range(2):
        hand.bone("tooth_36.left")
    hand.click("#sheet_form button.remains-main")
    hand.page.wait_for_selector("text=/211 added/")
    assert hand.actions < 25
    [whole] = [region.keys for region in regions() if (region.name, region.only) == ("skeleton", "adult")]
    wanted = {tuple(key.split(".")) for key in whole} - {("patella", "left")}
    assert wanted < recorded(cast.find_a)
    specimen = Specimen.objects.get(element="element.femur", side="left")
    assert (specimen.cohort, specimen.completeness, len(specimen.zones)) == ("adult", "complete", 11)
    tooth = Specimen.objects.get(element="element.tooth_36")
    assert (tooth.tooth_status_id, tooth.zones) == ("tooth_status.am_lost", [])
    assert state(hand.page, "femur.left") == "true"
    assert state(hand.page, "patella.left") == "false"


def test_a_bag_of_forty_fragments_is_pasted_and_typed(desk: Desk, cast: Cast) -> None:
    page = open_sheet(desk, cast)
    pasted = [f"Femur\t{'L' if at % 2 else 'R'}\t{at % 11 + 1}\t1\t{at + 1},5" for at in range(20)]
    pasted += ["rib\tleft\t3\t2\t4", "t7\t\t1-4", "36\t\tall", "unid_fragment\t?\t\t12\t80"] * 4
    page.evaluate(PASTE, ["row0-element", "\r\n".join(pasted)])
    for typed, side in (("hum", "left"), ("mc3", "right"), ("fib", "unsided"), ("Sacrum", None)):
        index = page.locator("#sheet_body tr.sheet-new").count()
        if not page.locator(f"#row{index}-element").count():
            page.click("#sheet_more")
        page.fill(f"#row{index}-element", typed)
        page.keyboard.press("Tab")
        if side:
            page.select_option(f"#row{index}-side", side)
    assert page.locator("#sheet_body tr.sheet-new").count() == 40
    assert "(10)" in page.get_attribute('path[data-key="femur.left"]', "aria-label")
    save(page)
    rows = Specimen.objects.filter(find=cast.find_a)
    assert rows.count() == 40
    assert rows.filter(element="element.femur", side="left").count() == 10
    assert rows.get(element="element.humerus").side == "left"
    assert rows.get(element="element.mc_3").side == "right"
    assert rows.get(element="element.sacrum").side == "axial"
    assert list(rows.filter(element="element.vert_t07").values_list("zones", flat=True)) == [[1, 2, 3, 4]] * 4
    assert str(rows.get(serial=20).weight_g) == "20.50"


def test_a_pasted_word_that_is_no_bone_is_named_and_not_lost(desk: Desk, cast: Cast) -> None:
    page = open_sheet(desk, cast)
    page.evaluate(PASTE, ["row0-element", "Wing\tleft\r\nFemur\tleft"])
    assert "Wing" in page.inner_text("#sheet_said")
    page.click("#sheet_form button.remains-main")
    assert page.evaluate("document.activeElement.id") == "row0-element"
    assert not Specimen.objects.exists()
    page.fill("#row0-element", "tibia")
    page.keyboard.press("Tab")
    save(page)
    assert recorded(cast.find_a) == {("tibia", "left"), ("femur", "left")}


def test_rows_are_typed_one_after_another_and_an_open_word_says_what_it_could_be(
    desk: Desk, cast: Cast
) -> None:
    page = open_sheet(desk, cast)
    page.focus("#row0-element")
    for typed, side in (("fem", "l"), ("scap", "r")):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
        page.keyboard.type(side)
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "row2-element"
    assert (page.input_value("#row0-element"), page.input_value("#row0-side")) == ("Femur", "left")
    page.click("#sheet_form button.remains-main")
    assert "could be Scap" in page.inner_text("#sheet_said")
    assert page.evaluate("document.activeElement.id") == "row1-element"


def test_the_skeleton_is_marked_without_a_mouse(desk: Desk, cast: Cast) -> None:
    page = open_sheet(desk, cast)
    page.focus('path[data-key="femur.right"]')
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.key") == "femur.left"
    page.keyboard.press("p")
    assert (state(page, "femur.right"), state(page, "femur.left")) == ("true", "mixed")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.key") == "femur.left"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    page.keyboard.press("x")
    assert state(page, "patella.left") == "false"
    save(page)
    rows = {row.side: row for row in Specimen.objects.filter(element="element.femur")}
    assert (rows["left"].zones, rows["left"].completeness) == ([1], None)
    assert rows["right"].completeness == "complete"


def test_what_is_recorded_is_taken_away_with_a_reason_and_a_slip_is_undone(desk: Desk, cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "right"), completeness="complete")
    page = open_sheet(desk, cast)
    page.focus('path[data-key="femur.left"]')
    page.keyboard.press("x")
    page.focus('path[data-key="femur.right"]')
    page.keyboard.press("x")
    page.click("#undo")
    assert (state(page, "femur.left"), state(page, "femur.right")) == ("false", "true")
    page.click("#sheet_form button.remains-main")
    assert page.evaluate("document.activeElement.id") == "sheet_reason"
    page.fill("#sheet_reason", "it is an animal's")
    save(page)
    assert recorded(cast.find_a) == {("femur", "right")}


def test_a_fault_of_the_service_comes_back_at_its_row(desk: Desk, cast: Cast) -> None:
    page = open_sheet(desk, cast)
    page.fill("#row1-element", "tibia")
    page.keyboard.press("Tab")
    save(page)
    [answered] = desk.complaints
    assert "422" in answered
    desk.complaints.clear()
    assert page.locator("#faults a").get_attribute("href") == "#row0-side"
    assert page.input_value("#row0-element") == "Tibia"
    page.select_option("#row0-side", "left")
    save(page)
    assert recorded(cast.find_a) == {("tibia", "left")}


def test_on_a_phone_the_sheet_fits(desk: Desk, cast: Cast) -> None:
    page = open_sheet(desk, cast, width=360, height=740)
    page.dispatch_event('path[data-key="femur.left"]:visible', "click")
    assert state(page, "femur.left") == "true"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sheet_passes_axe(desk: Desk, cast: Cast, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "left"), ("tooth_36", "left"))
    for user, path in (
        (cast.anthropologist, reverse("admin:remains_find_inventory", args=[cast.find_a.pk])),
        (cast.prosecutor, reverse("admin:remains_find_inventory", args=[cast.find_a.pk])),
        (cast.prosecutor, reverse("admin:remains_site_inventory", args=[cast.site_a.pk])),
    ):
        page = desk.open(user, path, width=width)
        found = Axe().run(page).response["violations"]
        serious = {
            rule["id"]: [n["html"][:120] for n in rule["nodes"]][:3]
            for rule in found
            if rule["impact"] in ("serious", "critical")
        }
        assert serious == {}, path
