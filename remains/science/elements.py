"""The elements of the skeleton and their zones, as tables with a source for each row.

What a person has of each, what is part of what, and whether a specimen's element, side and zones go together.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

Side = Literal["left", "right", "axial", "unsided"]
SIDES: frozenset[str] = frozenset(get_args(Side))

NON_HUMAN = "non_human"

_TABLES = Path(__file__).parent / "tables"


class InvalidSpecimen(ValueError):
    """A specimen as no skeleton can have it. `code` is stable; `field`, `value`, `rule` say what and why."""

    def __init__(self, code: str, field: str, value: object, rule: str, key: str | None = None) -> None:
        super().__init__(f"{f'Specimen {key}: ' if key else ''}{field} {value!r} is not possible: {rule}.")
        self.code, self.field, self.value, self.rule, self.key = code, field, value, rule, key


@dataclass(frozen=True, slots=True)
class Zone:
    """One recorded portion of an element; `side` where the zone itself says it (cranium, mandible)."""

    number: int
    label: str
    side: Side | None
    source: str
    verified: str


@dataclass(frozen=True, slots=True)
class Element:
    """One anatomical element. `capacity`: how many one person has on a side (or in all, when axial).

    Without a capacity an element says that somebody is there, and is never counted by zone. `part_of` names the
    unnumbered form: rib 3 is one of the ribs, and both draw on the same twelve a side.
    """

    code: str
    name: str
    region: str
    sides: frozenset[str]
    capacity: int | None
    part_of: str | None
    zone_scheme: str
    zones: tuple[Zone, ...]
    subadult_only: bool
    source: str
    verified: str

    @property
    def zone_numbers(self) -> frozenset[int]:
        """All zones: what a complete bone is recorded with."""
        return frozenset(zone.number for zone in self.zones)


@cache
def elements() -> Mapping[str, Element]:
    """Return every element by its code, in anatomical order."""
    schemes: dict[str, list[Zone]] = {}
    for row in _rows("zones.csv"):
        side: Side | None = row["zone_side"] or None  # type: ignore[assignment]  # checked by the tests
        zone = Zone(int(row["zone"]), row["label"], side, row["source"], row["verified"])
        schemes.setdefault(row["scheme"], []).append(zone)
    return MappingProxyType(
        {
            row["code"]: Element(
                code=row["code"],
                name=row["name"],
                region=row["region"],
                sides=frozenset(row["sides"].split("|")),
                capacity=int(row["capacity"]) if row["capacity"] else None,
                part_of=row["part_of"] or None,
                zone_scheme=row["zone_scheme"],
                zones=tuple(schemes.get(row["zone_scheme"], ())),
                subadult_only=row["cohort"] == "subadult",
                source=row["source"],
                verified=row["verified"],
            )
            for row in _rows("elements.csv")
        }
    )


@cache
def default_capacities() -> Mapping[str, int]:
    """Return how many of each element one person has on a side, or in all when it is axial."""
    return MappingProxyType({e.code: e.capacity for e in elements().values() if e.capacity is not None})


@cache
def series_of_elements() -> frozenset[str]:
    """Return the elements of which others are the numbered or narrower forms."""
    return frozenset(element.part_of for element in elements().values() if element.part_of is not None)


def name_of(code: str) -> str:
    """Return the element's name in a sentence; a code without a row speaks for itself."""
    known = elements().get(code)
    if known is None:
        return code
    return known.name[0].lower() + known.name[1:]


def check_place(element: str, side: str, zones: frozenset[int], *, key: str | None = None) -> None:
    """Refuse what the element does not have. Raises `InvalidSpecimen`: element, side, zone."""
    known = elements().get(element)
    if known is None:
        raise InvalidSpecimen("specimen.element", "element", element, "no element has this code", key)
    if side not in known.sides:
        allowed = ", ".join(sorted(known.sides))
        raise InvalidSpecimen("specimen.side", "side", side, f"{known.name} is {allowed}", key)
    if strange := zones - known.zone_numbers:
        numbers = ", ".join(map(str, sorted(known.zone_numbers))) or "none"
        rule = f"the zones of {known.name} are {numbers}"
        raise InvalidSpecimen("specimen.zone", "zones", sorted(strange), rule, key)


def is_whole(value: object) -> bool:
    """Say whether a value from outside is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def _rows(name: str) -> list[dict[str, str]]:
    with (_TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
