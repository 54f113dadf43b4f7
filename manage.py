#!/usr/bin/env python
"""Taphos on the command line."""

from __future__ import annotations

import os
import sys

#: Commands that change the schema run as the owner of the database; everything else as the application role.
OWNER_COMMANDS = frozenset({"migrate", "makemigrations", "sqlmigrate", "showmigrations", "squashmigrations"})
#: Commands that need no database.
OFFLINE_COMMANDS = frozenset({"collectstatic", "makemessages", "compilemessages", "help", "version"})


def main() -> None:
    """Run one management command, with the embedded PostgreSQL started when no server is configured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ.setdefault("TAPHOS_DB_ROLE", "owner")
    from config.env import BadEnvironment
    from config.postgres import PostgresUnavailable, start

    try:
        if command not in OFFLINE_COMMANDS and not os.environ.get("DATABASE_URL"):
            start()
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except (BadEnvironment, PostgresUnavailable) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
