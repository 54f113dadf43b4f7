"""The pages of cases: opening one, and the two people it takes to close it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases.models import Case, Membership
from tests.actors import Cast
from tests.cases.test_admin_base import browser
from tests.cases.test_case_service import appoint


def step(case: Case, name: str) -> str:
    return reverse("admin:cases_case_closure", args=[case.pk, name])


def test_a_prosecutor_opens_a_case_and_lands_on_its_page(cast: Cast, settings: Any) -> None:
    appoint(cast, "nobody", "prosecutor")
    sheet = {
        "number": "N-1",
        "title": "New",
        "kind": "criminal",
        "language": "az",
        "lead_agency": str(cast.agency.pk),
        "opened_on": "2024-02-21",
    }
    answer = browser(cast.nobody, settings).post(reverse("admin:cases_case_add"), sheet, follow=True)
    case = Case.objects.get(number="N-1")
    assert answer.status_code == 200
    assert case.status == "preliminary"
    assert Membership.objects.get(case=case).user == cast.nobody


def test_one_prosecutor_proposes_and_another_closes(cast: Cast, settings: Any) -> None:
    first, second = browser(cast.prosecutor, settings), browser(cast.second_prosecutor, settings)
    page = reverse("admin:cases_case_change", args=[cast.case_a.pk])
    close = reverse("admin:cases_case_transition", args=[cast.case_a.pk, "close"])
    assert step(cast.case_a, "propose") in first.get(page).content.decode()
    assert first.post(step(cast.case_a, "propose"), {"reason": "all returned"}).status_code == 302
    assert step(cast.case_a, "withdraw") in second.get(page).content.decode()
    assert first.post(close, {"reason": "agreed"}).status_code == 409
    assert second.post(close, {"reason": "agreed"}).status_code == 302
    assert Case.objects.get(pk=cast.case_a.pk).status == "closed"
    assert step(cast.case_a, "withdraw") not in second.get(page).content.decode()


def test_a_proposal_is_turned_down(cast: Cast, settings: Any) -> None:
    browser(cast.prosecutor, settings).post(step(cast.case_a, "propose"), {"reason": "all returned"})
    browser(cast.second_prosecutor, settings).post(step(cast.case_a, "withdraw"), {"reason": "not yet"})
    assert Case.objects.get(pk=cast.case_a.pk).closure_proposed_by is None


@pytest.mark.parametrize(("name", "status"), [("investigator", 403), ("outsider", 404)])
def test_others_take_no_step_to_a_closure(cast: Cast, settings: Any, name: str, status: int) -> None:
    answer = browser(cast.people[name], settings).post(step(cast.case_a, "propose"), {"reason": "x"})
    assert answer.status_code == status
