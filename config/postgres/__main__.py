"""The embedded PostgreSQL on the command line: `python -m config.postgres start|stop|status|url|exec`."""

import argparse
import os
import subprocess
import sys

from config.env import BadEnvironment
from config.postgres import (
    APPLICATION_ROLE,
    DATABASE,
    SUPERUSER,
    PostgresUnavailable,
    start,
    status,
    stop,
)
from config.postgres.places import programs_directory

NOT_RUNNING = 3  # as pg_ctl has it


def main(arguments: list[str] | None = None) -> int:
    """Serve the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m config.postgres", description="The embedded PostgreSQL of Taphos."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start", help="make and start the server unless it runs, and print its address")
    commands.add_parser("stop", help="stop the server")
    commands.add_parser("status", help="say whether it runs, and where its data are")
    url = commands.add_parser("url", help="print the address for psql, pg_dump and DATABASE_URL")
    url.add_argument("--database", default=DATABASE)
    url.add_argument("--role", default=APPLICATION_ROLE)
    program = commands.add_parser(
        "exec", help="run a program of PostgreSQL as superuser: exec pg_dump -Fc -f FILE"
    )
    program.add_argument("program")
    program.add_argument("arguments", nargs=argparse.REMAINDER)
    try:
        return _serve(parser.parse_args(arguments))
    except (PostgresUnavailable, BadEnvironment) as error:
        print(error, file=sys.stderr)
        return 1


def _serve(given: argparse.Namespace) -> int:
    match given.command:
        case "start":
            print(start().url())
        case "stop":
            print("stopped" if stop() else "was not running")
        case "status":
            found = status()
            print(
                f"running, process {found.pid}" if found.running else "not running",
                found.data,
                sep="; data in ",
            )
            return 0 if found.running else NOT_RUNNING
        case "url":
            print(status().address.url(given.database, given.role))
        case "exec":
            return _execute(given.program, given.arguments)
    return 0


def _execute(program: str, arguments: list[str]) -> int:
    address = start()
    target = {
        "PGHOST": str(address.host),
        "PGPORT": str(address.port),
        "PGUSER": SUPERUSER,
        "PGDATABASE": DATABASE,
    }
    command = [str(programs_directory(account=None) / program), *arguments]
    try:
        return subprocess.run(command, check=False, env={**os.environ, **target}).returncode
    except FileNotFoundError:
        raise PostgresUnavailable(f"PostgreSQL has no program {program!r}.") from None


if __name__ == "__main__":
    sys.exit(main())
