"""Which measurement is taken on which element, and how far any person's goes, as a table of our own.

The limits are wide on purpose: they catch a slip of unit or key, and say nothing about who is normal.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from remains.science.elements import elements

_TABLE = Path(__file__).parent / "tables" / "measurements.csv"
#: Stands in the table for all teeth.
_TEETH = "teeth"


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the greatest value that needs no explanation (both in mm)."""

    min_mm: Decimal
    max_mm: Decimal
    source: str
    verified: str


@cache
def limits() -> Mapping[tuple[str, str], Limits]:
    """Return the limits by measurement and element."""
    found: dict[tuple[str, str], Limits] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            limit = Limits(Decimal(row["min_mm"]), Decimal(row["max_mm"]), row["source"], row["verified"])
            for element in _elements(row["element"]):
                found[row["measurement"], element] = limit
    return MappingProxyType(found)


@cache
def elements_measured() -> Mapping[str, frozenset[str]]:
    """Return on which elements each measurement is taken."""
    found: dict[str, set[str]] = {}
    for kind, element in limits():
        found.setdefault(kind, set()).add(element)
    return MappingProxyType({kind: frozenset(places) for kind, places in found.items()})


def _elements(name: str) -> list[str]:
    return [code for code in elements() if code.startswith("tooth_")] if name == _TEETH else [name]
