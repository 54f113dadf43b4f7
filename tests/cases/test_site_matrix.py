"""The page of the Harris matrix: every context a link, and no trace of what is kept from the viewer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.ledger.context import change
from cases.models import Context
from cases.services.context import relate
from tests.actors import INSTALLER, Cast
from tests.cases.test_admin_base import browser


def context(cast: Cast, number: str, handling: str = "open") -> Context:
    with change(INSTALLER, "tests.context.made"):
        return Context.objects.create(
            case=cast.case_a, site=cast.site_a, number=number, kind="fill", handling=handling
        )


def drawing(cast: Cast, settings: Any, person: Any) -> str:
    """Return the drawing as this person is shown it."""
    page = browser(person, settings).get(reverse("admin:cases_site_matrix", args=[cast.site_a.pk]))
    assert page.status_code == 200
    return re.sub(
        r"\s+", " ", page.content.decode().partition('<svg class="taphos-matrix"')[2].partition("</svg>")[0]
    )


def test_every_context_opens_from_its_box_and_every_relation_from_the_table(
    cast: Cast, settings: Any
) -> None:
    upper, lower, alone = (context(cast, number) for number in ("1", "2", "3"))
    relation = relate(actor=cast.investigator, upper=upper, kind="above", lower=lower)
    page = browser(cast.prosecutor, settings).get(reverse("admin:cases_site_matrix", args=[cast.site_a.pk]))
    text = page.content.decode()
    for record in (upper, lower, alone):
        assert reverse("admin:cases_context_change", args=[record.pk]) in text
    assert reverse("admin:cases_contextrelation_change", args=[relation.pk]) in text
    assert "No relation recorded" in text


def test_a_context_kept_from_somebody_leaves_no_gap(cast: Cast, settings: Any) -> None:
    first, last = context(cast, "1"), context(cast, "9")
    plain = drawing(cast, settings, cast.liaison)
    secret = context(cast, "5", "investigation")
    relate(actor=cast.investigator, upper=first, kind="above", lower=secret)
    relate(actor=cast.investigator, upper=secret, kind="above", lower=last)
    assert drawing(cast, settings, cast.liaison) == plain
    assert "(5)" in drawing(cast, settings, cast.prosecutor)


def test_a_large_site_asks_no_more_than_a_small_one(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)

    def asked() -> int:
        client = browser(cast.prosecutor, settings)
        url = reverse("admin:cases_site_matrix", args=[cast.site_a.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    before = context(cast, "0")
    few = asked()
    for number in range(1, 8):
        after = context(cast, str(number))
        relate(actor=cast.investigator, upper=after, kind="above", lower=before)
        before = after
    assert asked() == few
