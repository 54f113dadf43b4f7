"""The ledger writes itself: every change is an entry, and no change goes without a name."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from cases.ledger.context import change
from cases.ledger.entries import chain_of
from cases.ledger.verify import verify_chain
from cases.models import LedgerEntry, Site
from remains.models import Find
from tests.actors import INSTALLER, Cast, make_find, make_site


def test_a_change_is_an_entry_with_actor_action_and_reason(cast: Cast) -> None:
    with change(cast.investigator, "cases.site.changed", reason="told by the guard"):
        cast.site_a.name = "Old well"
        cast.site_a.save()
    entry = LedgerEntry.objects.filter(chain=cast.case_a.id).latest("seq")
    assert (entry.actor_name, entry.agency, entry.action, entry.reason, entry.operation) == (
        "Investigator",
        "POA",
        "cases.site.changed",
        "told by the guard",
        "U",
    )
    assert json.loads(entry.payload)["name"] == "Old well"
    assert json.loads(entry.payload)["version"] == 2


def test_a_chain_is_numbered_without_gap_and_hashed_entry_by_entry(cast: Cast) -> None:
    with change(INSTALLER, "tests.finds.made"):
        for serial in range(2, 6):
            make_find(cast.site_a, serial)
    entries = list(LedgerEntry.objects.filter(chain=cast.case_a.id))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    previous = bytes(32)
    for e in entries:
        payload_hash = hashlib.sha256(bytes(e.salt) + e.payload.encode()).digest()
        body = "\n".join(
            [
                "1",
                str(e.chain),
                str(e.seq),
                str(e.at_us),
                str(e.actor_id or "-"),
                e.actor_name,
                e.agency,
                e.channel,
                e.action,
                e.table_name,
                e.operation,
                e.db_user,
                e.record_id,
                payload_hash.hex(),
                e.reason,
            ]
        )
        assert bytes(e.previous) == previous
        previous = hashlib.sha256(previous + body.encode()).digest()
        assert bytes(e.hash) == previous


def test_a_write_without_an_actor_is_refused(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="without an actor"), transaction.atomic():
        make_site(cast.case_a, "X9")
    assert not Site.objects.filter(code="X9").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET payload = '{}'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
        "INSERT INTO ledger_chain VALUES (gen_random_uuid())",
        "DELETE FROM cases_site",
        "DELETE FROM remains_find",
        "TRUNCATE cases_site CASCADE",
        "ALTER TABLE cases_site DISABLE TRIGGER ALL",
        "CREATE TEMP TABLE t (id uuid, case_id uuid); CREATE TRIGGER t AFTER INSERT ON t "
        "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_case()",
    ],
)
def test_the_application_role_cannot(cast: Cast, statement: str) -> None:
    with (
        pytest.raises((ProgrammingError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("many", [1, 2, 40])
def test_one_row_and_many_are_recorded_in_the_same_form(cast: Cast, many: int) -> None:
    finds = [
        Find(case=cast.case_a, site=cast.site_a, serial=n, number=f"F-{n}", category="bone", status="located")
        for n in range(100, 100 + many)
    ]
    with change(INSTALLER, "tests.finds.made", reason="two\nlines"):
        Find.objects.bulk_create(finds)
    chain = chain_of("A-1")
    assert chain is not None
    assert verify_chain(chain).intact
    entries = LedgerEntry.objects.filter(chain=chain.id, record_id__in=[str(find.pk) for find in finds])
    assert [entry.reason for entry in entries] == ["two\nlines"] * many


def test_a_statement_that_changes_nothing_is_no_entry_and_needs_no_name(cast: Cast) -> None:
    before = LedgerEntry.objects.count()
    Site.objects.filter(code="nowhere").update(name="x")
    assert LedgerEntry.objects.count() == before
