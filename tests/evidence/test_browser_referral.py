"""One find in Chromium, from its label to the report on it, by the five people whose work it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases.ledger.context import change
from evidence.labels.tokens import read_token
from evidence.models import Photograph, Referral, Result
from remains.models import Estimate, Find
from tests.actors import INSTALLER, SINCE, Cast
from tests.browser import Desk
from tests.evidence.files import jpeg, pdf, picture
from tests.evidence.printed import codes, text_of
from tests.evidence.sent import SOON, TODAY

pytestmark = pytest.mark.browser

#: By the person, the page that is open for them.
Pages = dict[str, Any]


def press(page: Any, button: str) -> None:
    """Press a button or follow a link, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator("#main").locator(button).first.click()


def at_desk(desk: Desk, cast: Cast, pages: Pages, name: str, path: str) -> Any:
    """Return the page of a person, on this path."""
    if name in pages:
        pages[name].goto(desk.address + path)
    else:
        pages[name] = desk.open(cast.people[name], path, 360 if name == "laboratory" else 1280)
    return pages[name]


def label(page: Any, find: Find) -> str:
    """Print the label of a find from its page, and return what its code says to a scanner."""
    page.goto(page.url.split("/admin")[0] + reverse("admin:labels", args=["find"]) + f"?id={find.pk}")
    printed = page.context.request.post(
        page.url,
        form={
            "csrfmiddlewaretoken": page.input_value("input[name=csrfmiddlewaretoken]"),
            "id": str(find.pk),
            "format": page.input_value("input[name=format]:checked"),
            "first": "1",
        },
        headers={"Referer": page.url},
    )
    [code] = set(codes(printed.body(), dpi=200))
    return code


def test_a_find_is_labelled_photographed_referred_examined_and_accepted(
    desk: Desk, cast: Cast, tmp_path: Path
) -> None:
    with change(INSTALLER, "tests.find.lifted"):
        Find.objects.filter(pk=cast.find_a.pk).update(status="lifted", lifted_on=SINCE)
    find = Find.objects.get(pk=cast.find_a.pk)
    at = reverse("admin:remains_find_change", args=[find.pk])
    pages: Pages = {}

    # The investigator labels and photographs it, takes it into custody, and asks for the examination.
    page = at_desk(desk, cast, pages, "investigator", at)
    code = label(page, find)
    named = read_token(code.rsplit("/", 1)[-1])
    assert named is not None
    assert named[1] == find.pk
    page.goto(desk.address + at)
    press(page, "a:has-text('Add photographs')")
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(jpeg(picture(900, 600, shade=91)))
    page.set_input_files("#id_files", [file])
    page.get_by_role("button", name="Upload").click()
    page.wait_for_selector(".evidence-file-done")
    page.goto(desk.address + at)
    press(page, "a:has-text('Take into custody')")
    press(page, "button[name=act]")
    page.goto(desk.address + reverse("admin:evidence_referral_add"))
    page.select_option("#id_laboratory", str(cast.laboratory_agency.pk))
    page.select_option("#id_urgency", "routine")
    page.fill("#id_due_on", SOON.isoformat())
    page.fill("#id_background", "Fragments from wet ground.")
    page.select_option("#id_examinations-0-kind", "examination.anthropology")
    page.fill("#id_examinations-0-question", "How old was this person?")
    press(page, "[name=_save]")
    page.fill("#id_numbers", code)
    page.fill("#id_asked", "Age, if it can be told.")
    press(page, ".remains-main")
    press(page, "button:has-text('Submit for approval')")
    referral = Referral.objects.get()
    assert referral.status == "requested"
    # Handed over to the custodian, who will send it.
    page.goto(desk.address + at)
    press(page, "a:has-text('Hand over')")
    page.select_option("#id_person", str(cast.custodian.pk))
    page.fill("#id_purpose", "to be sent to the laboratory")
    press(page, "button[name=act]")

    # The prosecutor approves, on the page of what waits for a decision.
    page = at_desk(desk, cast, pages, "prosecutor", reverse("admin:evidence_referral_change", args=[referral.pk]))
    press(page, "button:has-text('Approve')")

    # The custodian scans the label, accepts it, seals it, and sends it.
    page = at_desk(desk, cast, pages, "custodian", "/i/" + code.rsplit("/", 1)[-1])
    press(page, "button.remains-main")
    page.goto(desk.address + at)
    press(page, "a:has-text('Seal')")
    page.fill("#id_number", "S-100")
    press(page, "button[name=act]")
    page.goto(desk.address + reverse("admin:evidence_referral_change", args=[referral.pk]))
    press(page, "a:has-text('Dispatch')")
    page.fill("#id_carried_by", "courier 7")
    press(page, ".remains-main")

    # The laboratory, on a phone: what was sent to it, and nothing else.
    page = at_desk(desk, cast, pages, "laboratory", reverse("admin:index"))
    page.goto(desk.address + reverse("admin:evidence_laboratory"))
    press(page, f"a:has-text('{Referral.objects.get().reference}')")
    press(page, "a:has-text('Say how the items arrived')")
    page.fill("#id_item1-condition_seen", "dry, bag closed")
    page.fill("#id_item1-seal_seen", "S-100")
    page.select_option("#id_item1-seal_intact", "yes")
    press(page, ".remains-main")
    press(page, "button:has-text('Receive')")
    press(page, "button:has-text('Begin')")
    press(page, "a.taphos-main:has-text('Answer')")
    page.select_option("#id_outcome", "answered")
    page.fill("#id_answer", "Open growth plates of the femur.")
    page.fill("#id_method", "radiographs")
    page.fill("#id_analyst", "A. N.")
    page.fill("#id_examined_on", TODAY.isoformat())
    press(page, "[name=_finding]")
    press(page, "a:has-text('age')")
    page.fill("#id_age_min_years", "4")
    page.fill("#id_age_max_years", "6")
    page.select_option("#id_certainty", "presumed")
    page.fill("#id_basis", "growth plates")
    press(page, ".remains-main")
    press(page, "a:has-text('File an expert report')")
    paper = tmp_path / "report.pdf"
    paper.write_bytes(pdf(2))
    page.fill("#id_title", "Report on the fragments")
    page.set_input_files("#id_file", [paper])
    press(page, ".remains-main")
    press(page, "button:has-text('Report')")
    assert Referral.objects.get().status == "reported"

    # The anthropologist reads it, takes the finding over, and accepts the report.
    page = at_desk(desk, cast, pages, "anthropologist", reverse("admin:evidence_referral_change", args=[referral.pk]))
    press(page, "a:has-text('Accept')")
    press(page, ".remains-main")
    page.goto(desk.address + reverse("admin:evidence_referral_change", args=[referral.pk]))
    press(page, "button:has-text('Accept')")
    assert Referral.objects.get().status == "accepted"
    assert Estimate.objects.get().find == find
