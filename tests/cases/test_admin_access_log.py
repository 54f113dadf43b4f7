"""The access log's list: its filters, and whose lines an auditor reads."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases.models import AccessLogEntry
from tests.actors import Cast
from tests.cases.test_admin_base import browser

PAGE = reverse("admin:cases_accesslogentry_changelist")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"kind__exact": "read"}, 1),
        ({"kind__exact": "exported"}, 0),
        ({"at_from_0": "2020-01-01", "at_from_1": "00:00:00"}, 1),
        ({"at_to_0": "2020-01-01", "at_to_1": ""}, 0),
        ({"at_from_0": "2020-13-01"}, 1),
        ({"record_id__exact": "7"}, 1),
        ({"q": "7"}, 1),
    ],
)
def test_the_log_is_filtered(cast: Cast, settings: Any, query: dict[str, str], found: int) -> None:
    for case in (cast.case_a, cast.case_b):
        AccessLogEntry.objects.create(
            kind="read", user_name="Somebody", channel="admin", record_id="7", case_id=case.pk
        )
    answer = browser(cast.auditor, settings).get(PAGE, query)
    assert answer.status_code == 200
    shown = list(answer.context_data["cl"].result_list)  # type: ignore[index]
    assert [entry.case_id for entry in shown] == [cast.case_a.pk] * found


def test_a_line_names_the_kind_of_record_and_leads_to_it(cast: Cast, settings: Any) -> None:
    entry = AccessLogEntry.objects.create(
        kind="read",
        user_id=cast.liaison.pk,
        user_name="Liaison",
        channel="admin",
        case_id=cast.case_a.pk,
        table_name="cases_site",
        record_id=str(cast.site_a.pk),
    )
    address = reverse("admin:cases_accesslogentry_change", args=[entry.pk])
    page = browser(cast.auditor, settings).get(address).content.decode()
    assert "Liaison: restricted record read" in page
    assert reverse("admin:cases_site_change", args=[cast.site_a.pk]) in page
    assert "cases_site<" not in page
    assert reverse("admin:cases_accesslogentry_history", args=[entry.pk]) not in page  # there is none
