"""The migrated database of which each test database is a copy: migrating takes longer than many tests.

Its name carries a digest of everything that migrations read, so that a changed migration makes another one. It stays on
the server for the next run, and those of other digests are dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from tests.owner import connect

PREFIX: Final = "taphos_migrated_"
#: Whoever makes or copies a template holds this lock of the server.
LOCK: Final = 0x7A_F0_5
READ: Final = (
    "*/migrations/*.py",
    "*/sql/*.sql",
    "*/codes/*",
    "cases/ledger/**/*",
    "remains/science/tables/*",
)


def migrated() -> str:
    """Return the name of a database that is migrated as the code stands, made where there is none yet.

    Django's connection must be that of the owner, and is closed.
    """
    name = PREFIX + _digest()
    with _server() as server:
        there = {row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()}
        if name not in there:
            for old in (other for other in there if other.startswith(PREFIX)):
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            _make(server, name)
    return name


@contextmanager
def copied(name: str) -> Iterator[None]:
    """Make a migrated database of this name, and drop it afterwards. Django's connection is closed."""
    home = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = settings.TAPHOS_OWNER_ROLE
    try:
        template = migrated()
    finally:
        connection.close()
        connection.settings_dict["USER"] = home
    # Not by force: the owner may not end a session of the application's role, and without force one that is just
    # ending is waited for.
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    with connect(database="postgres") as server:
        server.execute(drop)
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    try:
        yield
    finally:
        with connect(database="postgres") as server:
            server.execute(drop)


def _digest() -> str:
    read = [settings.BASE_DIR / "requirements.txt"]
    for pattern in READ:
        read += sorted(path for path in Path(settings.BASE_DIR).glob(pattern) if path.is_file())
    digest = hashlib.sha256(f"{settings.TAPHOS_OWNER_ROLE} {settings.TAPHOS_APP_ROLE}".encode())
    for path in read:
        if "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to the server, and keep the other workers waiting."""
    with connect(database="postgres") as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield server


def _make(server: psycopg.Connection[Any], name: str) -> None:
    """Migrate under another name: what bears this one is whole."""
    begun = sql.Identifier(f"{PREFIX}begun")
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(begun))
    server.execute(sql.SQL("CREATE DATABASE {}").format(begun))
    home = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = f"{PREFIX}begun"
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(begun, sql.Identifier(name)))
