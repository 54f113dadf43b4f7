"""The page on which a record's handling is changed, and the form's refusal that leads to it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cases.ledger.context import change
from cases.models import Site
from cases.services.record import create_record, withdraw_record
from tests.actors import INSTALLER, Cast, make_find, make_site
from tests.cases.test_admin_base import browser
from tests.cases.test_handling import a_hazard, handlings
from tests.forms import as_sent


def page_of(site: Any) -> str:
    return reverse("admin:cases_site_handling", args=[site.pk])


def record_of(site: Any) -> str:
    return reverse("admin:cases_site_change", args=[site.pk])


def test_the_page_says_what_will_change_and_changes_it(cast: Cast, settings: Any) -> None:
    hazard = a_hazard(cast)
    client = browser(cast.investigator, settings)
    assert page_of(cast.site_a) in client.get(record_of(cast.site_a)).content.decode()
    page = client.get(page_of(cast.site_a)).content.decode()
    assert "Changes 1 site, 1 hazard, 1 find." in page
    assert "humanitarian" not in page
    sent = {"handling": "investigation", "reason": "told by the court", "version": "1"}
    assert client.post(page_of(cast.site_a), sent)["Location"] == record_of(cast.site_a)
    assert handlings([cast.site_a, hazard, cast.find_a]) == {"investigation"}
    history = client.get(reverse("admin:cases_site_history", args=[cast.site_a.pk])).content.decode()
    assert "Site: handling changed" in history
    assert "told by the court" in history
    page = client.get(page_of(cast.site_a)).content.decode()
    assert "2 records that belong to it stay as they are." in page
    client.post(page_of(cast.site_a), {**sent, "handling": "open", "version": "2"})
    assert handlings([cast.site_a]) == {"open"}
    assert handlings([hazard, cast.find_a]) == {"investigation"}


def test_a_site_is_opened_with_what_belongs_to_it(cast: Cast, settings: Any) -> None:
    with change(INSTALLER, "tests.site.made"):
        site = make_site(cast.case_a, "K1", handling="investigation")
        find = make_find(site, 7, handling="investigation")
    sent = {"handling": "open+parts", "reason": "published", "version": "1"}
    assert browser(cast.investigator, settings).post(page_of(site), sent).status_code == 302
    assert handlings([site, find]) == {"open"}


def test_a_refusal_keeps_what_was_typed(cast: Cast, settings: Any) -> None:
    client = browser(cast.investigator, settings)
    sent = {"handling": "investigation", "reason": "typed", "version": "7"}
    answer = client.post(page_of(cast.site_a), sent)
    assert answer.status_code == 412
    assert "typed" in answer.content.decode()
    assert client.post(page_of(cast.site_a), {**sent, "version": "x"}).status_code == 422
    assert client.post(page_of(cast.site_a), {"version": "1", "reason": "r"}).status_code == 422
    assert handlings([cast.site_a]) == {"open"}


def test_who_may_not_is_told_who_may(cast: Cast, settings: Any) -> None:
    client = browser(cast.prosecutor, settings)
    assert page_of(cast.site_a) not in client.get(record_of(cast.site_a)).content.decode()
    answer = client.get(page_of(cast.site_a))
    assert answer.status_code == 403
    assert "investigator" in answer.content.decode()
    assert browser(cast.outsider, settings).get(page_of(cast.site_a)).status_code == 404


def test_the_plain_field_leads_to_the_page_where_something_hangs_on_the_record(
    cast: Cast, settings: Any
) -> None:
    client = browser(cast.investigator, settings)
    form = as_sent(client.get(record_of(cast.site_a)), handling="investigation")
    answer = client.post(record_of(cast.site_a), form)
    assert answer.status_code == 200
    said = str(answer.context["adminform"].form.errors["handling"])
    assert f'href="{page_of(cast.site_a)}"' in said
    assert "&lt;a" not in said


def test_the_plain_field_goes_on_working_for_a_record_by_itself(cast: Cast, settings: Any) -> None:
    site = create_record(
        actor=cast.investigator, record=Site(case=cast.case_a, code="N1", name="New", status="reported")
    )
    client = browser(cast.investigator, settings)
    form = as_sent(client.get(record_of(site)), handling="investigation")
    assert client.post(record_of(site), form).status_code == 302
    assert handlings([site]) == {"investigation"}


def test_a_withdrawn_record_has_the_page_too(cast: Cast, settings: Any) -> None:
    hazard = a_hazard(cast)
    withdraw_record(actor=cast.investigator, record=hazard, reason="twice")
    url = reverse("admin:cases_sitehazard_handling", args=[hazard.pk])
    client = browser(cast.investigator, settings)
    assert url in client.get(reverse("admin:cases_sitehazard_change", args=[hazard.pk])).content.decode()
    sent = {"handling": "investigation", "reason": "r", "version": "2"}
    assert client.post(url, sent).status_code == 302
    assert handlings([hazard]) == {"investigation"}
