"""A new table of records without its triggers, grants, keys and checks fails the build here."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models

from cases.ledger.table_rules import case_references
from cases.ledger.tables import hidden_columns, recorded_tables
from cases.models import Case, CaseRecord, ClientSecret, CodeField, SystemRecord, User

#: Tables that hold no record: the ledger beside them, the log of reads, and what the interface keeps of calls.
NO_RECORDS = {
    "ledger_entry",
    "ledger_chain",
    "cases_accesslogentry",
    "cases_mirror",
    "cases_mirroredrecord",
    "cases_mirrorwitness",
    "cases_keptanswer",
    "cases_callrate",
    "cases_clienttoken",
    "cases_clientuse",
    "cases_delivery",
}
OURS = ("cases", "remains", "evidence")
TABLES = sorted(recorded_tables())
IN_CASES = sorted(name for name, table in recorded_tables().items() if table.kind == "case")


def asked(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def triggers_of(table: str) -> dict[str, tuple[str, str]]:
    """Return the triggers of a table by name: whether each fires always, and what it calls."""
    rows = asked(
        "SELECT t.tgname, t.tgenabled, p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal",
        table,
    )
    return {name: (enabled, function) for name, enabled, function in rows}


def test_every_table_of_ours_is_under_the_ledger(db: None) -> None:
    from django.apps import apps

    ours = {m._meta.db_table for label in OURS for m in apps.get_app_config(label).get_models()}
    assert ours - NO_RECORDS == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_every_change_of_a_record_is_recorded_whatever_the_session_says(db: None, table: str) -> None:
    kind = recorded_tables()[table].kind
    found = triggers_of(table)
    for event in ("insert", "update", "delete"):
        assert found.get(f"ledger_5_{event}") == ("A", f"ledger_append_{kind}")
    assert found.get("ledger_1_freeze") == ("A", "ledger_freeze")
    assert found.get("ledger_2_first") == ("A", "ledger_first_version")
    assert found.get("ledger_2_version") == ("A", "ledger_count_version")
    assert found.get("ledger_3_keep") == ("A", "ledger_refuse")
    assert {enabled for enabled, _function in found.values()} == {"A"}


def test_the_ledger_itself_and_the_log_of_reads_refuse_always(db: None) -> None:
    for table in ("ledger_entry", "ledger_chain", "cases_accesslogentry"):
        found = triggers_of(table)
        assert set(found.values()) == {("A", "ledger_refuse")}
        assert len(found) == 2


def test_nothing_but_hashes_of_passwords_and_secrets_stays_out_of_the_ledger(db: None) -> None:
    found = {table: columns for table, columns in hidden_columns().items() if columns}
    assert found == {User._meta.db_table: ["password"], ClientSecret._meta.db_table: ["hash"]}


def privileges(table: str) -> set[str]:
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    return {
        right
        for right in rights
        if asked("SELECT has_table_privilege(%s, %s, %s)", settings.TAPHOS_APP_ROLE, table, right)[0][0]
    }


@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_not_delete_records(db: None, table: str) -> None:
    assert privileges(table) == {"SELECT", "INSERT", "UPDATE"}


def test_the_application_only_reads_the_ledger_and_only_adds_to_the_log_of_reads(db: None) -> None:
    assert privileges("ledger_entry") == privileges("ledger_chain") == {"SELECT"}
    assert privileges("cases_accesslogentry") == {"SELECT", "INSERT"}


def test_the_application_owns_nothing_and_calls_no_ledger_function(db: None) -> None:
    role = settings.TAPHOS_APP_ROLE
    assert asked("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = %s", role) == []
    functions = asked(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE starts_with(proname, 'ledger_append_') "
        "AND has_function_privilege(%s, oid, 'EXECUTE')",
        role,
    )
    assert functions == []
    definers = asked("SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND proname LIKE 'ledger%%'")
    assert len(definers) == 4  # one for each kind of chain, and the one that only waits
    assert all("search_path=pg_catalog, public, pg_temp" in config for _name, config in definers)


def constraints(table: str, kind: str) -> set[str]:
    rows = asked(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = %s "
        "AND convalidated",
        table,
        kind,
    )
    return {definition for (definition,) in rows}


@pytest.mark.parametrize("table", IN_CASES)
def test_a_reference_stays_in_its_case(db: None, table: str) -> None:
    model = recorded_tables()[table].model
    assert "UNIQUE (case_id, id)" in constraints(table, "u")
    held = constraints(table, "f")
    for field in case_references(model):
        parent = field.related_model._meta.db_table
        assert f"FOREIGN KEY (case_id, {field.column}) REFERENCES {parent}(case_id, id)" in held


@pytest.mark.parametrize("table", TABLES)
def test_every_reference_to_a_record_of_a_case_is_of_the_kind_that_stays_in_it(table: str) -> None:
    fields: list[Any] = list(recorded_tables()[table].model._meta.local_fields)
    for field in fields:
        if field.is_relation and issubclass(field.related_model, CaseRecord):
            assert not field.db_constraint, f"{table}.{field.name} is a ForeignKey, not a CaseForeignKey"


@pytest.mark.parametrize("table", TABLES)
def test_a_coded_column_takes_codes_of_its_own_list_only(db: None, table: str) -> None:
    checks = " ".join(constraints(table, "c"))
    for field in recorded_tables()[table].model._meta.local_fields:
        if isinstance(field, CodeField):
            assert f"'{field.scheme}.'" in checks, f"{table}.{field.name} takes a code of any list"
            assert f"starts_with(({field.column})::text" in checks


@pytest.mark.parametrize("table", TABLES)
def test_a_record_is_a_record_of_a_case_or_of_the_system(table: str) -> None:
    model: type[models.Model] = recorded_tables()[table].model
    names = {field.column for field in model._meta.local_fields}
    assert {"id", "version"} <= names
    if issubclass(model, CaseRecord):
        assert {"case_id", "handling", "withdrawn_at"} <= names
    elif issubclass(model, SystemRecord) or model is Case:
        assert "case_id" not in names
