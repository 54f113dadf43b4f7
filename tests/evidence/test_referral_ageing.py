"""Days in each state, from the ledger; what is late; who waits for what."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.case_page import at_a_glance
from cases.ledger.context import change
from config.start.page import start_page
from evidence.models import Referral
from evidence.overview import at_laboratories
from evidence.services import referral_ageing
from tests.actors import INSTALLER, Cast
from tests.evidence.sent import answer, draft, proposed, sent, step
from tests.remains.specimens import log
from tests.signed_in import signed_in

DAY = dt.timedelta(days=1)


@pytest.fixture
def bones(cast: Cast) -> Any:
    return log(cast.anthropologist, cast.find_a, ("femur", "left"), ("tibia", "left"), ("fibula", "left"))


def in_ten_days(referral: Referral, monkeypatch: pytest.MonkeyPatch) -> referral_ageing.Age:
    """Return the age of a referral after ten days and an hour."""
    later = timezone.now() + 10 * DAY + dt.timedelta(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr("evidence.services.referral_ageing.timezone.now", lambda: later)
        age = referral_ageing.ages([referral])[referral.pk]
        assert age.days_now == 10
    return age


def test_the_days_of_a_state_are_those_between_the_entries_of_the_ledger(
    cast: Cast, bones: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    age = in_ten_days(sent(cast, bones[0]), monkeypatch)
    assert set(age.days) == {"draft", "requested", "approved", "dispatched", "received", "examination"}
    assert round(age.days["examination"]) == 10
    assert age.days["approved"] < 0.1


def test_a_state_that_was_left_and_entered_again_counts_both_times(
    cast: Cast, bones: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = sent(cast, bones[0], until="report")
    age = in_ten_days(step(cast, referral, "correct", "laboratory", "bags mixed up"), monkeypatch)
    assert round(age.days["examination"]) == 10
    assert age.days["reported"] < 0.1


def test_a_change_that_is_no_step_begins_no_state(cast: Cast) -> None:
    referral = draft(cast, cast.find_a)
    before = referral_ageing.ages([referral])[referral.pk].since
    with change(INSTALLER, "tests.referral.changed"):
        Referral.objects.filter(pk=referral.pk).update(background="Something else.")
    assert referral_ageing.ages([referral])[referral.pk].since == before


def test_one_query_ages_a_whole_list(cast: Cast, bones: Any) -> None:
    made = [sent(cast, bone, until="request") for bone in bones]
    with CaptureQueriesContext(connection) as queries:
        referral_ageing.ages(made)
    assert len(queries) == 1


def test_a_report_is_late_from_the_day_after_and_only_while_it_is_awaited(cast: Cast, bones: Any) -> None:
    today = timezone.localdate()
    awaited = sent(cast, bones[0], due_on=today)
    assert referral_ageing.late(awaited, today) == 0
    assert referral_ageing.late(awaited, today + 3 * DAY) == 3
    answer(cast, awaited.items.get())
    assert referral_ageing.late(step(cast, awaited, "report", "laboratory"), today + 3 * DAY) == 0


def test_each_laboratory_shows_what_is_pending_and_for_how_long(cast: Cast, bones: Any) -> None:
    first, second = sent(cast, bones[0]), sent(cast, bones[1], until="dispatch")
    step(cast, sent(cast, bones[2], until="accept"), "close", "prosecutor", "done")
    [one] = referral_ageing.by_laboratory(Referral.objects.visible_to(cast.supervisor))
    assert (one.laboratory, one.open, one.at_laboratory, one.overdue) == (cast.laboratory_agency, 2, 2, 0)
    assert [row.number for row in one.pending] == [first.number, second.number]
    waiting = {stay.status: stay.waiting for stay in one.stays}
    assert (waiting["in examination"], waiting["dispatched"], waiting["accepted"]) == (1, 1, 0)
    assert "closed" not in waiting


def test_the_page_asks_as_often_for_many_as_for_one_and_shows_nothing_to_others(
    cast: Cast, bones: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECURE_SSL_REDIRECT = False
    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)
    url = reverse("admin:evidence_referral_ageing")
    sent(cast, bones[0], until="dispatch")
    client = signed_in(cast.supervisor)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert "A-1/R-001" in client.get(url).content.decode()
    for bone in bones[1:]:
        sent(cast, bone, until="request")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
    for name in ("outsider", "laboratory", "nobody"):
        assert "A-1" not in signed_in(cast.people[name]).get(url).content.decode()


def test_the_cases_page_says_what_waits_for_whom(cast: Cast, bones: Any) -> None:
    sent(cast, bones[0], until="request")
    sent(cast, bones[1], until="dispatch")
    examined = sent(cast, bones[2])
    proposed(cast, answer(cast, examined.items.get()))
    step(cast, examined, "report", "laboratory")
    waiting = {str(item.what): str(item.whom) for item in at_a_glance(cast.case_a, cast.custodian)["waiting"]}
    said = {what: whom for what, whom in waiting.items() if "R-0" in what}
    assert said == {
        "A-1/R-001 to LBL: awaits approval": "prosecutor",
        "A-1/R-002 to LBL: dispatched": "laboratory analyst",
        "A-1/R-003 to LBL: reported, 1 finding to decide on": "anthropologist",
    }
    for name, number in (
        ("prosecutor", "decisions.referral"),
        ("anthropologist", "evidence.referrals_reported"),
    ):
        waits = {tile.name: tile.value for tile in start_page(cast.people[name]).numbers}
        assert waits[number] == 1, name
    assert not any("referrals" in tile.name for tile in start_page(cast.outsider).numbers)


def test_a_supervisor_sees_what_is_at_which_laboratory(cast: Cast, bones: Any) -> None:
    for bone, until in zip(bones, ("request", "dispatch", "dispatch"), strict=False):
        sent(cast, bone, until=until)
    [shown] = at_laboratories(access.scope(cast.supervisor), (30, 90))
    assert (shown.name, shown.ages) == ("LBL", [2, 0, 0])
    page = signed_in(cast.supervisor).get(shown.link)
    assert page.context["cl"].result_count == 2
    assert at_laboratories(access.scope(cast.prosecutor), (30, 90)) == []
