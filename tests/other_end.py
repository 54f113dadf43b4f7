"""A second installation, on a database of its own: run as a program, it does what it is told, and may be killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from tests.mortal_server import on_database, use_database

NAME = "taphos_other_end"


class OtherEnd:
    """The second installation, as the test of the first sees it."""

    def __init__(self) -> None:
        self.environment = on_database(NAME)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin a command of it."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.other_end", *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *arguments: str) -> int:
        """Run a command of it to its end; return how it ended."""
        return self.start(*arguments).wait()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask its database."""
        with _server(NAME) as server:
            return server.execute(query).fetchall()


@contextmanager
def other_end() -> Iterator[OtherEnd]:
    """Make the second installation, with the cast in it; take it down afterwards."""
    from django.conf import settings
    from django.db import connection

    from tests.template import migrated

    home = connection.settings_dict["USER"]
    connection.settings_dict["USER"] = settings.TAPHOS_OWNER_ROLE
    try:
        template = migrated()
    finally:
        connection.close()
        connection.settings_dict["USER"] = home
    name = sql.Identifier(NAME)
    with _server("postgres", settings.TAPHOS_OWNER_ROLE) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))
    end = OtherEnd()
    assert end.run("prepare") == 0
    try:
        yield end
    finally:
        with _server("postgres", settings.TAPHOS_OWNER_ROLE) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _server(database: str, role: str | None = None) -> psycopg.Connection[Any]:
    from django.db import connection

    given = connection.settings_dict
    return psycopg.connect(
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        dbname=database,
        user=role or given["USER"],
        password=given.get("PASSWORD") or None,
        autocommit=True,
    )


def main(arguments: list[str]) -> None:
    """Put the cast into the database, or run a command of `manage.py`."""
    use_database()
    import django

    django.setup()
    if arguments == ["prepare"]:
        from tests.actors import make_cast

        make_cast()
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["manage.py", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
