"""Every list and every page asks the database as often with thirty rows as with one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import AccessLogEntry, Case, Site
from tests.actors import Cast
from tests.cases.test_admin_base import browser
from tests.scene import MAKERS, Scene, fill_system

FEW, MANY = 2, 30


#: Kinds of which a case's people see no pages.
ELSEWHERE = {"Client", "Webhook"}


def pages() -> list[Any]:
    """Return every kind of record with pages in the admin for the people of a case."""
    return sorted(
        (
            model
            for model in admin.site._registry
            if model._meta.app_label in {"cases", "remains", "evidence"} and model.__name__ not in ELSEWHERE
        ),
        key=lambda model: model._meta.label,
    )


@pytest.fixture(autouse=True)
def _session_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the clock of the session from adding a write now and then."""
    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)


def asked(client: Client, url: str, *, again: bool = False) -> int:
    """Return how often a page asks the database, after a first visit that fills caches, if there was none before."""
    if not again:
        client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)
    assert page.status_code == 200, url
    assert "(&#x27;" not in page.content.decode(), f"{url} shows a value as Python writes it"
    return len(queries)


def counts(client: Client, urls: dict[str, str], *, again: bool = False) -> dict[str, int]:
    return {name: asked(client, url, again=again) for name, url in urls.items()}


@pytest.mark.parametrize("role", ["investigator", pytest.param("auditor", marks=pytest.mark.slow)])
def test_no_list_and_no_page_asks_more_for_more_rows(cast: Cast, settings: Any, role: str) -> None:
    scene = Scene(cast.case_a)
    made = {**fill_system(FEW), **scene.fill(FEW)}
    client = browser(cast.people[role], settings)
    lists = {
        model.__name__: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in pages()
        if model is not AccessLogEntry
    }
    lists["start page"] = reverse("admin:index")
    details = {
        f"one {model.__name__}": reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[made[model][0].pk]
        )
        for model in pages()
        if model in MAKERS
    }
    details["one Case"] = reverse("admin:cases_case_change", args=[cast.case_a.pk])
    urls = {**lists, **details}
    few = counts(client, urls)
    # More below the same records: parts of the first site, participants of the first visit, and so on.
    for model, make in MAKERS.items():
        _more(scene, made, model, make)
    many = counts(client, urls, again=True)
    more = {name: (few[name], many[name]) for name in urls if many[name] > few[name]}
    assert not more, more


def _more(scene: Scene, made: Any, model: Any, make: Any) -> None:
    from cases.ledger.context import change
    from tests.actors import INSTALLER

    with change(INSTALLER, "tests.scene.made"):
        for index in range(FEW, MANY):
            made[model].append(make(scene, made, index))


def test_the_access_log_asks_as_often_for_more_lines(cast: Cast, settings: Any) -> None:
    client = browser(cast.auditor, settings)
    url = reverse("admin:cases_accesslogentry_changelist")
    _lines(cast, 1)
    few = asked(client, url)
    _lines(cast, MANY)
    assert asked(client, url) == few


def _lines(cast: Cast, count: int) -> None:
    for _line in range(count):
        AccessLogEntry.objects.create(
            kind="read", user_id=cast.liaison.pk, user_name="x", channel="admin", case_id=cast.case_a.pk
        )


def test_a_list_counts_to_a_bound_and_says_so(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cases.admin import paging

    Scene(cast.case_a).fill(3)
    monkeypatch.setattr(paging, "COUNTED_ROWS", 3)
    page = browser(cast.investigator, settings).get(reverse("admin:cases_site_changelist"))
    assert "3 or more sites" in page.content.decode()
    assert Site.objects.filter(case=cast.case_a).count() > 3
    assert Case.objects.count() == 2
