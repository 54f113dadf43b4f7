"""A record's history in words, for those who may see it, and never a word of what they may not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.ledger.context import Channel, change, through
from cases.ledger.history import history_of, latest_changes
from cases.ledger.payloads import Reader, Sight
from cases.ledger.words import action_in_words
from cases.models import Agency, Context, DiscoveryReport, Site
from remains.models import Find
from tests.actors import INSTALLER, Cast, make_find, make_site


def written(
    actor: Any, record: Any, action: str = "cases.site.changed", reason: str = "", **values: Any
) -> None:
    """Change a record as a service would."""
    record.refresh_from_db()
    for name, value in values.items():
        setattr(record, name, value)
    with change(actor, action, reason=reason):
        record.save()
    record.refresh_from_db()


def said(record: Any, viewer: Any) -> str:
    """Return all that a viewer is shown of a record's history, as one text."""
    return repr(history_of(record, viewer))


def test_a_change_says_who_when_from_where_why_and_what(cast: Cast) -> None:
    with through(Channel.ADMIN):
        written(
            cast.investigator, cast.site_a, reason="told by the guard", name="Old well", accuracy_m="12.5"
        )
    entry = history_of(cast.site_a, cast.prosecutor)[0]
    assert (entry.actor_name, entry.agency, entry.channel, entry.action, entry.reason) == (
        "Investigator",
        "POA",
        "admin",
        "Site changed",
        "told by the guard",
    )
    assert dt.datetime.now(dt.UTC) - entry.at < dt.timedelta(minutes=5)
    assert [(d.field, d.before, d.after) for d in entry.differences] == [
        ("name", "Site KHJ01", "Old well"),
        ("accuracy (m)", None, "12.5"),
    ]


def test_codes_choices_and_references_are_shown_by_their_names(cast: Cast) -> None:
    written(cast.investigator, cast.site_a, site_type_id="site_type.exec_grave")
    (difference,) = history_of(cast.site_a, cast.prosecutor)[0].differences
    assert difference.field == "site type"
    assert difference.after == str(cast.site_a.site_type)
    written(cast.investigator, cast.find_a, bindings="present", finder=cast.investigator)
    differences = history_of(cast.find_a, cast.prosecutor)[0].differences
    assert [(d.field, d.after) for d in differences] == [("found by", "Investigator"), ("bindings", "seen")]


def test_the_first_entry_says_all_that_was_filled_in_and_nothing_else(cast: Cast) -> None:
    entry = history_of(cast.site_a, cast.prosecutor)[-1]
    assert entry.whole
    assert [(d.field, d.after) for d in entry.differences] == [
        ("handling", "open to the case team"),
        ("code", "KHJ01"),
        ("name", "Site KHJ01"),
        ("status", "reported"),
    ]


def test_a_history_is_read_page_by_page(cast: Cast) -> None:
    for turn in range(5):
        written(cast.investigator, cast.site_a, name=f"Name {turn}")
    first = history_of(cast.site_a, cast.prosecutor, limit=2)
    second = history_of(cast.site_a, cast.prosecutor, limit=2, before=first[-1].seq)
    assert [d.after for entry in (*first, *second) for d in entry.differences] == [
        "Name 4",
        "Name 3",
        "Name 2",
        "Name 1",
    ]
    assert second[-1].differences[0].before == "Name 0"


def test_the_number_of_queries_does_not_grow_with_the_history(cast: Cast) -> None:
    def queries() -> int:
        find = Find.objects.get(pk=cast.find_a.pk)
        with CaptureQueriesContext(connection) as captured:
            history_of(find, cast.prosecutor)
        return len(captured)

    with change(INSTALLER, "tests.made"):
        contexts = [
            Context.objects.create(case=cast.case_a, site=cast.site_a, number=str(n), kind="fill")
            for n in range(6)
        ]
    written(cast.investigator, cast.find_a, context=contexts[0], finder=cast.investigator)
    queries()  # what the viewer holds is read once
    few = queries()
    for turn, context in enumerate(contexts):
        who = list(cast.people.values())[turn]
        written(cast.investigator, cast.find_a, context=context, finder=who, lifted_by=who)
    assert queries() == few


def test_nobody_reads_the_history_of_what_they_do_not_see(cast: Cast) -> None:
    for name in ("outsider", "nobody", "laboratory", "administrator"):
        assert history_of(cast.site_a, cast.people[name]) == []
    written(cast.investigator, cast.find_a, handling="investigation")
    assert history_of(cast.find_a, cast.liaison) == []


def test_a_time_when_the_record_was_withheld_stays_withheld(cast: Cast) -> None:
    written(cast.investigator, cast.find_a, remarks="before")
    written(cast.investigator, cast.find_a, handling="investigation", description="CANARY-1")
    written(cast.investigator, cast.find_a, description="CANARY-2", reason="CANARY-3")
    written(cast.investigator, cast.find_a, handling="open", description="fragment")
    for_all = said(cast.find_a, cast.prosecutor)
    assert all(f"CANARY-{n}" in for_all for n in (1, 2, 3))
    entries = history_of(cast.find_a, cast.liaison)
    assert "CANARY" not in repr(entries)
    assert [entry.whole for entry in entries] == [True, False, True]
    assert "before" not in {d.before for d in entries[0].differences}


def test_a_protected_reporter_is_in_no_history_even_once_the_report_names_another(cast: Cast) -> None:
    with change(INSTALLER, "cases.discoveryreport.created"):
        report = DiscoveryReport.objects.create(
            case=cast.case_a,
            received_on=dt.date(2024, 2, 21),
            received_by="Duty officer",
            reporter="CANARY",
            account="bones",
        )
    assert "CANARY" in said(report, cast.investigator)
    assert "CANARY" not in said(report, cast.anthropologist)
    written(cast.investigator, report, reporter="The company", reporter_protected=False)
    assert "CANARY" not in said(report, cast.anthropologist)
    written(cast.investigator, report, received_by="Duty officer 2")
    entries = history_of(report, cast.anthropologist)
    assert [d.after for d in entries[0].differences] == ["Duty officer 2"]
    assert "CANARY" not in repr(entries)


def test_the_place_of_an_unprotected_site_is_not_in_the_history_for_the_liaison(cast: Cast) -> None:
    written(cast.investigator, cast.site_a, place_description="CANARY", longitude="46.7", latitude="39.9")
    assert "CANARY" in said(cast.site_a, cast.investigator)
    shown = said(cast.site_a, cast.liaison)
    assert "CANARY" not in shown
    assert "46.7" not in shown


def test_a_reference_to_a_withheld_record_is_a_dash(cast: Cast) -> None:
    with change(INSTALLER, "tests.made"):
        context = Context.objects.create(case=cast.case_a, site=cast.site_a, number="CANARY", kind="fill")
    written(cast.investigator, cast.find_a, context=context)
    written(cast.investigator, cast.find_a, context=None, remarks="moved")
    written(INSTALLER, context, handling="investigation")
    assert "CANARY" in said(cast.find_a, cast.prosecutor)
    assert "CANARY" not in said(cast.find_a, cast.liaison)


def test_records_of_the_system_have_a_history_too(cast: Cast) -> None:
    agency = Agency.objects.get(short_name="POA")
    written(INSTALLER, agency, action="cases.agency.changed", name="Office A")
    entry = history_of(agency, cast.administrator)[0]
    assert (entry.action, entry.differences[0].after) == ("Agency changed", "Office A")
    assert history_of(agency, cast.nobody) == []
    assert cast.investigator.password not in said(cast.investigator, cast.administrator)


def test_the_latest_changes_of_a_case_name_records_and_lead_to_them(cast: Cast) -> None:
    written(cast.investigator, cast.find_a, action="remains.find.lift", remarks="x")
    newest = latest_changes(cast.case_a, cast.prosecutor, limit=3)
    assert len(newest) == 3
    assert (newest[0].action, newest[0].record, newest[0].target) == (
        "Find: Mark as lifted",
        "KHJ01-0001",
        ("remains.find", cast.find_a.pk),
    )
    assert newest[0].link.endswith(f"{cast.find_a.pk}/change/") or not newest[0].link


def test_the_latest_changes_leave_out_what_is_or_was_withheld(cast: Cast) -> None:
    with change(INSTALLER, "cases.site.created"):
        make_site(cast.case_a, "CANARY", handling="investigation")
    with change(INSTALLER, "remains.find.created"):
        make_find(cast.site_a, 7, remarks="opened later", handling="investigation", number="KHJ01-CANARY")
    assert "CANARY" in repr(latest_changes(cast.case_a, cast.investigator))
    assert "CANARY" not in repr(latest_changes(cast.case_a, cast.liaison))
    for name in ("outsider", "nobody", "laboratory", "administrator"):
        assert latest_changes(cast.case_a, cast.people[name]) == []
    later = Site.objects.get(code="CANARY")
    written(INSTALLER, later, handling="open", name="opened")
    shown = latest_changes(cast.case_a, cast.liaison)
    assert [change.action for change in shown if "CANARY" in change.record] == ["Site changed"]


def test_the_latest_changes_look_past_many_that_are_withheld(cast: Cast) -> None:
    with change(INSTALLER, "remains.find.created"):
        for serial in range(10, 70):
            make_find(cast.site_a, serial, handling="investigation")
    shown = latest_changes(cast.case_a, cast.liaison, limit=5)
    assert len(shown) == 5


def test_the_number_of_queries_does_not_grow_with_the_changes(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            latest_changes(cast.case_a, cast.prosecutor, limit=10)
        return len(captured)

    latest_changes(cast.case_a, cast.prosecutor)
    few = queries()
    with change(INSTALLER, "remains.find.created"):
        for serial in range(10, 60):
            make_find(cast.site_a, serial)
    assert queries() <= few


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("cases.site.created", "Site created"),
        ("cases.discoveryreport.withdrawn", "Discovery report withdrawn"),
        ("cases.site.verify", "Site: Mark as verified"),
        ("remains.find.rebury", "Find: Rebury"),
        ("cases.case.handed_over", "Case handed over"),
        ("remains.find.label_lost", "Find: label lost"),
        ("tests.cast.made", "Cast: made"),
    ],
)
def test_an_action_is_put_into_words(action: str, words: str) -> None:
    assert action_in_words(action) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], None),
        ([1, 2, 6], "1, 2, 6"),
        ({"phase": 3, "side": ""}, "phase: 3; side: -"),
        (
            {"type": "Point", "coordinates": [46.79, 39.91]},
            '{"type": "Point", "coordinates": [46.79, 39.91]}',
        ),
        (["01a20309-855d-70f3-a586-39e0f3bed095"], "1 entry, whole in the ledger"),
        ({"one": "x" * 400, "two": 2}, "2 entries, whole in the ledger"),
    ],
)
def test_a_structure_is_shown_as_people_read_it(value: Any, words: str | None) -> None:
    reader = Reader(Site, Sight(frozenset(), frozenset()), [])
    assert reader.in_words(Site._meta.get_field("outline"), {"outline": value}) == words
