"""The code lists of evidence, as a table with sources."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).with_name("codes.csv")


def shipped() -> Iterator[dict[str, str]]:
    """Yield one dictionary per shipped code."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
