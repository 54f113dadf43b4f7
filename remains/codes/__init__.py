"""The code lists of remains: elements, tooth status, measurements, condition in detail, mechanisms of injury."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from remains.science.elements import elements

TABLE = Path(__file__).with_name("codes.csv")


def shipped() -> Iterator[dict[str, object]]:
    """Yield one dictionary per code; elements come from the table that the counting uses."""
    for position, element in enumerate(elements().values()):
        yield {
            "id": f"element.{element.code}",
            "scheme": "element",
            "label": element.name,
            "gloss": element.region,
            "source": element.source,
            "verification": "general",
            "position": position,
        }
    with TABLE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
