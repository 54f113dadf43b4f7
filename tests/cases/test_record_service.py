"""What every door does the same way: version, withdrawal, handling, parents, words for what the database refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from cases.ledger.context import change
from cases.ledger.table_rules import case_references
from cases.models import (
    CaseRecord,
    DiscoveryReport,
    Incident,
    LedgerEntry,
    Site,
    SiteHazard,
    SiteVisit,
    StatedFigure,
    VisitParticipant,
)
from cases.services import incident, report, visit
from cases.services.record import change_record, create_record, withdraw_record
from cases.services.rules import rule_of
from tests.actors import INSTALLER, SINCE, Cast, make_site
from tests.refused import database_refuses, refused, run

TOMORROW = dt.date.today() + dt.timedelta(days=1)  # noqa: DTZ011


def case_records() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, CaseRecord)]


def test_a_version_that_was_overtaken_is_refused_and_changes_nothing(cast: Cast) -> None:
    mine, theirs = Site.objects.get(pk=cast.site_a.pk), Site.objects.get(pk=cast.site_a.pk)
    theirs.name = "Theirs"
    change_record(actor=cast.investigator, record=theirs, version=1)
    mine.name = "Mine"
    with refused("record.stale"):
        change_record(actor=cast.investigator, record=mine, version=1)
    assert Site.objects.get(pk=cast.site_a.pk).name == "Theirs"


def test_a_withdrawn_record_stays_as_it_is(cast: Cast) -> None:
    with refused("record.withdrawal_without_reason", "reason"):
        withdraw_record(actor=cast.investigator, record=cast.site_a, reason="  ")
    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    gone = withdraw_record(actor=cast.investigator, record=cast.site_a, reason="entered twice")
    assert gone.version == Site.objects.get(pk=gone.pk).version == 2
    with refused("record.withdrawn"):
        withdraw_record(actor=cast.investigator, record=cast.site_a, reason="again")
    gone.name = "Other"
    with refused("record.withdrawn"):
        change_record(actor=cast.investigator, record=gone, version=2)
    with database_refuses("cases_site_stays_withdrawn"):
        run("UPDATE cases_site SET name = 'Other' WHERE id = %s", gone.pk)
    assert gone not in Site.objects.visible_to(cast.investigator).current()
    assert gone in Site.objects.visible_to(cast.investigator)


def test_the_handling_of_a_withdrawn_record_may_follow_what_it_belongs_to(cast: Cast) -> None:
    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    gone = withdraw_record(actor=cast.investigator, record=cast.site_a, reason="entered twice")
    with change(INSTALLER, "tests.site.changed"):
        Site.objects.filter(pk=gone.pk).update(handling="open")


def test_a_withdrawal_is_said_in_the_ledger_with_its_reason(cast: Cast) -> None:
    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    withdraw_record(actor=cast.investigator, record=cast.site_a, reason="entered twice")
    entry = LedgerEntry.objects.filter(chain=cast.case_a.pk).order_by("seq").last()
    assert entry is not None
    assert (entry.action, entry.reason) == ("cases.site.withdrawn", "entered twice")


def test_a_refused_change_leaves_no_trace(cast: Cast) -> None:
    before = LedgerEntry.objects.count()
    with refused("site.code_taken"):
        create_record(
            actor=cast.investigator,
            record=Site(case=cast.case_a, code="KHJ01", name="Twin", status="reported"),
        )
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize(
    ("name", "handling"),
    [("investigator", "humanitarian"), ("prosecutor", "humanitarian"), ("liaison", "investigation")],
)
def test_nobody_gives_a_record_a_handling_they_could_not_see(cast: Cast, name: str, handling: str) -> None:
    record = Incident(case=cast.case_a, title="x", source="a witness", handling=handling)
    with refused("record.handling_out_of_sight", "handling"):
        incident.create(actor=cast.people[name], record=record)


def test_a_record_without_a_case_is_refused(cast: Cast) -> None:
    with refused("record.without_case", "case"):
        incident.create(actor=cast.administrator, record=Incident(title="x", source="y"))


def test_what_hangs_on_a_restricted_record_is_restricted(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        kept = make_site(cast.case_a, "K1", handling="investigation")
    child: dict[str, Any] = {
        "case": cast.case_a,
        "site": kept,
        "kind_id": "hazard.mines",
        "reported_on": SINCE,
    }
    with refused("record.handling_of_parent", "handling"):
        create_record(actor=cast.investigator, record=SiteHazard(**child))
    with database_refuses("cases_sitehazard_handling_of_parent"):
        SiteHazard(**child).save()
    mine = create_record(actor=cast.investigator, record=SiteHazard(**child, handling="investigation"))
    with database_refuses("cases_sitehazard_handling_of_parent"):
        run("UPDATE cases_sitehazard SET handling = 'open' WHERE id = %s", mine.pk)


def test_a_record_is_not_restricted_over_the_heads_of_its_parts(cast: Cast) -> None:
    part = SiteHazard(case=cast.case_a, site=cast.site_a, kind_id="hazard.mines", reported_on=SINCE)
    create_record(actor=cast.investigator, record=part)
    cast.site_a.handling = "investigation"
    with refused("record.handling_of_parts", "handling"):
        change_record(actor=cast.investigator, record=cast.site_a, version=1)
    with database_refuses("cases_sitehazard_handling_of_parent"):
        run("UPDATE cases_site SET handling = 'investigation' WHERE id = %s", cast.site_a.pk)


def test_what_is_hidden_from_somebody_is_not_changed_by_them(cast: Cast) -> None:
    with change(INSTALLER, "tests.report.made"):
        made = DiscoveryReport.objects.create(
            case=cast.case_a, received_on=SINCE, received_by="Duty desk", account="Bones", reporter="A farmer"
        )
    made.reporter = "Somebody else"
    with refused("record.field_out_of_sight", "reporter"):
        report.change(actor=cast.liaison, record=made, version=1)
    made.reporter = "A farmer"
    made.received_by = "Night desk"
    assert report.change(actor=cast.liaison, record=made, version=1).version == 2


def test_what_has_not_happened_yet_is_refused(cast: Cast) -> None:
    with refused("record.day_in_future", "stated_on"):
        incident.create(
            actor=cast.investigator,
            record=Incident(case=cast.case_a, title="x", source="y", stated_on=TOMORROW),
        )
    with refused("record.day_in_future", "received_on"):
        report.create(
            actor=cast.investigator,
            record=DiscoveryReport(case=cast.case_a, received_on=TOMORROW, received_by="x", account="y"),
        )
    with refused("record.day_in_future", "visited_edtf"):
        visit.create(
            actor=cast.investigator,
            record=SiteVisit(case=cast.case_a, site=cast.site_a, visited_edtf="2190-01", purpose="x"),
        )


def figure(cast: Cast, **fields: Any) -> StatedFigure:
    values = {
        "measure_id": "measure.killed",
        "qualifier": "exact",
        "number": 613,
        "source": "the prosecution",
    }
    return StatedFigure(case=cast.case_a, **(values | fields))


def test_a_stated_figure_has_one_subject_and_a_source(cast: Cast) -> None:
    about = incident.create(
        actor=cast.investigator,
        record=Incident(case=cast.case_a, title="x", source="y", happened_edtf="1992-02-26"),
    )
    assert create_record(actor=cast.investigator, record=figure(cast, incident=about)).version == 1
    for subjects in ({}, {"incident": about, "site": cast.site_a}):
        with refused("figure.one_subject", "incident"):
            create_record(actor=cast.investigator, record=figure(cast, **subjects))
        with database_refuses("cases_statedfigure_one_subject"):
            figure(cast, **subjects).save()
    with refused("record.invalid", "source"):
        create_record(actor=cast.investigator, record=figure(cast, incident=about, source=""))
    with database_refuses("cases_statedfigure_source"):
        figure(cast, incident=about, source="").save()


def test_two_sources_may_disagree_and_both_stay(cast: Cast) -> None:
    for number in (613, 485):
        create_record(actor=cast.investigator, record=figure(cast, site=cast.site_a, number=number))
    assert StatedFigure.objects.count() == 2


def test_a_participant_of_a_visit_has_a_name(cast: Cast) -> None:
    made = visit.create(
        actor=cast.investigator,
        record=SiteVisit(case=cast.case_a, site=cast.site_a, visited_edtf="2024-02-21", purpose="inspection"),
    )
    record = VisitParticipant(case=cast.case_a, visit=made, capacity="observer")
    with refused("visit.participant_named", "organisation"):
        create_record(actor=cast.investigator, record=record)
    with database_refuses("cases_visitparticipant_named"):
        record.save()


def test_the_point_of_a_report_is_whole_and_on_the_earth(cast: Cast) -> None:
    def made(**point: Any) -> DiscoveryReport:
        return DiscoveryReport(
            case=cast.case_a, received_on=SINCE, received_by="Duty desk", account="Bones", **point
        )

    with refused("record.position_whole", "longitude"):
        report.create(actor=cast.investigator, record=made(longitude=46))
    with refused("geometry.no_place", "longitude"):
        report.create(actor=cast.investigator, record=made(longitude=0, latitude=0))
    with database_refuses("cases_discoveryreport_position_whole"):
        made(latitude=1).save()


@pytest.mark.parametrize("model", case_records(), ids=lambda model: model.__name__)
def test_every_kind_of_record_is_held_by_the_database(db: None, model: Any) -> None:
    triggers = {"ledger_5_insert", "ledger_5_update", "ledger_1_freeze", "ledger_4_withdrawn"}
    if model.__name__ != "Membership":
        triggers |= {"ledger_6_rules_insert", "ledger_6_rules_update"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'A'",
            [model._meta.db_table],
        )
        held = dict(cursor.fetchall())
    assert triggers <= held.keys()
    if references := [field.column for field in case_references(model)]:
        for column in ("handling", *references):
            assert f"old.{column} IS DISTINCT FROM" in held["ledger_6_hanging"].replace("(", "").replace(
                ")::text", ""
            )


def _rules_of_the_database() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text ~ '^(cases|remains|evidence)_' "
            "AND contype IN ('c', 'x') UNION "
            "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class t ON t.oid = indrelid WHERE indisunique "
            "AND NOT indisprimary AND t.relname ~ '^(cases|remains|evidence)_' UNION "
            "SELECT (regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''(?! \\|)', 'g'))[1] "
            "FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public' UNION "
            "SELECT encode(tgargs, 'escape') FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid "
            "WHERE proname = 'ledger_rule'"
        )
        for (name,) in cursor.fetchall():
            yield name.removesuffix("\\000")


#: Held by a field of its own, which says so itself; or by what no person can bring about.
SAID_ELSEWHERE = ("_key", "_like", "_check", "_in_case", "_uniq")
#: Numbers, places and rows that Taphos itself gives and keeps.
NOBODYS = {
    "cases_delivery_ended",
    "cases_notice_one_of_three",
    "cases_noticedupto_once",
    "cases_keptanswer_once",
    "cases_mirror_once",
    "cases_mirror_pulled",
    "cases_mirroredrecord_once",
    "cases_mirrorwitness_once",
}


def test_every_rule_of_the_database_is_put_into_words(db: None) -> None:
    wordless = [
        name
        for name in _rules_of_the_database()
        if rule_of(name) is None and not name.endswith(SAID_ELSEWHERE) and name not in NOBODYS
    ]
    assert wordless == []


def test_the_clock_of_withdrawal_is_the_servers(cast: Cast) -> None:
    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    gone = withdraw_record(actor=cast.investigator, record=cast.site_a, reason="entered twice")
    assert abs(timezone.now() - gone.withdrawn_at) < dt.timedelta(minutes=1)


def test_every_record_begins_at_version_1(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        site = make_site(cast.case_a, "V1", version=7)
    assert Site.objects.get(pk=site.pk).version == 1
