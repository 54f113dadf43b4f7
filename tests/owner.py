"""What only the owner of the database can do: empty it between transactional tests, and attack it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

#: What migrations filled with what an element has.
OF_ELEMENTS = (
    "remains_element_side",
    "remains_element_zone",
    "remains_measurement_limit",
    "remains_element_joint",
    "remains_element_kin",
)
#: What migrations filled and tests rely on.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "cases_code", *OF_ELEMENTS}

#: Whoever attacks may lie about who they are; whoever says nothing is refused.
NAMED = (
    "SELECT set_config('taphos.actor_name', 'Owner', true), set_config('taphos.channel', 'command', true), "
    "set_config('taphos.action', 'tests.owner.acted', true)"
)


def connect(role: str | None = None, database: str | None = None) -> psycopg.Connection[Any]:
    """Return a connection of its own to Django's database or another of its server, as the owner or another role."""
    server = connection.settings_dict
    return psycopg.connect(
        host=server["HOST"] or None,
        port=server["PORT"] or None,
        dbname=database or server["NAME"],
        user=role or settings.TAPHOS_OWNER_ROLE,
        password=server.get("PASSWORD") or None,
        autocommit=True,
    )


@contextmanager
def as_owner() -> Iterator[psycopg.Cursor[Any]]:
    """Give a cursor of the owner, outside the test's transaction."""
    with connect() as owner, owner.cursor() as cursor:
        yield cursor


def empty_database() -> None:
    """Empty every table but those that migrations filled, with the refusing triggers off for the moment.

    By DELETE from those that have rows: a hundred new files for every TRUNCATE take a second, a few rows no time.
    """
    with as_owner() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if name not in KEPT]
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables))
        filled = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t "
            "WHERE NOT t.tgisinternal AND t.tgrelid = ANY (%s::regclass[])",
            [filled],
        )
        triggers = cursor.fetchall()
        cursor.execute(
            "SELECT confrelid::regclass::text, conrelid::regclass::text FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid <> confrelid AND conrelid = ANY (%s::regclass[])",
            [filled],
        )
        referring: dict[str, set[str]] = {name: set() for name in filled}
        for table, by in cursor.fetchall():
            referring.setdefault(table, set()).add(by)
        cursor.execute("BEGIN")
        for table in filled:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in TopologicalSorter(referring).static_order():
            if table in filled:
                cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, trigger in triggers:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
        # The codes are still there, so the ledger must say so.
        cursor.execute(NAMED)
        cursor.execute("UPDATE cases_code SET position = position")
        cursor.execute("COMMIT")


@contextmanager
def triggers_off(table: str) -> Iterator[psycopg.Cursor[Any]]:
    """Give the owner a table whose triggers are switched off, and switch them on again as they were."""
    with as_owner() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield cursor
        finally:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
            )
            for (trigger,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
