"""What only the owner of the database can do: empty it between transactional tests, and attack it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


def connect(role: str | None = None) -> psycopg.Connection[Any]:
    """Return a connection of its own to the test database, as the owner unless another role is named."""
    server = connection.settings_dict
    return psycopg.connect(
        host=server["HOST"] or None,
        port=server["PORT"] or None,
        dbname=server["NAME"],
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
    """Truncate every table but those that migrations filled, with the refusing triggers off for the moment."""
    with as_owner() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgtype & 32 <> 0"
        )
        refusing = cursor.fetchall()
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if name not in KEPT]
        cursor.execute("BEGIN")
        for table, trigger in refusing:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
        # The codes are still there, so the ledger must say so.
        cursor.execute(NAMED)
        cursor.execute("UPDATE cases_code SET position = position")
        for table, trigger in refusing:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
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
