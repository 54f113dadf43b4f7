"""Lists and pages say how long a record has been in its status, and which have not moved for a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from cases import time_in_status
from cases.ledger.context import change
from cases.ledger.states import timed_tables
from cases.models import Site
from cases.workflow import workflow_of
from cases.workflows import SITE
from remains.models import Find
from tests.actors import INSTALLER, Cast, make_site
from tests.cases.test_admin_base import browser
from tests.year import set_clock, turned_clock


@pytest.fixture
def waited(cast: Cast) -> Iterator[dict[int, Site]]:
    """Sites that were reported so many days ago."""
    with turned_clock(), change(INSTALLER, "tests.site.made"):
        made = {}
        for days in (10, 31, 100):
            set_clock(timezone.now() - dt.timedelta(days=days))
            made[days] = make_site(cast.case_a, f"D{days}")
        set_clock(None)
        yield made


def test_a_list_is_narrowed_to_what_has_not_moved(cast: Cast, settings: Any, waited: dict[int, Site]) -> None:
    client = browser(cast.investigator, settings)
    url = reverse("admin:cases_site_changelist")
    shown = {
        days: {site.code for site in client.get(url, {"still": days}).context["cl"].result_list}
        for days in (30, 90)
    }
    assert shown == {30: {"D31", "D100"}, 90: {"D100"}}
    assert "31 days" in client.get(url).content.decode()
    assert client.get(url, {"still": "a while"}).status_code == 302


def test_what_waits_for_nobody_has_not_been_forgotten(cast: Cast, waited: dict[int, Site]) -> None:
    SITE.apply(actor=cast.investigator, record=waited[100], name="disprove", reason="a well")
    rows = time_in_status.still(Site.objects.all(), 0)
    assert set(rows) == {cast.site_a, cast.site_b, waited[10], waited[31]}
    assert time_in_status.still(Find.objects.all(), 0).count() == 2


def test_a_page_says_since_when(cast: Cast, settings: Any, waited: dict[int, Site]) -> None:
    client = browser(cast.investigator, settings)
    page = client.get(reverse("admin:cases_site_change", args=[waited[31].pk])).content.decode()
    day = timezone.localtime(waited[31].status_since).date().isoformat()
    assert f"since {day}, 31 days" in page
    history = client.get(reverse("admin:cases_site_history", args=[waited[31].pk])).content.decode()
    assert "How long in each status" in history
    today = client.get(reverse("admin:cases_site_change", args=[cast.site_a.pk])).content.decode()
    assert "since today" in today


#: What waits for an answer and no step: a hand-over is accepted, refused or called back by those between whom it is.
ANSWERED = {"evidence.custodyevent"}


def every_workflow() -> list[str]:
    """Return the stems of all workflows."""
    return sorted(
        model._meta.label_lower for model in apps.get_models() if workflow_of(model._meta.label_lower)
    )


def test_every_kind_of_record_with_a_workflow_says_since_when_it_is_in_its_status() -> None:
    """Add `status_since = status_since_field()` to the model, and `TimeStatus("...")` to its migration."""
    timed = {model._meta.label_lower for model in timed_tables().values()}
    assert {*every_workflow(), *ANSWERED} == timed


@pytest.mark.parametrize("stem", every_workflow())
def test_some_states_of_every_workflow_wait_for_somebody(stem: str) -> None:
    workflow = workflow_of(stem)
    assert workflow is not None
    assert set(workflow.resting) < set(workflow.states())
