"""What every benchmark stands on: its own database, sizes from the environment, medians of alternate rounds."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.template import copied

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


def memory_kb(name: str = "VmHWM", process: int | str = "self") -> int:
    """Return what the kernel says of a process's memory, its peak unless asked otherwise.

    Not `getrusage`: what that says of a process begins with the memory of the one that started it.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def become(role: str) -> None:
    """Let Django's connection be this role's."""
    connection.close()
    connection.settings_dict["USER"] = role


@contextmanager
def own_database(name: str = "taphos_bench") -> Iterator[None]:
    """Make a migrated database of a benchmark's own, used as the application role, and drop it."""
    home = connection.settings_dict["NAME"]
    with copied(name):
        try:
            connection.settings_dict["NAME"] = name
            become(settings.TAPHOS_APP_ROLE)
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = home
