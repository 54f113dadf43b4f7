"""The tables that anthropologists expect beside a minimum number, and the estimates, each under its own name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from remains.science.assemblage import joined
from remains.science.customary import Cohort, CohortCount, ElementCount, by_cohort, by_dna_group, by_element
from remains.science.elements import elements
from remains.science.mlni import Mlni, most_likely_number
from remains.science.person import Member, parts_of
from remains.science.specimen import Signature, SpecimenRecord

#: Of more specimens the tables are not made: a page cannot show them, and the proof does not rest on them.
MOST_TABLED: Final = 20_000
#: Classes of age (years) of Taphos' own, with adulthood from 18; an interval that reaches over an end is unassigned.
COHORTS: Final = (
    Cohort("infant", -1, 3),
    Cohort("child", 3, 12),
    Cohort("adolescent", 12, 18),
    Cohort("adult", 18, float("inf")),
)

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PairedElement:
    """Left and right bones that have one zone, the final pairs among them, and what is estimated from the three."""

    element: str
    zone: int
    estimate: Mlni


@dataclass(frozen=True, slots=True)
class Tables:
    """Counts of what is there, none of them a proof; and estimates, none of them a minimum."""

    elements: Sequence[ElementCount]
    cohorts: Sequence[CohortCount]
    dna_groups: Sequence[tuple[str | None, Sequence[ElementCount]]]
    paired: Sequence[PairedElement]

    def as_result(self) -> dict[str, Any]:
        """Return them as an assessment keeps them."""
        return {
            "elements": [_element(count) for count in self.elements],
            "cohorts": [asdict(count) for count in self.cohorts],
            "dna_groups": [
                {"group": group, "elements": [_element(count) for count in counts]}
                for group, counts in self.dna_groups
            ],
            "paired": [
                {"element": one.element, "zone": one.zone, **asdict(one.estimate), "warnings": []}
                for one in self.paired
            ],
        }


def tables_of(
    groups: Mapping[Signature, Sequence[str]], refits: Sequence[Pair], pairs: Sequence[Pair]
) -> Tables:
    """Make the tables of specimens that are grouped by what is alike in them."""
    records = [
        SpecimenRecord(
            key,
            alike.element,
            alike.side,
            alike.zones,
            alike.age_min_years,
            alike.age_max_years,
            alike.sex,
            alike.dna_group,
            alike.individual,
        )
        for alike, keys in groups.items()
        for key in keys
    ]
    known = {record.dna_group for record in records} - {None}
    return Tables(
        elements=by_element(records, refits=refits),
        cohorts=by_cohort(records, COHORTS, refits=refits),
        dna_groups=list(by_dna_group(records, refits=refits).items()) if known else [],
        paired=list(_paired(groups, refits, pairs)),
    )


def _paired(
    groups: Mapping[Signature, Sequence[str]], refits: Sequence[Pair], pairs: Sequence[Pair]
) -> Iterable[PairedElement]:
    """Yield, for each element of which a person has two, its bones by the zone that most of them have.

    A zone, because a bone in several fragments has it once; a refit is one bone.
    """
    members = {key: Member(key, alike) for alike, keys in groups.items() for key in keys}
    bone_of: dict[str, int] = {}
    bones: dict[str, list[tuple[int, str, frozenset[int]]]] = {}
    for number, piece in enumerate(joined(members, refits)):
        parts = parts_of(piece)[0]
        bone_of.update(dict.fromkeys((member.key for member in piece), number))
        if len(parts) == 1 and parts[0].side in {"left", "right"}:
            bones.setdefault(parts[0].element, []).append((number, parts[0].side, parts[0].zones))
    matched = {(bone_of[one], bone_of[other]) for one, other in pairs if {one, other} <= bone_of.keys()}
    for code, known in elements().items():
        if known.capacity != 1 or code not in bones:
            continue
        seen = Counter(zone for _number, _side, zones in bones[code] for zone in zones)
        if not seen:
            continue
        zone = min(seen, key=lambda each: (-seen[each], each))
        side_of = {number: side for number, side, zones in bones[code] if zone in zones}
        sides = Counter(side_of.values())
        if not sides["left"] or not sides["right"]:
            continue
        left: set[int] = set()
        right: set[int] = set()
        for pair in sorted(matched):
            by_side = {side_of[bone]: bone for bone in pair if bone in side_of}
            # A bone has one partner; whoever recorded two is told so by the count, and here the first stands.
            if len(by_side) == 2 and by_side["left"] not in left and by_side["right"] not in right:
                left.add(by_side["left"])
                right.add(by_side["right"])
        yield PairedElement(code, zone, most_likely_number(sides["left"], sides["right"], len(left)))


def _element(count: ElementCount) -> dict[str, Any]:
    return {
        "element": count.element,
        "nisp": dict(count.nisp),
        "mne": dict(count.mne),
        "zone": dict(count.zone),
        "by_zone": {
            side: {str(zone): n for zone, n in zones.items()} for side, zones in count.by_zone.items()
        },
        "max_side": count.max_side,
    }
