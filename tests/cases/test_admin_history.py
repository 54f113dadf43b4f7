"""The history page goes through all entries of a record, page by page, and tells nobody of pages not theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.ledger.history import SHOWN, history_page
from cases.models import Agency
from tests.actors import INSTALLER, Cast
from tests.cases.test_admin_base import browser
from tests.cases.test_ledger_history import written


def renamed(cast: Cast, times: int) -> None:
    for turn in range(times):
        written(cast.investigator, cast.site_a, name=f"Name {turn}.")


def history(record: Any) -> str:
    return reverse(f"admin:cases_{record._meta.model_name}_history", args=[record.pk])


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', page)
    return found.group(1) if found else None


def walked(client: Client, url: str, rel: str) -> list[str]:
    """Return the pages one comes by, from this one on by its links."""
    pages = [client.get(url).content.decode()]
    while (onward := link(pages[-1], rel)) is not None:
        path = url.partition("?")[0]
        pages.append(client.get(onward if onward.startswith("/") else path + onward).content.decode())
    return pages


def test_the_pages_show_every_entry_once_in_both_directions(cast: Cast, settings: Any) -> None:
    renamed(cast, 2 * SHOWN + 3)
    client = browser(cast.prosecutor, settings)
    url = history(cast.site_a)
    older = walked(client, url, "next")
    assert len(older) == 3
    entries = [re.findall(r"· #(\d+)", page) for page in older]
    assert [len(numbers) for numbers in entries] == [SHOWN, SHOWN, 4]
    every = [int(number) for numbers in entries for number in numbers]
    assert every == sorted(set(every), reverse=True)
    assert "After: </span>Name 3." in older[1] or "After: </span>Name 3." in older[2]
    back = walked(client, f"{url}?before={entries[1][-1]}", "prev")
    assert [re.findall(r"· #(\d+)", page) for page in back] == [entries[2], entries[1], entries[0]]
    assert link(older[0], "prev") is None
    assert link(older[2], "next") is None


def test_a_full_page_that_is_the_last_leads_nowhere(cast: Cast, settings: Any) -> None:
    renamed(cast, SHOWN - 1)
    page = browser(cast.prosecutor, settings).get(history(cast.site_a)).content.decode()
    assert page.count("· #") == SHOWN
    assert link(page, "next") is None


def test_a_change_withheld_from_the_viewer_makes_no_page_of_theirs(cast: Cast) -> None:
    find = cast.find_a
    for turn in range(2):
        written(cast.investigator, find, description=f"Bone {turn}")
    for turn in range(6):
        written(cast.investigator, find, handling="investigation", description=f"CANARY {turn}")
    written(cast.investigator, find, handling="open", description="Opened")
    first = history_page(find, cast.liaison, limit=2)
    second = history_page(find, cast.liaison, limit=2, before=first.older)
    assert [entry.whole for entry in (*first.entries, *second.entries)] == [True, False, False, True]
    assert second.older is None
    assert second.newer == 0
    assert "CANARY" not in repr((first, second))


def test_a_page_asks_as_often_with_a_long_history_as_with_a_short_one(cast: Cast) -> None:
    def queries(before: int | None = None) -> int:
        with CaptureQueriesContext(connection) as captured:
            history_page(cast.site_a, cast.prosecutor, before=before)
        return len(captured)

    renamed(cast, 2)
    queries()
    few = queries()
    renamed(cast, 2 * SHOWN)
    queries()  # the record was read anew
    assert queries() == few
    assert queries(10**17) == few + 1


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 19])
def test_an_address_of_no_page_is_not_found(cast: Cast, settings: Any, before: str) -> None:
    client = browser(cast.prosecutor, settings)
    assert client.get(history(cast.site_a), {"before": before}).status_code == 404


def test_records_of_the_system_are_paged_too(cast: Cast, settings: Any) -> None:
    agency = Agency.objects.get(short_name="POA")
    for turn in range(SHOWN):
        written(INSTALLER, agency, action="cases.agency.changed", name=f"Office {turn}")
    pages = walked(browser(cast.administrator, settings), history(agency), "next")
    assert [page.count("· #") for page in pages] == [SHOWN, 1]
