"""Reading `docs/tasks.md`, a case in which every task is to be done, and the links of a page."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from cases.ledger.context import change
from cases.models import AccessLogEntry, DiscoveryReport, Observation, Site
from cases.services import case as case_service
from cases.services import observation
from evidence.models import FileAlarm
from evidence.services import custody_answer, seal
from evidence.services.custody_answer import Arrival
from remains.models import Assessment, Estimate, Find
from remains.services.assessment import draft
from tests.actors import INSTALLER, SINCE, Cast, make_find
from tests.cases.test_direction import done, given
from tests.cases.test_enquiry import asked
from tests.cases.test_enquiry import step as step_of
from tests.cases.test_sharing import shared
from tests.evidence.sent import answer, sent
from tests.evidence.things import accepted, events, held, room
from tests.evidence.things import sent as consigned
from tests.remains.bones import bone
from tests.remains.counted import second_anthropologist
from tests.scene import Scene

PAGE = Path(__file__).parents[2] / "docs" / "tasks.md"
#: Which person of the cast walks the tasks of a role; the others are called as their role.
WALKERS = {"ICRC liaison": "liaison", "Laboratory analyst": "laboratory", "Evidence custodian": "custodian"}


@dataclass(frozen=True)
class Task:
    """One line of the page."""

    role: str
    what: str
    clicks: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"{self.role}: {self.what}"

    @property
    def walker(self) -> str:
        """Return who of the cast walks it."""
        return WALKERS.get(self.role, self.role.lower())


def tasks() -> list[Task]:
    """Return every task of the page, by role."""
    found, role = [], ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            role = line.removeprefix("## ").strip()
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[0] not in {"to do", "---"}:
            what, first, then, place = cells
            found.append(Task(role, what, tuple(click for click in (first, then) if click), place))
    return found


#: What a word in italics stands for: a link to a page of this name.
KINDS = {
    "a site": "cases_site_change",
    "a find": "remains_find_change",
    "a report": "cases_discoveryreport_change",
    "a direction": "cases_direction_change",
    "a decision": "cases_case_decide",
    "a referral": "evidence_referral_change",
    "an estimate": "remains_estimate_change",
    "an assessment": "remains_assessment_change",
    "a waiting referral": "evidence_laboratory_referral",
    "your case": "cases_case_change",
    "a case": "cases_case_change",
    "what changed in your case": "cases_case_changes",
    "a consignment": "evidence_consignment_change",
    "a hand-over": "evidence_custodyevent_change",
    "an item in custody": "evidence_holding_change",
    "a place": "evidence_storageplace_change",
    "an enquiry": "cases_enquiry_change",
    "an observation": "cases_observation_change",
    "a record shared": "cases_sharing_change",
    "a disclosure": "cases_disclosure_change",
    "a team member": "cases_membership_change",
    "an update": "cases_publicupdate_change",
    "an entry": "cases_accesslogentry_change",
    "an alarm": "evidence_filealarm_change",
    "an account": "cases_user_change",
    "an agency": "cases_agency_change",
    "an appointment": "cases_appointment_change",
    "a stated number": "remains_statedminimum_change",
    "the work of a person": "cases_direction_changelist",
}


@dataclass
class Link:
    """One link of a page: what it says, and where it leads."""

    words: str
    href: str

    @property
    def leads_to(self) -> str:
        """Return the name of the page."""
        try:
            return str(resolve(urlsplit(self.href).path).url_name)
        except Resolver404:
            return ""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Link] = []
        self._open: Link | None = None
        self._icon = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._icon = "material-symbols" in (given.get("class") or "")
        if tag == "a" and given.get("href"):
            self._open = Link(given.get("aria-label") or "", given["href"] or "")
            self.found.append(self._open)

    def handle_endtag(self, tag: str) -> None:
        self._icon = False
        if tag == "a":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and not self._icon:
            self._open.words += f" {data}"


def links(html: str) -> list[Link]:
    """Return the links of a page, in their order."""
    parser = _Links()
    parser.feed(html)
    return parser.found


def plain(words: str) -> str:
    """Return words as the page of tasks has them: without numbers and the endings of plurals."""
    told = re.sub(r"^[!\d,+ ]+", "", re.sub(r"\s+", " ", words).strip())
    return " ".join(word.rstrip("s") for word in told.split()).lower()


def fits(link: Link, click: str) -> bool:
    """Say whether a link is the one that a cell means."""
    italic = re.search(r"\*(.+?)\*", click)
    before = plain(click[: italic.start()]) if italic else plain(click)
    if italic is None:
        said = plain(link.words)
        return said == before or said.startswith(f"{before} :")
    if before:
        return plain(link.words).startswith(before)
    return link.leads_to == KINDS[italic[1]]


def _shared_and_asked(cast: Cast) -> None:
    """Leave something between the team and the ICRC: a question answered, an observation, a record that was shared."""
    step_of(cast, "prosecutor", asked(cast), "answer", "On the first of the month.")
    observation.create(
        actor=cast.investigator,
        record=Observation(case=cast.case_a, text="Graves are visited.", handling="open"),
        about=None,
    )
    with change(INSTALLER, "tests.tasks.made"):
        DiscoveryReport.objects.create(
            case=cast.case_a,
            received_on=SINCE,
            received_by="ICRC delegation",
            account="A family asks.",
            handling="humanitarian",
        )
    shared(cast, cast.site_a, "name")


def _handed_over(cast: Cast) -> None:
    """Leave custody undone: one thing on its way, one that came under another seal, one that lies in no place."""
    consigned(cast, held(cast))
    accepted(consigned(cast, held(cast)), cast.custodian)
    thing = held(cast)
    on_it = seal.apply_seal(actor=cast.investigator, item=thing, number="S-87")
    [event] = events(consigned(cast, thing))
    seal.break_seal(actor=cast.custodian, seal=on_it, reason="torn on arrival")
    custody_answer.accept(actor=cast.custodian, arrivals=[Arrival(event, seal="S-88", remark="put over it")])
    room(cast)
    with change(INSTALLER, "tests.tasks.made"):
        FileAlarm.objects.create(sha256="0" * 64, kind="missing", noticed_by="check")


def world(cast: Cast) -> None:
    """Leave something to do for everybody."""
    Scene(cast.case_a, mark="open", begin=50).fill(1)
    with change(INSTALLER, "tests.tasks.made", reason="moved"):
        common: dict[str, Any] = {"case": cast.case_a}
        DiscoveryReport.objects.create(received_on=SINCE, received_by="Officer", account="Bones.", **common)
        for serial, states in (
            (11, ("lifted",)),
            (12, ("lifted", "in_transit")),
            (13, ("lifted", "received")),
            (14, ("lifted", "received", "examination")),
        ):
            find = make_find(cast.site_a, serial, lifted_on=SINCE)
            for status in states:
                Find.objects.filter(pk=find.pk).update(status=status)
        for low in (5, 30):
            Estimate.objects.create(
                find=cast.find_a,
                kind="age",
                age_min_years=low,
                age_max_years=low + 5,
                certainty="presumed",
                method="teeth",
                basis="seen",
                observer="Somebody",
                **common,
            )
    bones = [bone(cast.find_a, "femur", side, 6) for side in ("left", "right")]
    more = [bone(cast.find_a, "tibia", side, 6) for side in ("left", "right")]
    given(cast)
    done(cast)
    _shared_and_asked(cast)
    _handed_over(cast)
    draft(
        actor=second_anthropologist(cast),
        record=Assessment(case=cast.case_a, site=cast.site_a, reasoning="By the femora."),
        reading="determined",
    )
    for subject, until in zip((*bones, *more), ("request", "approve", "dispatch", "report"), strict=True):
        sent(cast, subject, until=until)
    arms = [bone(cast.find_a, "humerus", side, 6) for side in ("left", "right")]
    examined = [sent(cast, subject, until="begin") for subject in arms]
    answer(cast, examined[0].items.get())
    case_service.propose_closure(actor=cast.second_prosecutor, case=cast.case_a, reason="all was returned")
    for person in cast.people.values():
        for days in (9, 0):
            AccessLogEntry.objects.create(
                kind="signed_in",
                user_id=person.pk,
                user_name=person.full_name,
                channel="admin",
                case_id=None,
                at=dt.datetime.now(dt.UTC) - dt.timedelta(days=days),
            )
    assert Site.objects.filter(status="reported").exists()
