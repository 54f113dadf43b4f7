"""The timeline of a case: in people's words, at the days of the facts, and only what the viewer may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.ledger.context import change
from cases.models import DiscoveryReport, Site, SiteVisit
from cases.services.record import create_record
from cases.timeline import Period, events_of
from cases.workflows import SITE
from remains.models import Find, StatedMinimum
from tests.actors import INSTALLER, SINCE, Cast, make_find
from tests.cases.test_admin_base import browser
from tests.scene import DAY, Scene


def told(cast: Cast, person: Any, **narrowed: Any) -> list[str]:
    return [event.sentence for event in events_of(cast.case_a, person, **narrowed)]


def reported(cast: Cast, **values: Any) -> DiscoveryReport:
    fields: dict[str, Any] = {"received_on": DAY, "received_by": "Duty officer", "account": "Bones."}
    report = DiscoveryReport(case=cast.case_a, **{**fields, **values})
    create_record(actor=cast.investigator, record=report)
    return report


def test_a_fact_stands_at_its_own_day_and_a_recording_at_its_time(cast: Cast) -> None:
    reported(cast)
    SITE.apply(actor=cast.investigator, record=cast.site_a, name="verify")
    events = {event.sentence: event for event in events_of(cast.case_a, cast.prosecutor)}
    report = events["Report received by Duty officer"]
    assert (report.day, report.on, report.actor_name) == (DAY, DAY, "Investigator")
    verified = events["Site KHJ01 Site KHJ01 is now: verified"]
    assert (verified.day, verified.on) == (None, timezone.localdate())
    assert list(events).index(report.sentence) < list(events).index(verified.sentence)


def test_an_uncertain_day_is_said_in_words(cast: Cast) -> None:
    visit = SiteVisit(case=cast.case_a, site=cast.site_a, visited_edtf="2024-02", purpose="first look")
    create_record(actor=cast.investigator, record=visit)
    (event,) = [event for event in events_of(cast.case_a, cast.prosecutor) if event.kind == "cases.sitevisit"]
    assert (event.day, event.day_in_words) == (dt.date(2024, 2, 1), "February 2024")


def test_finds_are_told_by_the_day_and_the_first_as_the_first(cast: Cast) -> None:
    with change(INSTALLER, "tests.timeline.made"):
        for serial in range(2, 6):
            make_find(cast.site_a, serial, found_on=DAY if serial < 5 else DAY + dt.timedelta(days=1))
    assert [sentence for sentence in told(cast, cast.prosecutor) if "find" in sentence.lower()] == [
        "First finds at KHJ01 Site KHJ01, 3 of them: KHJ01-0002 to KHJ01-0004",
        "1 find at KHJ01 Site KHJ01: KHJ01-0005",
    ]


def test_at_least_so_many_is_told_as_its_source_stated_it(cast: Cast) -> None:
    stated = StatedMinimum(
        case=cast.case_a, site=cast.site_a, minimum=4, source="Office", stated_on=dt.date(2024, 2, 23)
    )
    create_record(actor=cast.prosecutor, record=stated)
    assert "At least 4 people at KHJ01 Site KHJ01, as stated by Office" in told(cast, cast.liaison)


def test_what_was_withdrawn_is_not_told(cast: Cast) -> None:
    from cases.services.record import withdraw_record

    report = reported(cast)
    withdraw_record(actor=cast.investigator, record=report, reason="twice")
    assert not any("Report" in sentence for sentence in told(cast, cast.prosecutor))


def test_the_liaison_is_told_nothing_of_the_investigation_then_or_now(cast: Cast) -> None:
    report = reported(cast, handling="investigation")
    sentence = "Report received by Duty officer"
    assert sentence in told(cast, cast.prosecutor)
    assert sentence not in told(cast, cast.liaison)
    with change(INSTALLER, "tests.timeline.opened"):
        DiscoveryReport.objects.filter(pk=report.pk).update(handling="open")
    (event,) = [event for event in events_of(cast.case_a, cast.liaison) if event.sentence == sentence]
    assert event.actor_name == INSTALLER.name, "who recorded it while it was kept from them is not told"


def test_words_that_tell_where_an_unprotected_site_is_are_left_out_for_the_liaison(cast: Cast) -> None:
    visit = SiteVisit(
        case=cast.case_a, site=cast.site_a, visited_edtf="2024-02-22", purpose="behind the mosque"
    )
    create_record(actor=cast.investigator, record=visit)
    assert any("behind the mosque" in sentence for sentence in told(cast, cast.prosecutor))
    assert not any("mosque" in sentence for sentence in told(cast, cast.liaison))


def test_a_period_and_a_kind_narrow_it(cast: Cast) -> None:
    reported(cast)
    reported(cast, received_on=dt.date(2024, 3, 1))
    assert len(told(cast, cast.prosecutor, kind="cases.discoveryreport")) == 2
    march = Period(dt.date(2024, 3, 1), dt.date(2024, 3, 31))
    events = events_of(cast.case_a, cast.prosecutor, kind="cases.discoveryreport", period=march)
    assert [event.on for event in events] == [dt.date(2024, 3, 1)]


def page_of(cast: Cast, settings: Any, viewer: Any, **query: Any) -> Any:
    return browser(viewer, settings).get(reverse("admin:cases_case_timeline", args=[cast.case_a.pk]), query)


def test_a_period_upside_down_is_refused_with_the_two_days(cast: Cast, settings: Any) -> None:
    page = page_of(cast, settings, cast.prosecutor, first="2024-03-01", last="2024-02-01")
    assert page.status_code == 422
    assert "ends on 2024-02-01, before it begins on 2024-03-01" in page.content.decode()


def test_the_page_is_narrowed_by_who_recorded_and_pages_through(cast: Cast, settings: Any) -> None:
    for day in range(1, 29):
        reported(cast, received_on=dt.date(2024, 2, day))
        reported(cast, received_on=dt.date(2023, 2, day))
    page = page_of(cast, settings, cast.prosecutor, person=str(cast.investigator.pk))
    assert (page.context["number"], page.context["page"].paginator.num_pages) == (56, 2)
    whole = page_of(cast, settings, cast.prosecutor, person=str(cast.investigator.pk), whole="1")
    assert whole.context["page"].paginator.num_pages == 1
    assert whole.content.decode().count("Report received by Duty officer") == 56
    assert page_of(cast, settings, cast.outsider).status_code == 404


def test_a_timeline_asks_as_often_for_more_records(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)

    def asked() -> int:
        page_of(cast, settings, cast.auditor)
        with CaptureQueriesContext(connection) as queries:
            page_of(cast, settings, cast.auditor)
        return len(queries)

    Scene(cast.case_a, mark="one").fill(1)
    few = asked()
    Scene(cast.case_a, mark="more", begin=100).fill(4)
    assert asked() == few
    assert Find.objects.filter(found_on__isnull=False).count() == 0
    assert Site.objects.filter(case=cast.case_a).count() > 5
    assert timezone.localdate() > SINCE
