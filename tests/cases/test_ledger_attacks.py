"""Ways round the ledger, tried by SQL as whoever could try them. Each is refused, or recorded all the same."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import errors

from cases.ledger.entries import chain_of
from cases.ledger.verify import verify_chain
from cases.models import LedgerEntry
from tests.actors import Cast
from tests.owner import NAMED, as_owner, connect

pytestmark = pytest.mark.django_db(transaction=True)


def last(case_id: Any) -> LedgerEntry:
    entry = LedgerEntry.objects.filter(chain=case_id).last()
    assert entry is not None
    return entry


def intact(number: str) -> bool:
    chain = chain_of(number)
    return chain is not None and verify_chain(chain).intact


def act(connection: psycopg.Connection[Any], *statements: str) -> None:
    """Run statements in one transaction, under a name."""
    with connection, connection.transaction():
        connection.execute(NAMED)
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET payload = '{}'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
        "DELETE FROM ledger_chain",
        "TRUNCATE ledger_chain",
        "TRUNCATE cases_site CASCADE",
        "TRUNCATE remains_find CASCADE",
        "TRUNCATE cases_case CASCADE",
        "TRUNCATE cases_accesslogentry",
    ],
)
def test_the_owner_is_refused_too(cast: Cast, statement: str) -> None:
    with as_owner() as owner, pytest.raises(errors.InsufficientPrivilege):
        owner.execute(statement)
    assert intact("A-1")


@pytest.mark.parametrize("column", ["id = gen_random_uuid()", "case_id = '{b}'"])
@pytest.mark.parametrize("table", ["cases_site", "remains_find"])
def test_a_record_keeps_its_identity_and_its_case(cast: Cast, table: str, column: str) -> None:
    assignment = column.replace("{b}", str(cast.case_b.id))
    with pytest.raises(errors.IntegrityConstraintViolation):
        act(connect(), f"UPDATE {table} SET {assignment} WHERE case_id = '{cast.case_a.id}'")


def test_a_version_is_counted_whatever_the_statement_says(cast: Cast) -> None:
    with connect() as owner, owner.transaction():
        owner.execute(NAMED)
        row = owner.execute(
            "UPDATE cases_site SET version = 77, name = 'x' WHERE case_id = %s RETURNING version",
            [cast.case_a.id],
        ).fetchone()
    assert row == (2,)
    assert json.loads(last(cast.case_a.id).payload)["version"] == 2


def test_a_child_cannot_be_put_into_the_case_of_another_parent(cast: Cast) -> None:
    forged = f"'id', gen_random_uuid(), 'number', 'X', 'serial', 9, 'case_id', '{cast.case_b.id}'"
    with pytest.raises(errors.ForeignKeyViolation):
        act(
            connect(settings.TAPHOS_APP_ROLE),
            f"INSERT INTO remains_find SELECT (jsonb_populate_record(f, jsonb_build_object({forged}))).* "
            f"FROM remains_find f WHERE case_id = '{cast.case_a.id}'",
        )


def test_a_record_of_no_case_is_refused(cast: Cast) -> None:
    forged = "'id', gen_random_uuid(), 'code', 'X', 'case_id', gen_random_uuid()"
    with pytest.raises(errors.IntegrityError):
        act(
            connect(settings.TAPHOS_APP_ROLE),
            f"INSERT INTO cases_site SELECT (jsonb_populate_record(s, jsonb_build_object({forged}))).* "
            "FROM cases_site s",
        )


def test_an_entry_cannot_be_backdated_or_attributed_to_another_database_role(cast: Cast) -> None:
    with connect(settings.TAPHOS_APP_ROLE) as app, app.transaction():
        app.execute(NAMED)
        app.execute("SET LOCAL timezone = 'Asia/Tokyo'")
        app.execute("SET LOCAL extra_float_digits = 0")
        app.execute("UPDATE cases_site SET name = 'x' WHERE case_id = %s", [cast.case_a.id])
    assert last(cast.case_a.id).db_user == settings.TAPHOS_APP_ROLE
    assert intact("A-1")


@pytest.mark.parametrize("missing", ["actor_name", "channel", "action"])
def test_no_part_of_the_name_may_be_missing(cast: Cast, missing: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="without an actor"):
        act(
            connect(settings.TAPHOS_APP_ROLE),
            f"SELECT set_config('taphos.{missing}', '', true)",
            "UPDATE cases_site SET name = 'x'",
        )


def test_a_line_break_in_a_name_forges_no_field(cast: Cast) -> None:
    with connect(settings.TAPHOS_APP_ROLE) as app, app.transaction():
        app.execute(NAMED)
        app.execute("SELECT set_config('taphos.actor_name', E'Ann\\nPOA', true)")
        app.execute("UPDATE cases_site SET name = 'x' WHERE case_id = %s", [cast.case_a.id])
    assert last(cast.case_a.id).actor_name == "Ann POA"
    assert intact("A-1")


@pytest.mark.parametrize(
    "trick",
    [
        "CREATE TABLE public.mine (id uuid)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER mine AFTER UPDATE ON cases_site FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
        "CREATE TEMP TABLE cases_site (id uuid, case_id uuid); CREATE TRIGGER mine AFTER INSERT ON cases_site "
        "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_case()",
        "ALTER TABLE cases_site DISABLE TRIGGER USER",
        "ALTER FUNCTION ledger_append_case() RESET ALL",
        "CREATE OR REPLACE FUNCTION ledger_append_case() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "DROP TRIGGER ledger_5_update ON cases_site",
        "SET session_replication_role = replica",
        "SET ROLE taphos_owner",
        "INSERT INTO ledger_chain VALUES (gen_random_uuid())",
        "INSERT INTO ledger_entry SELECT * FROM ledger_entry LIMIT 1",
        "SELECT 1 FROM ledger_chain FOR UPDATE",
        "LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE",
    ],
)
def test_the_application_cannot_get_between_a_table_and_its_ledger(cast: Cast, trick: str) -> None:
    with (
        connect(settings.TAPHOS_APP_ROLE) as app,
        pytest.raises(errors.InsufficientPrivilege),
        app.transaction(),
    ):
        app.execute(trick)


def test_a_temporary_table_in_front_of_the_ledger_takes_no_entry(cast: Cast) -> None:
    before = last(cast.case_a.id).seq
    with connect(settings.TAPHOS_APP_ROLE) as app, app.transaction():
        app.execute(NAMED)
        try:
            app.execute("CREATE TEMP TABLE ledger_entry (LIKE public.ledger_entry)")
        except errors.InsufficientPrivilege:
            pytest.skip("the application role has no temporary tables here")
        app.execute("UPDATE cases_site SET name = 'x' WHERE case_id = %s", [cast.case_a.id])
    assert last(cast.case_a.id).seq == before + 1


def superuser() -> psycopg.Connection[Any]:
    try:
        return connect("postgres")
    except psycopg.OperationalError:
        pytest.skip("this server has no superuser that tests may be")


def test_a_superuser_who_silences_triggers_by_replica_mode_is_recorded(cast: Cast) -> None:
    before = last(cast.case_a.id).seq
    act(
        superuser(),
        "SET LOCAL session_replication_role = replica",
        f"UPDATE cases_site SET name = 'x' WHERE case_id = '{cast.case_a.id}'",
        f"DELETE FROM remains_find WHERE case_id = '{cast.case_a.id}'",
    )
    entries = LedgerEntry.objects.filter(chain=cast.case_a.id, seq__gt=before)
    assert [(entry.operation, entry.db_user) for entry in entries] == [("U", "postgres"), ("D", "postgres")]
    assert intact("A-1")


def test_a_superuser_in_replica_mode_is_refused_without_a_name(cast: Cast) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="without an actor"):
        act(
            superuser(),
            "SET LOCAL session_replication_role = replica",
            "SELECT set_config('taphos.actor_name', '', true)",
            "UPDATE cases_site SET name = 'x'",
        )
