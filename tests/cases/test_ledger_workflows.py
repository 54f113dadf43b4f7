"""The ways that the database lets a status go are those of the workflow tables, every pair of states tried by SQL."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import errors

from cases.models import CaseStatus, SiteStatus
from cases.workflow import Workflow, workflow_of
from remains.models.find import FindStatus
from tests.actors import Cast
from tests.owner import NAMED, connect, triggers_off

pytestmark = pytest.mark.django_db(transaction=True)
KINDS: list[tuple[str, str, Any]] = [
    ("cases.case", "cases_case", CaseStatus),
    ("cases.site", "cases_site", SiteStatus),
    ("remains.find", "remains_find", FindStatus),
]
#: What some states ask of a row besides the way to them.
NEEDED = {
    "cases_case": "closure_reason = 'x', closed_by_id = (SELECT id FROM cases_user WHERE username = 'prosecutor'), "
    "closure_proposed_by_id = (SELECT id FROM cases_user WHERE username = 'second_prosecutor')",
    "remains_find": "lifted_on = '2024-02-22'",
}


def workflow(stem: str) -> Workflow:
    found = workflow_of(stem)
    assert found is not None, f"{stem} has no workflow"
    return found


def lets_through(owner: psycopg.Connection[Any], statement: str) -> bool:
    """Say whether the workflow's trigger lets a change through; what else the table asks for is not in question."""
    try:
        with owner.transaction(force_rollback=True):
            owner.execute(NAMED)
            owner.execute(statement)
    except errors.CheckViolation as refused:
        return not str(refused.diag.constraint_name).endswith("_workflow")
    return True


@pytest.mark.parametrize(("stem", "table", "statuses"), KINDS)
def test_the_database_knows_the_ways_of_the_table_and_no_other(
    cast: Cast, stem: str, table: str, statuses: Any
) -> None:
    allowed = set(workflow(stem).pairs())
    found = set()
    row = {"cases_case": cast.case_a, "cases_site": cast.site_a, "remains_find": cast.find_a}[table]
    with connect() as owner:
        for source in statuses.values:
            with triggers_off(table) as attacker:
                if table in NEEDED:
                    attacker.execute(f"UPDATE {table} SET {NEEDED[table]} WHERE id = %s", [row.pk])
                attacker.execute(f"UPDATE {table} SET status = %s WHERE id = %s", [source, row.pk])
            for target in statuses.values:
                if source != target and lets_through(
                    owner, f"UPDATE {table} SET status = '{target}' WHERE id = '{row.pk}'"
                ):
                    found.add((source, target))
    assert found == {(str(source), str(target)) for source, target in allowed}


@pytest.mark.parametrize(("stem", "table", "statuses"), KINDS)
def test_a_record_begins_where_its_table_says(cast: Cast, stem: str, table: str, statuses: Any) -> None:
    unique = {
        "cases_case": "'number', 'N-1'",
        "cases_site": "'code', 'N01'",
        "remains_find": "'number', 'N-1', 'serial', 99",
    }[table]
    with connect() as owner:
        begins = {
            status
            for status in statuses.values
            if lets_through(
                owner,
                f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), "
                f"{unique}, 'status', '{status}'))).* FROM {table} t LIMIT 1",
            )
        }
    assert begins == {str(status) for status in workflow(stem).initial}
