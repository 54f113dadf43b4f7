"""What an address says is no more than a beginning: a form opens whatever stands in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.actors import Cast
from tests.cases.test_admin_base import browser


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("cases_discoveryreport_add", "site"),
        ("cases_context_add", "site"),
        ("cases_sitelink_add", "first"),
        ("cases_statedfigure_add", "incident"),
        ("cases_statedfigure_add", "case"),
    ],
)
def test_a_form_opens_on_a_reference_that_is_none(cast: Cast, settings: Any, form: str, field: str) -> None:
    answer = browser(cast.investigator, settings).get(reverse(f"admin:{form}"), {field: "no such thing"})
    assert answer.status_code == 200


def test_a_search_for_what_no_text_holds_is_a_bad_request(cast: Cast, settings: Any) -> None:
    asked = {"app_label": "cases", "model_name": "discoveryreport", "field_name": "site", "term": "\0"}
    answer = browser(cast.investigator, settings).get(reverse("admin:autocomplete"), asked)
    assert answer.status_code == 400
