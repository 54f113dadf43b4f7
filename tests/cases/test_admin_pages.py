"""What the pages of the ground floor do beyond the common: relations, parts, first passwords, words of lists."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse

from cases.ledger.context import change
from cases.models import Code, Context, ContextRelation, Site, SiteHazard, User
from tests.actors import INSTALLER, Cast
from tests.cases.test_admin_base import browser
from tests.forms import as_sent


def contexts(cast: Cast, *numbers: str) -> list[Context]:
    with change(INSTALLER, "tests.contexts.made"):
        return [
            Context.objects.create(case=cast.case_a, site=cast.site_a, number=number, kind="fill")
            for number in numbers
        ]


def relate(client: Client, context: Context, lies: str, other: Context) -> Any:
    url = reverse("admin:cases_context_change", args=[context.pk])
    part = "relations_down-0"
    return client.post(
        url, as_sent(client.get(url), **{f"{part}-lies": lies, f"{part}-lower": str(other.pk)})
    )


def test_a_relation_is_entered_from_below(cast: Cast, settings: Any) -> None:
    first, second = contexts(cast, "1", "2")
    client = browser(cast.investigator, settings)
    assert relate(client, first, "below", second).status_code == 302
    relation = ContextRelation.objects.get()
    assert (relation.upper, relation.kind, relation.lower) == (second, "above", first)
    page = client.get(reverse("admin:cases_context_change", args=[first.pk])).content.decode()
    assert "It is below" in page
    assert "(2) fill" in page


def test_a_circle_is_refused_in_words_and_nothing_is_written(cast: Cast, settings: Any) -> None:
    first, second, third = contexts(cast, "1", "2", "3")
    client = browser(cast.investigator, settings)
    relate(client, first, "above", second)
    relate(client, second, "above", third)
    answer = relate(client, third, "above", first)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert all(f"({number})" in text for number in "123")
    assert "Relation of contexts:" in text
    assert ContextRelation.objects.count() == 2


def test_a_part_changed_meanwhile_is_not_overwritten(cast: Cast, settings: Any) -> None:
    with change(INSTALLER, "tests.hazard.made"):
        hazard = SiteHazard.objects.create(
            case=cast.case_a, site=cast.site_a, kind_id="hazard.mines", reported_on="2024-02-21"
        )
    client = browser(cast.investigator, settings)
    url = reverse("admin:cases_site_change", args=[cast.site_a.pk])
    form = as_sent(client.get(url), **{"sitehazard_set-0-description": "mine"})
    with change(INSTALLER, "tests.hazard.changed"):
        SiteHazard.objects.filter(pk=hazard.pk).update(description="rival", version=2)
    answer = client.post(url, form)
    assert "changed by somebody else" in answer.content.decode()
    assert SiteHazard.objects.get(pk=hazard.pk).description == "rival"


def test_a_retired_word_stays_where_it_stands(cast: Cast, settings: Any) -> None:
    with change(INSTALLER, "tests.code.retired"):
        Site.objects.filter(pk=cast.site_a.pk).update(site_type_id="site_type.single")
        Code.objects.filter(pk="site_type.single").update(in_use=False)
    client = browser(cast.investigator, settings)
    url = reverse("admin:cases_site_change", args=[cast.site_a.pk])
    assert client.post(url, as_sent(client.get(url), name="Renamed")).status_code == 302
    site = Site.objects.get(pk=cast.site_a.pk)
    assert (site.name, site.site_type_id) == ("Renamed", "site_type.single")


def test_a_first_password_is_shown_once_and_no_hash_ever(cast: Cast, settings: Any) -> None:
    client = browser(cast.administrator, settings)
    way = reverse("admin:cases_user_way", args=[cast.nobody.pk, "password"])
    assert client.get(way).status_code == 200
    shown = client.post(way)
    password = shown.context["password"]
    person = User.objects.get(pk=cast.nobody.pk)
    assert person.check_password(password)
    assert "no-store" in shown["Cache-Control"]
    for page in ("change", "history"):
        text = client.get(reverse(f"admin:cases_user_{page}", args=[person.pk])).content.decode()
        assert password not in text
        assert person.password not in text
        assert person.password.rsplit("$", maxsplit=1)[-1] not in text


def test_an_account_is_made_switched_off_and_on(cast: Cast, settings: Any) -> None:
    client = browser(cast.administrator, settings)
    add = reverse("admin:cases_user_add")
    made = client.post(
        add,
        as_sent(client.get(add), full_name="New Person", username="new", agency=str(cast.agency.pk)),
    )
    person = User.objects.get(username="new")
    assert made["Location"] == reverse("admin:cases_user_change", args=[person.pk])
    assert not person.has_usable_password()
    for name, active in (("deactivate", False), ("reactivate", True)):
        url = reverse("admin:cases_user_way", args=[person.pk, name])
        assert client.post(url, {"reason": "left and came back"}).status_code == 302
        assert User.objects.get(pk=person.pk).is_active is active


def test_an_agency_adds_a_word_of_its_own(cast: Cast, settings: Any) -> None:
    client = browser(cast.administrator, settings)
    add = reverse("admin:cases_code_add")
    sent = as_sent(client.get(add), scheme="hazard", word="quicksand", label="Quicksand", source="Office A")
    assert client.post(add, sent).status_code == 302
    code = Code.objects.get(pk="hazard.quicksand")
    assert (code.label, code.verification) == ("Quicksand", "agency")
    assert "word with that short name already" in client.post(add, sent).content.decode()


def test_the_auditor_reads_the_access_log_and_nobody_else(cast: Cast, settings: Any) -> None:
    url = reverse("admin:cases_accesslogentry_changelist")
    assert browser(cast.auditor, settings).get(url).status_code == 200
    assert browser(cast.administrator, settings).get(url).status_code == 403


def test_a_part_is_not_changed_without_the_version_that_was_read(cast: Cast, settings: Any) -> None:
    with change(INSTALLER, "tests.hazard.made"):
        hazard = SiteHazard.objects.create(
            case=cast.case_a, site=cast.site_a, kind_id="hazard.mines", reported_on="2024-02-21"
        )
    client = browser(cast.investigator, settings)
    url = reverse("admin:cases_site_change", args=[cast.site_a.pk])
    sent = as_sent(client.get(url))
    [name] = [key for key in sent if key.endswith("0-read_version") and "hazard" in key]
    sent[name.replace("read_version", "description")] = "by the wall"
    answer = client.post(url, {key: value for key, value in sent.items() if key != name})
    assert "does not say which version" in answer.content.decode()
    hazard.refresh_from_db()
    assert hazard.description == ""
    assert client.post(url, sent).status_code == 302


def test_a_case_is_handed_over_on_its_page(cast: Cast, settings: Any) -> None:
    client = browser(cast.prosecutor, settings)
    url = reverse("admin:cases_case_hand_over", args=[cast.case_a.pk])
    assert url in client.get(reverse("admin:cases_case_change", args=[cast.case_a.pk])).content.decode()
    assert "Choose the agency" in client.post(url, {"reason": "theirs"}).content.decode()
    sent = {"reason": "theirs", "agency": str(cast.other_agency.pk)}
    assert client.post(url, sent).status_code == 302
    cast.case_a.refresh_from_db()
    assert cast.case_a.lead_agency == cast.other_agency


def test_the_page_of_a_code_leads_to_its_history(cast: Cast, settings: Any) -> None:
    code = Code.objects.filter(scheme="came_to_light").first()
    assert code is not None
    client = browser(cast.investigator, settings)
    address = reverse("admin:cases_code_history", args=[quote(code.pk)])
    assert address in client.get(reverse("admin:cases_code_change", args=[quote(code.pk)])).content.decode()
    assert client.get(address).status_code == 200
