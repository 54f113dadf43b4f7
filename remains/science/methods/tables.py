"""The tables of the methods, read once. Every row names its source and how far it was checked."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_TABLES = Path(__file__).parent.parent / "tables"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `methods_<name>.csv`."""
    with (_TABLES / f"methods_{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def number(text: str) -> float | None:
    """Return a number, or None where the table has none: a missing limit is no limit, not 0."""
    return float(text) if text else None


def sexes(answer: str) -> tuple[str, ...]:
    """Return the sexes whose rows apply: both where it is not told."""
    return ("F", "M") if answer == "unknown" else (answer,)
