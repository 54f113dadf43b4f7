"""Sharing: chosen fields of a record are released in words that stay; the record itself stays where it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from cases import topics
from cases.ledger.context import change
from cases.models import DiscoveryReport, Sharing, SharingSource, Site
from cases.services import sharing as service
from cases.services.handling import set_handling
from remains.models import Find
from tests.actors import INSTALLER, SINCE, Cast
from tests.refused import database_refuses, refused
from tests.signed_in import signed_in

LIST = reverse("admin:cases_sharing_changelist")
ADD = reverse("admin:cases_sharing_add")
BODY, BASIS = "ICRC delegation", "by the agreement of 1 March"


@pytest.fixture
def informant(cast: Cast) -> DiscoveryReport:
    """A report for the investigation only, by somebody who is protected."""
    with change(INSTALLER, "tests.report.made"):
        return DiscoveryReport.objects.create(
            case=cast.case_a,
            received_on=SINCE,
            received_by="District office",
            account="Seven people lie under the road",
            reporter="Somebody ZQNAME",
            reporter_protected=True,
            place_description="at the bend ZQPLACE",
            handling="investigation",
        )


def shared(cast: Cast, record: Any, *names: str, **more: Any) -> Sharing:
    values = {"recipient": "icrc", "body": BODY, "basis": BASIS, "version": record.version, **more}
    return service.share(actor=cast.prosecutor, record=record, names=names, **values)


def test_the_liaison_reads_the_words_that_were_released_and_nothing_else(
    cast: Cast, informant: DiscoveryReport
) -> None:
    entry = shared(cast, informant, "account")
    assert Sharing.objects.visible_to(cast.liaison).get() == entry
    assert [(field["label"], field["value"]) for field in entry.content] == [
        ("What was reported", "Seven people lie under the road")
    ]
    for kind in (SharingSource, DiscoveryReport):
        assert not kind.objects.visible_to(cast.liaison).exists()
    client = signed_in(cast.liaison)
    for url in (
        LIST,
        reverse("admin:cases_sharing_change", args=[entry.pk]),
        reverse("admin:cases_sharing_history", args=[entry.pk]),
    ):
        page = client.get(url).content.decode()
        assert "ZQ" not in page
        assert str(informant.pk) not in page
    shown = client.get(reverse("admin:cases_sharing_change", args=[entry.pk])).content.decode()
    for words in ("Seven people lie under the road", BODY, BASIS, "a record that is not shown to you"):
        assert words in shown
    to_prosecutor = signed_in(cast.prosecutor).get(reverse("admin:cases_sharing_change", args=[entry.pk]))
    assert (
        reverse("admin:cases_discoveryreport_change", args=[informant.pk]) in to_prosecutor.content.decode()
    )


def test_who_is_protected_from_part_of_the_team_is_not_released(
    cast: Cast, informant: DiscoveryReport
) -> None:
    offered = {field.name: field for field in service.fields_of(informant)}
    assert "reporter" not in offered
    assert offered["place_description"].withheld
    assert not {"handling", "version", "id", "case"} & set(offered)
    with refused("sharing.field", "fields"):
        shared(cast, informant, "reporter")


def test_what_was_released_stays_whatever_becomes_of_the_record(cast: Cast) -> None:
    entry = shared(cast, cast.site_a, "name")
    with change(INSTALLER, "tests.site.changed"):
        Site.objects.filter(pk=cast.site_a.pk).update(name="Another name")
    cast.site_a.refresh_from_db()
    set_handling(
        actor=cast.investigator,
        record=cast.site_a,
        handling="investigation",
        reason="x",
        version=cast.site_a.version,
    )
    entry.refresh_from_db()
    source = entry.sources.get()
    assert (entry.handling, entry.content[0]["value"]) == ("open", "Site KHJ01")
    assert (source.handling, source.record_version, source.about.record) == ("investigation", 1, cast.site_a)
    edits: tuple[dict[str, Any], ...] = (
        {"basis": "x"},
        {"content": []},
        {"withdrawn_at": dt.datetime.now(dt.UTC), "withdrawn_reason": "x"},
    )
    for edit in edits:
        with database_refuses("cases_sharing_entry_fixed"):
            Sharing.objects.filter(pk=entry.pk).update(**edit)
    with database_refuses("cases_sharing_entry_fixed"):
        SharingSource.objects.filter(pk=source.pk).update(record_version=2)


def test_what_went_to_another_body_is_not_told_to_the_icrc(cast: Cast) -> None:
    entry = shared(cast, cast.find_a, "number", recipient="other", body="Ministry of Health")
    assert (entry.handling, entry.sources.get().handling) == ("investigation", "investigation")
    assert not Sharing.objects.visible_to(cast.liaison).exists()
    for recipient, handling in (("other", "open"), ("icrc", "investigation")):
        with database_refuses("cases_sharing_open_to_recipient", cast.prosecutor):
            Sharing.objects.create(
                case=cast.case_a, recipient=recipient, handling=handling, body="x", basis="x", title="x",
                content=[], shared_by=cast.prosecutor, shared_at=dt.datetime.now(dt.UTC),
            )  # fmt: skip


def test_only_a_prosecutor_shares_in_their_own_name_what_they_see(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.hidden"):
        Find.objects.filter(pk=cast.find_a.pk).update(handling="humanitarian")
    with refused("access.not_found"):
        shared(cast, cast.find_a, "number")
    for who in ("investigator", "liaison", "supervisor"):
        with refused("access.forbidden"):
            service.share(
                actor=cast.people[who], record=cast.site_a, names=["name"], recipient="icrc", body="x", basis="x",
                version=1,
            )  # fmt: skip
    with database_refuses("cases_sharing_own_name", cast.prosecutor):
        Sharing.objects.create(
            case=cast.case_a, recipient="icrc", body="x", basis="x", title="x", content=[],
            shared_by=cast.second_prosecutor, shared_at=dt.datetime.now(dt.UTC),
        )  # fmt: skip


def test_an_entry_says_what_to_whom_and_on_what_basis(cast: Cast) -> None:
    with refused("sharing.nothing", "fields"):
        shared(cast, cast.site_a)
    with refused("sharing.recipient", "recipient"):
        shared(cast, cast.site_a, "name", recipient="press")
    for empty in ("body", "basis"):
        with refused("record.invalid", empty):
            shared(cast, cast.site_a, "name", **{empty: " "})
    with refused("record.stale"):
        shared(cast, cast.site_a, "name", version=7)


def test_a_prosecutor_chooses_on_the_page_and_the_liaison_finds_it(cast: Cast) -> None:
    site = reverse("admin:cases_site_change", args=[cast.site_a.pk])
    client = signed_in(cast.prosecutor)
    [group] = [g for g in client.get(site).context["related_groups"] if g.title == "Shared with others"]
    page = client.get(group.add_link)
    assert not any(chosen for _field, chosen in page.context["offered"])
    sent = {"record": topics.address_of(cast.site_a), "version": "1", "body": BODY, "basis": BASIS}
    assert client.post(ADD, sent).status_code == 422
    again = client.post(ADD, {**sent, "recipient": "icrc"})
    assert (again.status_code, again.context["refusal"].code, again.context["basis"]) == (
        422,
        "sharing.nothing",
        BASIS,
    )
    assert client.post(ADD, {**sent, "recipient": "icrc", "fields": ["code", "name"]}).status_code == 302
    entry = Sharing.objects.get()
    listed = signed_in(cast.liaison).get(LIST)
    assert [row.pk for row in listed.context["cl"].result_list] == [entry.pk]
    [group] = [
        g
        for g in signed_in(cast.liaison).get(site).context["related_groups"]
        if g.title == "Shared with others"
    ]
    assert [link for _label, link in group.rows] == [reverse("admin:cases_sharing_change", args=[entry.pk])]
    assert group.add_link is None


def test_the_page_knows_no_record_that_is_out_of_sight(cast: Cast) -> None:
    client = signed_in(cast.prosecutor)
    hidden = topics.address_of(cast.find_b)
    nowhere = topics.address_of(Find(id=cast.site_a.pk))
    assert client.get(ADD, {"record": hidden}).content == client.get(ADD, {"record": nowhere}).content
    assert client.get(ADD, {"record": hidden}).status_code == 404
    assert signed_in(cast.investigator).get(ADD).status_code == 403
