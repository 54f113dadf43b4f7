"""Whoever owns the database can switch its triggers off; verification says what they did, and where."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from cases.ledger.context import change
from cases.ledger.entries import Chain, chain_of, every_chain
from cases.ledger.faults import What
from cases.ledger.verify import verify_all, verify_chain
from tests.actors import INSTALLER, Cast, make_find
from tests.owner import OF_ELEMENTS, as_owner, triggers_off


def chain_a() -> Chain:
    chain = chain_of("A-1")
    assert chain is not None
    return chain


def faults(**options: Any) -> list[tuple[str, int | None]]:
    return [(fault.what.value, fault.seq) for fault in verify_chain(chain_a(), **options).faults]


def test_what_was_written_by_services_is_intact(cast: Cast) -> None:
    report = verify_chain(chain_a())
    assert report.intact
    assert report.checked > 5


def test_every_chain_is_verified_and_the_records_of_all(cast: Cast) -> None:
    reports = list(verify_all())
    assert [report.subject for report in reports] == ["system", "A-1", "B-1", "records"]
    assert all(report.intact for report in reports)


def test_progress_is_told_for_every_entry(cast: Cast) -> None:
    told: list[int] = []
    report = verify_chain(chain_a(), progress=told.append)
    assert sum(told) == report.checked


@pytest.mark.parametrize(
    ("tampering", "what", "seq"),
    [
        ("UPDATE ledger_entry SET payload = overlay(payload PLACING '{ ' FROM 1 FOR 1) {at}", "payload", 3),
        (
            "UPDATE ledger_entry SET payload = '{}', payload_hash = sha256(salt || convert_to('{}', 'UTF8')) {at}",
            "hash",
            3,
        ),
        ("UPDATE ledger_entry SET actor_name = 'Somebody Else' {at}", "hash", 3),
        ("UPDATE ledger_entry SET table_name = E'I\\n' || table_name {at}", "line_break", 3),
        ("UPDATE ledger_entry SET db_user = db_user || E'\\r' {at}", "line_break", 3),
        ("UPDATE ledger_entry SET reason = 'because' {at}", "hash", 3),
        ("UPDATE ledger_entry SET at_us = at_us + 1 {at}", "hash", 3),
        ("UPDATE ledger_entry SET record_id = gen_random_uuid()::text {at}", "hash", 3),
        ("UPDATE ledger_entry SET hash = sha256(hash) {at}", "hash", 3),
        ("UPDATE ledger_entry SET previous = hash {at}", "previous", 3),
        ("UPDATE ledger_entry SET form = 2 {at}", "unknown_form", 3),
        ("DELETE FROM ledger_entry {at}", "missing", 3),
        ("DELETE FROM ledger_entry WHERE chain = '{chain}' AND seq IN (1, 2)", "missing", 1),
        (
            "INSERT INTO ledger_entry SELECT chain, seq + 1, form, at_us, actor_id, actor_name, agency, channel,"
            " action, reason, table_name, record_id, operation, db_user, payload, salt, payload_hash, previous, hash"
            " FROM ledger_entry WHERE chain = '{chain}' ORDER BY seq DESC LIMIT 1",
            "previous",
            None,
        ),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_the_first_broken_entry_is_named(cast: Cast, tampering: str, what: str, seq: int | None) -> None:
    chain = chain_a()
    whole = verify_chain(chain).checked
    at = f"WHERE chain = '{chain.id}' AND seq = 3"
    with triggers_off("ledger_entry") as owner:
        owner.execute(tampering.replace("{at}", at).replace("{chain}", str(chain.id)))
    report = verify_chain(chain, records=False)
    assert report.first is not None
    assert (report.first.what.value, report.first.seq) == (what, seq or whole + 1)
    assert str(report.first).startswith(f"A-1, entry {seq or whole + 1}: ")


@pytest.mark.django_db(transaction=True)
def test_a_chain_without_entries_is_not_intact_while_its_case_stands(cast: Cast) -> None:
    with triggers_off("ledger_entry") as owner:
        owner.execute("DELETE FROM ledger_entry WHERE chain = %s", [cast.case_a.id])
    assert faults(records=False) == [("empty", None)]


@pytest.mark.django_db(transaction=True)
def test_a_wiped_ledger_is_not_intact_even_when_the_records_are_wiped_with_it(transactional_db: None) -> None:
    wiped = (*OF_ELEMENTS, "cases_code")
    with triggers_off("cases_code") as codes:
        for table in wiped:
            codes.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
            codes.execute(f"DELETE FROM {table}")
    with triggers_off("ledger_entry") as owner:
        owner.execute("DELETE FROM ledger_entry")
    try:
        reports = list(verify_all())
    finally:
        with triggers_off("cases_code") as owner:
            for table in reversed(wiped):
                owner.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
                owner.execute(f"DROP TABLE kept_{table}")
    assert [report.faults[-1].what for report in reports] == [What.EMPTY, What.EMPTY]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("table", "behind", "what"),
    [
        ("cases_site", "UPDATE cases_site SET name = 'Another place' WHERE case_id = '{a}'", "drift"),
        ("remains_find", "UPDATE remains_find SET version = 9 WHERE case_id = '{a}'", "drift"),
        ("remains_find", "DELETE FROM remains_find WHERE case_id = '{a}'", "gone"),
        (
            "remains_find",
            "INSERT INTO remains_find SELECT (jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid(),"
            " 'number', 'FORGED', 'serial', 900))).* FROM remains_find f WHERE case_id = '{a}'",
            "unrecorded",
        ),
    ],
)
def test_a_row_changed_behind_the_triggers_is_named(cast: Cast, table: str, behind: str, what: str) -> None:
    with triggers_off(table) as owner:
        owner.execute(behind.replace("{a}", str(cast.case_a.id)))
    assert faults(records=False) == []
    (found,) = verify_chain(chain_a()).faults
    assert found.what == what
    assert table in found.message
    assert [fault.what.value for report in verify_all() for fault in report.faults] == [what]


@pytest.mark.django_db(transaction=True)
def test_an_account_changed_behind_the_triggers_is_named(cast: Cast) -> None:
    with triggers_off("cases_user") as owner:
        owner.execute("UPDATE cases_user SET email = 'other@example.org' WHERE username = 'prosecutor'")
    (found,) = [fault for report in verify_all() for fault in report.faults]
    assert (found.what, "email" in found.message) == (What.DRIFT, True)


@pytest.mark.django_db(transaction=True)
def test_a_table_whose_triggers_were_left_off_is_named(cast: Cast) -> None:
    with triggers_off("cases_site"):
        assert ("unguarded", None) in faults()
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_column_added_since_is_no_drift_but_is_told(cast: Cast) -> None:
    with as_owner() as owner:
        owner.execute("ALTER TABLE cases_site ADD COLUMN later text NOT NULL DEFAULT 'x'")
        try:
            report = verify_chain(chain_a())
        finally:
            owner.execute("ALTER TABLE cases_site DROP COLUMN later")
    assert report.intact
    assert "cases_site.later" in report.notes[0]


@pytest.mark.django_db(transaction=True)
def test_a_chain_whose_case_is_gone_is_still_verified(cast: Cast) -> None:
    with triggers_off("ledger_entry") as owner:
        owner.execute(
            "UPDATE ledger_entry SET chain = '00000000-0000-7000-8000-000000000000' WHERE chain = %s",
            [cast.case_b.id],
        )
    assert [chain.label for chain in every_chain()][-1] == "00000000-0000-7000-8000-000000000000"
    assert [report.intact for report in verify_all(records=False)] == [True, True, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_no_more_faults_are_spelled_out_than_can_be_read(cast: Cast) -> None:
    with change(INSTALLER, "tests.finds.made"):
        for serial in range(2, 40):
            make_find(cast.site_a, serial)
    with triggers_off("ledger_entry") as owner:
        owner.execute("UPDATE ledger_entry SET agency = 'X' WHERE chain = %s", [cast.case_a.id])
    report = verify_chain(chain_a(), records=False)
    assert (len(report.faults), report.faulty) == (20, report.checked)


def rewrite(chain: Chain, find: str, replace: str) -> None:
    """Do what only verification elsewhere can show: alter a chain and compute all of it anew."""
    with triggers_off("ledger_entry") as owner:
        owner.execute(
            "SELECT seq, at_us, actor_id, actor_name, agency, channel, action, table_name, operation, db_user,"
            " record_id, reason, salt, payload FROM ledger_entry WHERE chain = %s ORDER BY seq",
            [chain.id],
        )
        previous = bytes(32)
        for row in owner.fetchall():
            payload = row[13].replace(find, replace)
            inner = hashlib.sha256(row[12] + payload.encode()).digest()
            front = ["1", str(chain.id), *(str(value if value is not None else "-") for value in row[:11])]
            entry = hashlib.sha256(previous + "\n".join([*front, inner.hex(), row[11]]).encode()).digest()
            owner.execute(
                "UPDATE ledger_entry SET payload = %s, payload_hash = %s, previous = %s, hash = %s "
                "WHERE chain = %s AND seq = %s",
                [payload, inner, previous, entry, chain.id, row[0]],
            )
            previous = entry
