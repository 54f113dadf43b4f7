"""A second installation, on a database of its own: run as a program, it does what it is told, and may be killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from tests.mortal_server import on_database, use_database
from tests.owner import connect
from tests.template import copied

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
        with connect(settings.TAPHOS_APP_ROLE, NAME) as server:
            return server.execute(query).fetchall()


@contextmanager
def other_end() -> Iterator[OtherEnd]:
    """Make the second installation, with the cast in it; take it down afterwards."""
    with copied(NAME):
        end = OtherEnd()
        assert end.run("prepare") == 0
        yield end


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
