"""Topics: any record of the case can be spoken about, and nobody learns by it of a record that is kept from them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import topics
from cases.ledger.context import change
from cases.ledger.tables import recorded_tables
from cases.models import Direction, Handling, Site, Topic
from cases.services.handling import set_handling
from cases.services.topic import topic_of
from remains.models import Find
from tests.actors import INSTALLER, SINCE, Cast, make_site
from tests.cases.everything import one_of_each
from tests.cases.test_ledger_tables import triggers_of
from tests.refused import database_refuses, refused

NEVER = {
    "cases_topic",
    "cases_direction",
    "cases_observation",
    "cases_enquiry",
    "cases_discloseditem",
    "cases_sharingsource",
}
KINDS = sorted(name for name, table in recorded_tables().items() if table.kind == "case")


def written(cast: Cast, record: Any, **fields: Any) -> Topic:
    """Write a topic past its service."""
    values = {"case": cast.case_a, "table_name": record._meta.db_table, "record_id": record.pk, **fields}
    return Topic.objects.create(**values)


@pytest.mark.parametrize("table", KINDS)
def test_every_table_of_records_knows_what_is_said_about_its_rows(db: None, table: str) -> None:
    may = topics.may_be_topic(recorded_tables()[table].model)
    assert may is (table not in NEVER)
    assert triggers_of(table)["ledger_7_handling_below"] == ("A", "ledger_handling_below")
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN (SELECT cases_topic_kinds())", [table])
        assert cursor.fetchone() == (may,)


def test_one_record_is_one_topic_however_often_it_is_spoken_about(cast: Cast) -> None:
    first = topic_of(actor=cast.prosecutor, record=cast.find_a)
    assert topic_of(actor=cast.investigator, record=cast.find_a) == first
    assert (first.record, str(first)) == (cast.find_a, "Find KHJ01-0001")


def test_nobody_speaks_about_what_they_do_not_see_or_what_is_no_topic(cast: Cast) -> None:
    with refused("access.not_found"):
        topic_of(actor=cast.outsider, record=cast.find_a)
    topic = topic_of(actor=cast.prosecutor, record=cast.find_a)
    with refused("topic.kind"):
        topic_of(actor=cast.prosecutor, record=topic)


def test_the_database_holds_a_topic_to_a_record_of_its_case(cast: Cast) -> None:
    with database_refuses("cases_topic_record_same_case"):
        written(cast, cast.find_b)
    with database_refuses("cases_topic_record_same_case"):
        written(cast, cast.find_a, record_id=uuid4())
    for table in ("cases_case", "cases_user", "pg_class", "nowhere", 'x"; DROP TABLE cases_site; --'):
        with database_refuses("cases_topic_kind_known"):
            written(cast, cast.find_a, table_name=table)
    topic = topic_of(actor=cast.prosecutor, record=cast.find_a)
    with database_refuses("cases_topic_kind_known"):
        written(cast, topic)
    with database_refuses("cases_topic_record_fixed"):
        Topic.objects.filter(pk=topic.pk).update(record_id=cast.site_a.pk, table_name="cases_site")
    with database_refuses("cases_topic_once"):
        written(cast, cast.find_a)


@pytest.mark.parametrize("handling", ["investigation", "humanitarian"])
def test_what_is_said_about_a_restricted_record_is_restricted(cast: Cast, handling: str) -> None:
    made = one_of_each(cast, handling)
    for other in set(Handling.values) - {handling}:
        with database_refuses("cases_topic_handling_of_parent"):
            written(cast, made["Find"], handling=other)
    with change(INSTALLER, "tests.topic.made"):
        topic = written(cast, made["Find"], handling=handling)
    with database_refuses("cases_direction_handling_of_parent"):
        a_direction(cast, topic)


def a_direction(cast: Cast, topic: Topic, **fields: Any) -> Direction:
    values = {"what": "Look", "assignee": cast.investigator, "given_by": cast.prosecutor, "given_on": SINCE}
    return Direction.objects.create(case=cast.case_a, about=topic, status="given", **{**values, **fields})


def test_a_record_is_not_restricted_past_what_is_said_about_it(cast: Cast) -> None:
    topic_of(actor=cast.prosecutor, record=cast.find_a)
    with database_refuses("cases_topic_handling_of_parent"):
        Find.objects.filter(pk=cast.find_a.pk).update(handling="investigation")


def test_what_is_said_about_a_record_is_restricted_and_opened_with_it(cast: Cast) -> None:
    topic = topic_of(actor=cast.prosecutor, record=cast.find_a)
    with change(INSTALLER, "tests.direction.made"):
        direction = a_direction(cast, topic)

    def handled(record: Any, handling: str, **more: Any) -> None:
        record.refresh_from_db()
        set_handling(
            actor=cast.investigator,
            record=record,
            handling=handling,
            reason="x",
            version=record.version,
            **more,
        )
        for row in (topic, direction):
            row.refresh_from_db()

    handled(cast.site_a, "investigation")
    assert (topic.handling, direction.handling) == ("investigation", "investigation")
    handled(cast.site_a, "open", with_parts=True)
    assert (topic.handling, direction.handling) == ("open", "open")
    handled(cast.find_a, "investigation")
    handled(cast.find_a, "open")
    assert (topic.handling, direction.handling) == ("investigation", "investigation")
    topic_of(actor=cast.liaison, record=cast.find_a)  # it is open by now, and so may be what is said next
    topic.refresh_from_db()
    assert topic.handling == "open"


def test_an_address_leads_only_to_what_is_seen(cast: Cast) -> None:
    address = topics.address_of(cast.find_a)
    assert topics.at_address(cast.investigator, address) == cast.find_a
    for nothing in (address[:-1], "", "nowhere:1", f"cases_user:{cast.investigator.pk}", "remains_find:x"):
        assert topics.at_address(cast.investigator, nothing) is None
    assert topics.at_address(cast.outsider, address) is None


def test_a_number_leads_only_to_what_is_seen_in_its_case(cast: Cast) -> None:
    assert topics.numbered(cast.investigator, cast.case_a, " KHJ01-0001 ") == [cast.find_a]
    assert topics.numbered(cast.investigator, cast.case_a, "KHJ01") == [cast.site_a]
    assert topics.numbered(cast.investigator, cast.case_a, "BBB01") == []
    with change(INSTALLER, "tests.find.hidden"):
        Find.objects.filter(pk=cast.find_a.pk).update(handling="humanitarian")
    assert topics.numbered(cast.investigator, cast.case_a, "KHJ01-0001") == []


def test_names_of_many_are_read_at_once_and_hold_nothing_that_is_withheld(cast: Cast) -> None:
    with change(INSTALLER, "tests.topic.made"):
        sites = [make_site(cast.case_a, f"N{number}") for number in range(5)]
        made = [written(cast, site) for site in [*sites, cast.find_a]]
    read = list(Topic.objects.filter(pk__in=[topic.pk for topic in made]))
    with CaptureQueriesContext(connection) as queries:
        topics.read_along([*read, None])
        names = {str(topic) for topic in read}
    assert len(queries) == len({Site, Find})
    assert names == {*(f"Site N{number} Site N{number}" for number in range(5)), "Find KHJ01-0001"}
