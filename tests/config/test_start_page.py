"""The start page and the menu: by the work, and each person's own."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cases.models import DiscoveryReport
from cases.services.case import propose_closure
from cases.services.record import create_record
from config.navigation import sidebar
from config.start.page import start_page
from remains.models import Assessment
from remains.services.assessment import draft
from tests.actors import Cast
from tests.cases.test_admin_base import browser
from tests.remains.bones import bone
from tests.remains.counted import second_anthropologist


def menu(person: Any, rf: Any) -> set[str]:
    request = rf.get("/admin/")
    request.user = person
    return {str(item["title"]) for group in sidebar(request) for item in group["items"]}


def test_each_role_has_the_menu_of_its_work(cast: Cast, rf: Any) -> None:
    assert {"Log a find", "Sites", "Finds", "My cases"} <= menu(cast.investigator, rf)
    assert "Log a find" not in menu(cast.prosecutor, rf)
    accounts = {"People", "Agencies", "Appointments", "Code lists"}
    assert accounts <= menu(cast.administrator, rf)
    assert not menu(cast.administrator, rf) & {"My cases", "Sites", "Finds", "Referrals"}
    assert "Access log" in menu(cast.auditor, rf)
    assert "Access log" not in menu(cast.supervisor, rf)
    assert menu(cast.nobody, rf) == set()


def test_who_is_on_no_case_is_told_whom_to_ask(cast: Cast, settings: Any) -> None:
    page = browser(cast.nobody, settings).get(reverse("admin:index")).content.decode()
    assert "You are not on any case yet" in page
    assert "A-1" not in page


def test_a_case_is_a_card_of_its_members_only(cast: Cast) -> None:
    assert [card.case for card in start_page(cast.investigator).cards] == [cast.case_a]
    assert [card.case for card in start_page(cast.outsider).cards] == [cast.case_b]
    assert start_page(cast.administrator).cards == []
    assert start_page(cast.administrator).accounts


def test_a_closure_waits_for_the_other_prosecutor_only(cast: Cast) -> None:
    propose_closure(actor=cast.prosecutor, case=cast.case_a, reason="done")
    assert numbers(cast.second_prosecutor)["decisions.closure"] == 1
    for person in (cast.prosecutor, cast.investigator):
        assert "decisions.closure" not in numbers(person)


def numbers(person: Any) -> dict[str, int]:
    return {number.name: number.value for number in start_page(person).numbers}


def test_a_reported_site_waits_for_the_investigator(cast: Cast) -> None:
    assert numbers(cast.investigator)["cases.sites_reported"] == 1
    assert numbers(cast.liaison) == {}


def test_a_drafted_assessment_waits_for_another_anthropologist_only(cast: Cast) -> None:
    bone(cast.find_a, "femur", "left", 6)
    record = Assessment(case=cast.case_a, site=cast.site_a, reasoning="One femur.")
    draft(actor=cast.anthropologist, record=record, reading="determined")
    other = second_anthropologist(cast)
    assert numbers(other)["decisions.assessment"] == 1
    assert "decisions.assessment" not in numbers(cast.anthropologist)
    assert numbers(cast.anthropologist)["remains.assessments_drafted"] == 1
    for person in (cast.investigator, cast.outsider):
        assert not {name for name in numbers(person) if name.startswith(("remains.assessments", "decisions"))}


def test_loose_reports_and_located_finds_wait_for_the_investigator(cast: Cast) -> None:
    report = DiscoveryReport(
        case=cast.case_a, received_on="2024-02-21", received_by="Duty officer", account="Bones were seen."
    )
    create_record(actor=cast.investigator, record=report)
    waiting = numbers(cast.investigator)
    assert (waiting["remains.finds_located"], waiting["cases.reports_loose"]) == (1, 1)
    assert "remains.finds_located" not in numbers(cast.prosecutor)


def test_somebody_with_two_roles_has_one_page(cast: Cast) -> None:
    """The outsider directs and investigates case B: what waits for both roles stands there once."""
    shown = [number.name for number in start_page(cast.outsider).numbers]
    assert len(shown) == len(set(shown))
    assert {"cases.sites_reported", "remains.finds_located"} <= set(shown)


def test_a_supervisor_sees_every_case_of_the_agency_and_no_other(cast: Cast, settings: Any) -> None:
    overseen = start_page(cast.supervisor).agency
    assert overseen is not None
    assert [(standing.case, standing.days) for standing in overseen.cases.longest] == [(cast.case_a, 0)]
    assert [(n.label, n.value) for n in overseen.site_numbers] == [("reported", 1)]
    page = browser(cast.supervisor, settings).get(reverse("admin:index")).content.decode()
    assert "All cases you oversee" in page
    assert "B-1" not in page
    assert start_page(cast.prosecutor).agency is None


def test_a_workload_names_who_drafted(cast: Cast) -> None:
    bone(cast.find_a, "femur", "left", 6)
    record = Assessment(case=cast.case_a, site=cast.site_a, reasoning="One femur.")
    draft(actor=cast.anthropologist, record=record, reading="determined")
    overseen = start_page(cast.supervisor).agency
    assert overseen is not None
    assert [(row.person, row.whole) for row in overseen.workload] == [(cast.anthropologist, 1)]
