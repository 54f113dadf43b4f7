"""What others changed since somebody was last here: counted and listed the same, and nothing that is kept from them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.ledger import news
from cases.ledger.context import change
from cases.ledger.news import last_here, news_in, news_of
from cases.models import AccessLogEntry, Site
from tests.actors import INSTALLER, Cast, make_site
from tests.cases.test_admin_base import browser

NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def counted(person: Any, since: dt.datetime) -> dict[str, int]:
    found = news_of(person, access.scope(person), since)
    numbers = {str(case.pk): case.number for case in access.visible_cases(_cases(), person)}
    return {numbers[str(entry.case_id)]: entry.number for entry in found}


def _cases() -> Any:
    from cases.models import Case

    return Case.objects.all()


def came(person: Any, *steps: tuple[str, int]) -> None:
    """Write that somebody came or left so many days ago."""
    for kind, days in steps:
        AccessLogEntry.objects.create(
            kind=kind,
            user_id=person.pk,
            user_name=person.full_name,
            channel="admin",
            at=timezone.now() - dt.timedelta(days=days),
        )


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        ([], None),
        ([("signed_in", 1)], None),
        ([("signed_in", 5), ("signed_in", 1)], 5),
        ([("signed_in", 5), ("signed_out", 4), ("signed_in", 1)], 4),
        ([("signed_in", 9), ("signed_out", 8)], None),
    ],
)
def test_the_last_visit_ended_before_this_one_began(
    cast: Cast, steps: list[tuple[str, int]], days: int | None
) -> None:
    came(cast.prosecutor, *steps)
    came(cast.liaison, ("signed_in", 2))
    at = last_here(cast.prosecutor)
    assert (at and (timezone.now() - at).days) == days


def test_only_what_others_did_since_is_counted(cast: Cast) -> None:
    before = counted(cast.prosecutor, NEVER)["A-1"]
    now = timezone.now()
    with change(cast.investigator, "cases.site.created"):
        make_site(cast.case_a, "NEW01")
    with change(cast.prosecutor, "cases.site.created"):
        make_site(cast.case_a, "OWN01")
    assert counted(cast.prosecutor, now) == {"A-1": 1}
    assert counted(cast.prosecutor, NEVER)["A-1"] == before + 1
    assert counted(cast.outsider, now) == {}


def test_what_is_kept_from_somebody_then_or_now_is_not_counted(cast: Cast) -> None:
    now = timezone.now()
    with change(INSTALLER, "tests.news.made"):
        secret = make_site(cast.case_a, "INV01", handling="investigation")
        veiled = make_site(cast.case_a, "OPE01")
    assert counted(cast.liaison, now) == {"A-1": 1}
    assert counted(cast.prosecutor, now) == {"A-1": 2}
    with change(INSTALLER, "tests.news.handled"):
        Site.objects.filter(pk=veiled.pk).update(handling="investigation")
    assert counted(cast.liaison, now) == {}
    with change(INSTALLER, "tests.news.handled"):
        Site.objects.filter(pk=secret.pk).update(handling="open")
    assert counted(cast.liaison, now) == {"A-1": 1}, "of the site that was opened, only the opening"


def test_a_number_is_as_many_changes_as_its_page_lists(cast: Cast, settings: Any) -> None:
    now = timezone.now()
    with change(cast.investigator, "cases.site.created"):
        for number in range(60):
            make_site(cast.case_a, f"N{number:02d}", handling="open" if number % 3 else "investigation")
    since = int(now.timestamp() * 1_000_000)
    url = reverse("admin:cases_case_changes", args=[cast.case_a.pk])
    for person in (cast.liaison, cast.prosecutor):
        client = browser(person, settings)
        page = client.get(url, {"since": since})
        listed = list(page.context["changes"])
        if page.context["older"]:
            listed += client.get(url + page.context["older"]).context["changes"]
        assert len({entry.seq for entry in listed}) == len(listed) == counted(person, now)["A-1"]
    assert browser(cast.outsider, settings).get(url, {"since": since}).status_code == 404
    assert browser(cast.liaison, settings).get(url, {"since": "soon"}).status_code == 404


def test_however_much_changed_one_question_looks_at_the_newest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    with change(cast.investigator, "cases.site.created"):
        for number in range(30):
            make_site(cast.case_a, f"N{number:02d}")
    monkeypatch.setattr(news, "LOOKED", 10)
    monkeypatch.setattr(news, "_NEWS", news._NEWS.replace("head.seq - 500", "head.seq - 10"))
    scope = access.scope(cast.prosecutor)
    with CaptureQueriesContext(connection) as asked:
        (found,) = news_of(cast.prosecutor, scope, now)
    assert (found.number, found.more, len(asked)) == (10, True, 1)
    assert len(news_in(cast.prosecutor, cast.case_a, now)) == 10
