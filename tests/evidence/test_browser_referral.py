"""One find in Chromium, from its label to the report on it, by the five people whose work it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases.ledger.context import change
from evidence.models import Photograph, Referral
from remains.models import Estimate, Find
from tests.actors import INSTALLER, SINCE, Cast
from tests.browser import Desk
from tests.evidence.files import jpeg, pdf, picture
from tests.evidence.printed import codes, text_of
from tests.evidence.sent import SOON, TODAY

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Way:
    """The find on its way, and the page that is open for each person."""

    desk: Desk
    cast: Cast
    folder: Path
    pages: dict[str, Any] = field(default_factory=dict)

    @property
    def find(self) -> str:
        """Return the address of the find."""
        return reverse("admin:remains_find_change", args=[self.cast.find_a.pk])

    @property
    def referral(self) -> str:
        """Return the address of the only referral."""
        return reverse("admin:evidence_referral_change", args=[Referral.objects.get().pk])

    def go(self, name: str, path: str) -> Any:
        """Return the page of a person, on this path; the laboratory works on a phone."""
        if name not in self.pages:
            width = 360 if name == "laboratory" else 1280
            self.pages[name] = self.desk.open(self.cast.people[name], path, width)
        else:
            self.pages[name].goto(self.desk.address + path)
        return self.pages[name]

    def file(self, name: str, data: bytes) -> Path:
        """Return a file that somebody has on their machine."""
        path = self.folder / name
        path.write_bytes(data)
        return path


def press(page: Any, button: str) -> None:
    """Press a button or follow a link, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator("#main").locator(button).first.click()


def fill(page: Any, **values: str) -> None:
    """Fill fields by their names; one that offers choices is chosen from."""
    for name, value in values.items():
        at = f"#id_{name.replace('__', '-')}"
        if page.locator(at).evaluate("field => field.tagName") == "SELECT":
            page.select_option(at, value)
        else:
            page.fill(at, value)


def label_and_photograph(way: Way) -> str:
    """Print the label of the find and add a photograph; return what the code on the label says."""
    page = way.go("investigator", f"{reverse('admin:labels', args=['find'])}?id={way.cast.find_a.pk}")
    printed = page.context.request.post(
        page.url,
        form={
            "csrfmiddlewaretoken": page.input_value("input[name=csrfmiddlewaretoken] >> nth=0"),
            "id": str(way.cast.find_a.pk),
            "format": page.input_value("input[name=format]:checked"),
            "first": "1",
        },
        headers={"Referer": page.url},
    )
    [code] = set(codes(printed.body(), dpi=200))
    way.go("investigator", way.find)
    press(page, "a:has-text('Add photographs')")
    page.set_input_files("#id_files", [way.file("IMG_1.jpg", jpeg(picture(900, 600, shade=91)))])
    page.get_by_role("button", name="Upload").click()
    page.wait_for_selector(".evidence-file-done")
    return code


def take_and_ask(way: Way, code: str) -> None:
    """Take the find into custody, ask for its examination, and hand it over to the custodian."""
    page = way.go("investigator", way.find)
    press(page, "a:has-text('Take into custody')")
    press(page, "button[name=act]")
    way.go("investigator", reverse("admin:evidence_referral_add"))
    fill(page, laboratory=str(way.cast.laboratory_agency.pk), urgency="routine", due_on=SOON.isoformat())
    fill(page, examinations__0__kind="examination.anthropology", examinations__0__question="How old?")
    press(page, "[name=_save]")
    fill(page, numbers=code, asked="Age, if it can be told.")
    press(page, ".remains-main")
    press(page, "button:has-text('Submit for approval')")
    way.go("investigator", way.find)
    press(page, "a:has-text('Hand over')")
    fill(page, person=str(way.cast.custodian.pk), purpose="to be sent to the laboratory")
    press(page, "button[name=act]")


def approve_and_send(way: Way, code: str) -> None:
    """Approve as prosecutor; scan the label as custodian, accept the find, seal it, and dispatch it."""
    press(way.go("prosecutor", way.referral), "button:has-text('Approve')")
    page = way.go("custodian", "/i/" + code.rsplit("/", 1)[-1])
    press(page, "button.remains-main")
    way.go("custodian", way.find)
    press(page, "a:has-text('Seal')")
    fill(page, number="S-100")
    press(page, "button[name=act]")
    way.go("custodian", way.referral)
    press(page, "a:has-text('Dispatch')")
    fill(page, carried_by="courier 7")
    press(page, ".remains-main")


def examine(way: Way) -> None:
    """Take the find over as laboratory, answer, propose a finding, and report; no page of the case is there."""
    page = way.go("laboratory", reverse("admin:evidence_laboratory"))
    for path in (way.find, way.referral, reverse("admin:cases_case_change", args=[way.cast.case_a.pk])):
        assert page.context.request.get(way.desk.address + path).status == 404
    press(page, f"a:has-text('{Referral.objects.get().reference}')")
    press(page, "a:has-text('Say how the items arrived')")
    fill(page, item1__condition_seen="dry, bag closed", item1__seal_seen="S-100", item1__seal_intact="yes")
    press(page, ".remains-main")
    press(page, "button:has-text('Acknowledge receipt')")
    press(page, "button:has-text('Begin the examination')")
    press(page, "a.taphos-main:has-text('Answer')")
    fill(page, outcome="answered", answer="Open growth plates.", method="radiographs", analyst="A. N.")
    fill(page, examined_on=TODAY.isoformat())
    press(page, "[name=_finding]")
    press(page, "a[href*='kind=age']")
    fill(page, age_min_years="4", age_max_years="6", certainty="presumed", basis="growth plates")
    press(page, ".remains-main")
    press(page, "a:has-text('File an expert report')")
    fill(page, title="Report on the bone")
    page.set_input_files("#id_file", [way.file("report.pdf", pdf(2))])
    press(page, ".remains-main")
    assert way.cast.case_a.number not in page.inner_text("body")
    press(page, "button:has-text('Send the report')")


def decide(way: Way) -> None:
    """Take the finding over as anthropologist, and accept the report."""
    page = way.go("anthropologist", way.referral)
    press(page, ".referral-findings a.taphos-main")
    press(page, ".remains-main")
    way.go("anthropologist", way.referral)
    press(page, "button:has-text('Accept the report')")


def test_a_find_is_labelled_photographed_referred_examined_and_accepted(
    desk: Desk, cast: Cast, tmp_path: Path
) -> None:
    with change(INSTALLER, "tests.find.lifted"):
        Find.objects.filter(pk=cast.find_a.pk).update(status="lifted", lifted_on=SINCE)
    way = Way(desk, cast, tmp_path)
    code = label_and_photograph(way)
    take_and_ask(way, code)
    approve_and_send(way, code)
    examine(way)
    decide(way)
    referral = Referral.objects.get()
    assert referral.status == "accepted"
    assert Estimate.objects.get().find == cast.find_a
    assert len(way.pages) == 5

    certificate = reverse("admin:report", args=["custody-find", cast.find_a.pk])
    pdf_made = way.pages["custodian"].context.request.get(desk.address + certificate).body()
    told = text_of(pdf_made)
    steps = (
        "Draft",
        "Awaits approval",
        "Approved",
        "Dispatched",
        "Received",
        "In examination",
        "Reported",
        "Accepted",
    )
    for words in (
        *(cast.find_a.number, Photograph.objects.get().number, referral.number, *steps),
        *("to be sent to the laboratory", "S-100", "courier 7", "dry, bag closed"),
        "Anthropology: answered, by A. N.",
        *(cast.people[name].full_name for name in way.pages),
    ):
        assert words in told, words
    assert code in set(codes(pdf_made, dpi=200))
