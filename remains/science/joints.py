"""Which elements touch in a person: what may fit at a joint, and what may be left and right, or pieces, of one bone."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from remains.science.capacity import is_part_of
from remains.science.elements import elements

SAME, OPPOSITE = "same", "opposite"

_TABLE = Path(__file__).parent / "tables" / "joints.csv"


@dataclass(frozen=True, slots=True)
class Joint:
    """Two elements that meet: on the same side, or (`opposite`) the left one with the right one."""

    first: str
    second: str
    sides: str
    name: str
    source: str
    verified: str


@cache
def joints() -> tuple[Joint, ...]:
    """Return every joint of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Joint(row["first"], row["second"], row["sides"], row["joint"], row["source"], row["verified"])
            for row in csv.DictReader(file)
        )


@cache
def neighbours() -> Mapping[tuple[str, str], frozenset[str]]:
    """Return how the sides of two elements go together at a joint, both ways round.

    A rib without number may be any rib, so it has every rib's neighbours.
    """
    forms = {code: [code, *_wider(code)] for code in elements()}
    found: dict[tuple[str, str], set[str]] = {}
    for joint in joints():
        for one in forms[joint.first]:
            for other in forms[joint.second]:
                found.setdefault((one, other), set()).add(joint.sides)
                found.setdefault((other, one), set()).add(joint.sides)
    return MappingProxyType({pair: frozenset(sides) for pair, sides in found.items()})


def articulate(element: str, side: str, other: str, other_side: str) -> bool:
    """Say whether two specimens may be neighbours at a joint: by their elements, and their sides as far as told."""
    ways = neighbours().get((element, other), frozenset())
    if not ways or not {side, other_side} <= {"left", "right"}:
        return bool(ways)
    return (SAME if side == other_side else OPPOSITE) in ways


def are_kin(element: str, other: str) -> bool:
    """Say whether two names may be those of one bone: the same, or one the unnumbered form of the other."""
    return element == other or is_part_of(element, other) or is_part_of(other, element)


def _wider(code: str) -> list[str]:
    return [other for other in elements() if is_part_of(code, other)]
