"""The counts that anthropologists expect beside the proof, each under its own name.

NISP, MNE by zone, the traditional larger side by element, by fixed cohorts, and by mtDNA group and element. None
of them looks at associations other than refits, and none is a proof.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from remains.science.assemblage import Pair, joined
from remains.science.elements import NON_HUMAN, default_capacities, elements
from remains.science.person import Member, parts_of
from remains.science.specimen import SpecimenRecord, group


@dataclass(frozen=True, slots=True)
class ElementCount:
    """What is there of one element. `mne` by side is the fullest zone, `zone` which one that was.

    `nisp` counts specimens, fragments of one refit each for itself. `zone` is None where no zone is known.
    """

    element: str
    nisp: Mapping[str, int]
    mne: Mapping[str, int]
    zone: Mapping[str, int | None]
    by_zone: Mapping[str, Mapping[int, int]]
    capacity: int

    @property
    def max_side(self) -> int:
        """The traditional MNI of the element: the larger of left, right and axial, in persons."""
        return max(
            (-(-self.mne.get(side, 0) // self.capacity) for side in ("left", "right", "axial")), default=0
        )


@dataclass(frozen=True, slots=True)
class Cohort:
    """A fixed class of ages (years): from, up to but not including."""

    label: str
    from_years: float
    to_years: float

    def holds(self, specimen: SpecimenRecord) -> bool:
        """Say whether the specimen's whole interval lies in the class."""
        return self.from_years <= specimen.age_min_years and specimen.age_max_years <= self.to_years


@dataclass(frozen=True, slots=True)
class CohortCount:
    """The traditional MNI of one cohort, and the element that gives it."""

    label: str
    nisp: int
    element: str | None
    max_side: int


def by_element(specimens: Iterable[SpecimenRecord], *, refits: Iterable[Pair] = ()) -> list[ElementCount]:
    """Count each element by side and zone, in anatomical order. Refits are one specimen with the union of zones."""
    records = [record for record in specimens if record.element != NON_HUMAN]
    nisp: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        nisp[record.element][record.side] += 1
    zones: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    members = {key: Member(key, signature) for signature, keys in group(records).items() for key in keys}
    for piece in joined(members, refits):
        for part in parts_of(piece)[0]:
            zones[part.element][part.side].update(part.zones)
    order = {code: number for number, code in enumerate(elements())}
    return [
        _element(code, nisp[code], zones[code])
        for code in sorted(nisp, key=lambda code: (order.get(code, len(order)), code))
    ]


def larger_side(specimens: Iterable[SpecimenRecord], *, refits: Iterable[Pair] = ()) -> ElementCount | None:
    """Return the element with the highest traditional MNI, the first of them in anatomical order."""
    return max(by_element(specimens, refits=refits), key=lambda count: count.max_side, default=None)


def by_cohort(
    specimens: Iterable[SpecimenRecord], cohorts: Sequence[Cohort], *, refits: Iterable[Pair] = ()
) -> list[CohortCount]:
    """Count by fixed cohorts. Who fits in none of them, or in more than one, is counted last, as unassigned.

    Refits across cohorts are left apart: the table shows what was recorded.
    """

    def cohort(record: SpecimenRecord) -> str | None:
        fitting = [each.label for each in cohorts if each.holds(record)]
        return fitting[0] if len(fitting) == 1 else None

    parted = _parted(specimens, cohort, refits)
    counts = []
    for label in [*(each.label for each in cohorts), None]:
        records, own_refits = parted.get(label, ([], []))
        fullest = larger_side(records, refits=own_refits)
        people = fullest.max_side if fullest else 0
        element = fullest.element if fullest and people else None
        counts.append(CohortCount(label or "unassigned", len(records), element, people))
    return counts


def by_dna_group(
    specimens: Iterable[SpecimenRecord], *, refits: Iterable[Pair] = ()
) -> dict[str | None, list[ElementCount]]:
    """Count each element within each mtDNA group, groups in alphabetical order, specimens without one last."""
    parted = _parted(specimens, lambda record: record.dna_group, refits)
    return {
        name: by_element(records, refits=own)
        for name, (records, own) in sorted(parted.items(), key=lambda item: (item[0] is None, item[0] or ""))
    }


def _element(code: str, nisp: Counter[str], by_side: Mapping[str, Counter[int]]) -> ElementCount:
    fullest: dict[str, tuple[int, int | None]] = {}
    for side, zones in by_side.items():
        best = min(zones.items(), key=lambda item: (-item[1], item[0]), default=None)
        # Without any zone a side is there at least once, and no zone says so.
        fullest[side] = (best[1], best[0]) if best else (1, None)
    return ElementCount(
        element=code,
        nisp=dict(nisp),
        mne={side: count for side, (count, _) in fullest.items()},
        zone={side: zone for side, (_, zone) in fullest.items()},
        by_zone={side: dict(sorted(zones.items())) for side, zones in by_side.items()},
        capacity=default_capacities().get(code, 1),
    )


def _parted(
    specimens: Iterable[SpecimenRecord], key: Callable[[SpecimenRecord], str | None], refits: Iterable[Pair]
) -> dict[str | None, tuple[list[SpecimenRecord], list[Pair]]]:
    """Part the specimens, and the refits whose both ends fall into the same part."""
    parted: dict[str | None, tuple[list[SpecimenRecord], list[Pair]]] = {}
    part_of: dict[str, str | None] = {}
    for specimen in specimens:
        name = part_of[specimen.key] = key(specimen)
        parted.setdefault(name, ([], []))[0].append(specimen)
    for one, other in refits:
        if part_of[one] == part_of[other]:
            parted[part_of[one]][1].append((one, other))
    return parted
