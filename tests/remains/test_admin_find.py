"""The pages of finds: the form at the graveside, series, other labels, and what the page of a find shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.ledger.context import change
from cases.models import Context
from remains.models import Find, FindAlias
from remains.services.find import add_alias
from tests.actors import INSTALLER, Cast, make_site
from tests.signed_in import signed_in

ADD = reverse("admin:remains_find_add")
PARTS = {
    f"{stem}-{name}": "0"
    for stem in ("condition_notes", "aliases")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def form(cast: Cast, **typed: Any) -> dict[str, Any]:
    return {"site": cast.site_a.pk, "category": "bone", "handling": "open", **PARTS, **typed}


def page_of(find: Find, name: str = "change") -> str:
    return reverse(f"admin:remains_find_{name}", args=[find.pk])


@pytest.fixture
def context(cast: Cast) -> Context:
    with change(INSTALLER, "tests.context.made"):
        made: Context = Context.objects.create(
            case=cast.case_a, site=cast.site_a, number="3", kind="fill", handling="open"
        )
    return made


def test_the_form_begins_with_the_only_site_today_and_the_viewer(cast: Cast) -> None:
    answer = signed_in(cast.investigator).get(ADD)
    initial = answer.context["adminform"].form.initial
    assert initial["site"] == cast.site_a.pk
    assert initial["found_on"] == timezone.localdate()
    assert initial["finder"] == cast.investigator.pk
    assert "The number will be KHJ01-0002, or the next free one." in answer.content.decode()


def test_nothing_that_is_a_finding_is_chosen_beforehand(cast: Cast) -> None:
    form = signed_in(cast.investigator).get(ADD).context["adminform"].form
    for name in ("category", "articulation", "bindings", "blindfold", "clothing", "position", "lifted_on"):
        assert not form[name].value(), name


def test_a_find_gets_its_number_and_the_message_says_it(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    answer = client.post(ADD, form(cast, bindings="present"), follow=True)
    find = Find.objects.get(number="KHJ01-0002")
    assert (find.case, find.bindings, find.blindfold) == (cast.case_a, "present", None)
    assert f'href="{page_of(find)}">KHJ01-0002</a>' in answer.content.decode()


def test_another_find_of_a_series_keeps_site_context_day_and_finder(cast: Cast, context: Context) -> None:
    client = signed_in(cast.investigator)
    typed = {"context": context.pk, "found_on": "2024-03-01", "finder_as_named": "Team 2"}
    answer = client.post(ADD, form(cast, **typed, _addanother="1"), follow=True)
    values = answer.context["adminform"].form
    assert str(values["site"].value()) == str(cast.site_a.pk)
    assert str(values["context"].value()) == str(context.pk)
    assert values["found_on"].value() == "2024-03-01"
    assert values["finder_as_named"].value() == "Team 2"
    assert not values["finder"].value()
    assert not values["category"].value()


def test_contexts_are_those_of_the_chosen_site(cast: Cast, context: Context) -> None:
    with change(INSTALLER, "tests.site.made"):
        other = make_site(cast.case_a, "KHJ02")
    client = signed_in(cast.investigator)
    address = reverse("admin:remains_find_contexts")
    assert client.get(address, {"site": str(cast.site_a.pk)}).json() == {
        "contexts": [{"id": str(context.pk), "text": "(3) fill"}],
        "number": "The number will be KHJ01-0002, or the next free one.",
    }
    assert client.get(address, {"site": str(other.pk)}).json()["contexts"] == []
    answer = client.post(ADD, form(cast, site=other.pk, context=context.pk))
    assert "context" in answer.context["adminform"].form.errors


@pytest.mark.parametrize("site", ["", "no-site", "01a20284-9889-7777-958b-233088b21374"])
def test_contexts_of_no_site_are_not_there(cast: Cast, site: str) -> None:
    address = reverse("admin:remains_find_contexts")
    assert signed_in(cast.investigator).get(address, {"site": site}).status_code == 404


def test_the_next_number_is_for_those_who_log(cast: Cast) -> None:
    address = reverse("admin:remains_find_contexts")
    for name in ("liaison", "supervisor"):
        answer = signed_in(cast.people[name]).get(address, {"site": str(cast.site_a.pk)}).json()
        assert answer == {"contexts": [], "number": ""}


def test_contexts_of_another_case_are_not_there(cast: Cast) -> None:
    address = reverse("admin:remains_find_contexts")
    assert signed_in(cast.outsider).get(address, {"site": str(cast.site_a.pk)}).status_code == 404


def test_an_address_with_a_wrong_site_opens_an_empty_form(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    assert client.get(ADD, {"site": "no-site", "context": "'"}).status_code == 200
    foreign = client.get(ADD, {"site": str(cast.site_b.pk)}).content.decode()
    assert "BBB01" not in foreign


def test_a_refusal_stands_at_its_field_and_nothing_is_lost(cast: Cast) -> None:
    typed = {"found_on": "2024-03-02", "lifted_on": "2024-03-01", "position": "prone"}
    answer = signed_in(cast.investigator).post(ADD, form(cast, **typed))
    shown = answer.context["adminform"].form
    assert answer.status_code == 200
    assert "lifted_on" in shown.errors
    assert shown["position"].value() == "prone"
    assert Find.objects.filter(site=cast.site_a).count() == 1


@pytest.mark.parametrize("role", ["prosecutor", "custodian", "liaison", "supervisor", "auditor"])
def test_who_may_not_log_finds_is_refused(cast: Cast, role: str) -> None:
    client = signed_in(cast.people[role])
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, form(cast)).status_code == 403
    assert client.get(reverse("admin:remains_find_grid")).status_code == 403


@pytest.mark.parametrize("name", ["change", "history", "split", "merge", "move"])
def test_another_cases_find_is_not_there(cast: Cast, name: str) -> None:
    assert signed_in(cast.outsider).get(page_of(cast.find_a, name)).status_code == 404


def test_a_find_is_changed_and_keeps_its_site(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    typed = form(cast, site=cast.site_b.pk, category="body", record_version="1")
    assert client.post(page_of(cast.find_a), typed).status_code == 302
    find = Find.objects.get(pk=cast.find_a.pk)
    assert (find.category, find.site_id, find.number) == ("body", cast.site_a.pk, "KHJ01-0001")


def test_other_labels_and_condition_notes_are_entered_on_the_page_of_the_find(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    parts = {
        "aliases-TOTAL_FORMS": "1",
        "aliases-0-label": "BAG 17",
        "aliases-0-origin": "First team's bag",
        "condition_notes-TOTAL_FORMS": "1",
        "condition_notes-0-kind": "condition.staining",
        "condition_notes-0-note": "green at the wrist",
        "condition_notes-0-observer": "A. B.",
    }
    answer = client.post(page_of(cast.find_a), form(cast, record_version="1", **parts))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert FindAlias.objects.get(find=cast.find_a).label == "BAG 17"
    assert cast.find_a.condition_notes.get().note == "green at the wrist"


def test_a_blocked_transition_leads_to_the_field_that_unblocks_it(cast: Cast) -> None:
    page = signed_in(cast.investigator).get(page_of(cast.find_a)).content.decode()
    assert "The day of lifting is not recorded." in page
    assert 'href="#id_lifted_on"' in page
    assert 'id="id_lifted_on"' in page


def test_the_page_asks_as_many_questions_for_many_parts_as_for_one(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    counts = []
    for labels in (1, 15):
        for number in range(labels):
            add_alias(actor=cast.investigator, find=cast.find_a, label=f"L{labels}-{number}", origin="bag")
        client.get(page_of(cast.find_a))
        with CaptureQueriesContext(connection) as asked:
            client.get(page_of(cast.find_a))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_day_in_the_future_is_refused_in_words(cast: Cast) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    answer = signed_in(cast.investigator).post(ADD, form(cast, found_on=tomorrow.isoformat()))
    assert "found_on" in answer.context["adminform"].form.errors


def test_a_withdrawn_find_offers_no_way_on(cast: Cast) -> None:
    from cases.services.record import withdraw_record

    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    client = signed_in(cast.investigator)
    assert page_of(cast.find_a, "split") not in client.get(page_of(cast.find_a)).content.decode()
    assert client.get(page_of(cast.find_a, "split")).status_code == 403


def test_the_liaison_sees_no_remarks_of_a_find_at_an_unprotected_site(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.remarked"):
        cast.find_a.remarks = "TOKEN-OF-THE-PLACE"
        cast.find_a.save()
    client = signed_in(cast.liaison)
    assert "TOKEN-OF-THE-PLACE" not in client.get(page_of(cast.find_a)).content.decode()
    listed = client.get(reverse("admin:remains_find_changelist"), {"q": "TOKEN"}).content.decode()
    assert "KHJ01-0001" not in listed
