"""What every benchmark stands on: its own database, sizes from the environment, medians of alternate rounds."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

Say = Callable[[str], None]


def size(name: str, default: int) -> int:
    """Return a size: `BENCH_<NAME>` when set, else the default divided by `BENCH_DIVIDE` for a quick run."""
    given = os.environ.get(f"BENCH_{name.upper()}")
    return int(given) if given else max(1, default // int(os.environ.get("BENCH_DIVIDE", "1")))


def rounds(default: int = 5) -> int:
    """Return how often each thing is measured."""
    return int(os.environ.get("BENCH_ROUNDS", default))


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds the work took."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def alternate(first: Callable[[], object], second: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the median seconds of two things done in turn, and each first every other time."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(times):
        order = [(0, first), (1, second)] if turn % 2 == 0 else [(1, second), (0, first)]
        for place, work in order:
            seconds[place].append(timed(work))
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def connect(role: str, database: str | None = None) -> psycopg.Connection[Any]:
    """Return a connection of its own to the benchmark's database."""
    from django.db import connection

    server = connection.settings_dict
    return psycopg.connect(
        host=server["HOST"] or None,
        port=server["PORT"] or None,
        dbname=database or server["NAME"],
        user=role,
        password=server.get("PASSWORD") or None,
        autocommit=True,
    )


def become(role: str) -> None:
    """Let Django's connection be this role's."""
    from django.db import connection

    connection.close()
    connection.settings_dict["USER"] = role


@contextmanager
def own_database(name: str = "taphos_bench") -> Iterator[None]:
    """Make a migrated database of a benchmark's own, used as the application role, and drop it."""
    from django.conf import settings
    from django.db import connection

    from tests.template import migrated

    home = connection.settings_dict["NAME"]
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    become(settings.TAPHOS_OWNER_ROLE)
    template = sql.Identifier(migrated())
    with connect(settings.TAPHOS_OWNER_ROLE, home) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    try:
        connection.settings_dict["NAME"] = name
        become(settings.TAPHOS_APP_ROLE)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        with connect(settings.TAPHOS_OWNER_ROLE, home) as server:
            server.execute(drop)
