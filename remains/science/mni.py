"""The minimum number of individuals: at least how many people, with the proof.

The counting is described in docs/counting.md. Specimens come as records, or, where the database has grouped
them already, as groups of keys that share all attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from remains.science.assemblage import Assemblage, Pair, assemble
from remains.science.bounds import bound_by_windows
from remains.science.claims import Claim
from remains.science.conflicts import conflicts, size
from remains.science.elements import InvalidSpecimen, default_capacities
from remains.science.proof import Mni, ProofGroup, explain, proof_group
from remains.science.search import Steps
from remains.science.specimen import Contradiction, Groups, Signature, SpecimenRecord, checked, group
from remains.science.structure import Least, Structure

__all__ = [
    "DEFAULT",
    "Contradiction",
    "InvalidSpecimen",
    "Mni",
    "ProofGroup",
    "Signature",
    "SpecimenRecord",
    "contradictions_among",
    "explain",
    "minimum_number_from_groups",
    "minimum_number_of_individuals",
]

DEFAULT: Mapping[str, int] = default_capacities()

# Beyond this many specimens conflicts are worked out between those in excluded associations only.
MOST_COMPARED = 1_000


def minimum_number_of_individuals(
    specimens: Iterable[SpecimenRecord],
    *,
    refits: Iterable[Pair] = (),
    excluded: Iterable[Pair] = (),
    capacities: Mapping[str, int] = DEFAULT,
) -> Mni:
    """Return the number of people that the specimens certainly are of, and the groups that prove it.

    `refits` and `excluded` are pairs of keys; `capacities` says how many of an element one person has on a side, or
    in all when it is axial (what it does not name has its number of the table, or one).
    Raises `Contradiction` when specimens called one person cannot be, `InvalidSpecimen` for what no
    record can hold.
    """
    return _count(group(specimens), refits, excluded, capacities)


def minimum_number_from_groups(
    groups: Mapping[Signature, Sequence[str]],
    *,
    refits: Iterable[Pair] = (),
    excluded: Iterable[Pair] = (),
    capacities: Mapping[str, int] = DEFAULT,
) -> Mni:
    """Count specimens that are grouped already: the keys of each signature. Otherwise as for records."""
    return _count(
        checked({alike: keys for alike, keys in groups.items() if keys}), refits, excluded, capacities
    )


def contradictions_among(
    specimens: Iterable[SpecimenRecord],
    *,
    refits: Iterable[Pair] = (),
    excluded: Iterable[Pair] = (),
    capacities: Mapping[str, int] = DEFAULT,
) -> list[Contradiction]:
    """Return all that keeps the specimens from being counted, in the order of their keys."""
    return assemble(group(specimens), refits, excluded, capacities)[1]


def _count(
    groups: Groups, refits: Iterable[Pair], excluded: Iterable[Pair], capacities: Mapping[str, int]
) -> Mni:
    assemblage, contradictions = assemble(groups, refits, excluded, capacities)
    for contradiction in contradictions:
        raise contradiction
    windows = bound_by_windows(assemblage.units, assemblage.capacities)
    counted = [claim for window in windows for claim in window.claims]
    without_search = sum(claim.count for claim in counted)
    least = _by_structure(assemblage)
    claims: Sequence[Claim] = counted if least.count <= without_search else least.claims
    proof = tuple(proof_group(claim) for claim in claims)
    return Mni(
        count=sum(each.count for each in proof),
        proof=proof,
        without_search=without_search,
        attained=least.attained,
    )


def _by_structure(assemblage: Assemblage) -> Least:
    """Search the conflicts of all specimens; of too many, of those that excluded associations stand between."""
    if size(assemblage) <= MOST_COMPARED:
        everybody = conflicts(assemblage)
        return Structure(everybody, Steps()).least(everybody.everybody)
    contested = list({id(unit): unit for pair in assemblage.excluded for unit in pair}.values())
    if not 0 < len(contested) <= MOST_COMPARED:
        return Least((), attained=False)
    among = conflicts(assemblage, contested)
    return Structure(among, Steps()).among(assemblage.units, among.everybody)
