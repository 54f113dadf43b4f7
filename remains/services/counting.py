"""At least how many people: reads the specimens of a find, a site or linked sites as they stand, and counts them.

What the viewer may not see is not read. Two answers stand side by side: with determined opinions only, and with
presumed ones too. Opinions on one person are combined by intersection; where that is empty the records that make the
contradiction are named and nothing is counted (docs/counting.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from cases import access
from cases.models.base import Handling
from cases.models.site import Site
from cases.models.user import User
from cases.refusals import Invalid
from remains.models import AssociationKind, Certainty, Find, Specimen, Stage
from remains.science import RULES_VERSION
from remains.science.assemblage import assemble
from remains.science.elements import Side
from remains.science.mni import DEFAULT, Contradiction, Mni, Signature, minimum_number_from_groups
from remains.services import counting_rows as rows
from remains.services.counting_rows import View
from remains.services.counting_tables import MOST_TABLED, Tables, tables_of

#: The readings, by what they are called in a result, and the opinions each takes in.
READINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "determined": (Certainty.DETERMINED.value,),
    "presumed": (Certainty.DETERMINED.value, Certainty.PRESUMED.value),
}
#: Before birth: what nobody estimated may be younger than a newborn child.
YOUNGEST_YEARS: Final = -1.0
#: From this age on somebody is called adult; the intervals of no class reach over it.
ADULT_YEARS: Final = 18.0

Pair = tuple[str, str]
Groups = dict[Signature, list[str]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Records that cannot all be right: specimens by their numbers, and the estimates that make it, if they do."""

    code: str
    keys: tuple[str, ...]
    estimates: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class AgeClaim:
    """At least so many of the people are adult, or are not: every interval lies on one side of that age."""

    adult: bool
    count: int
    low: float
    high: float
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The number by one way of reading, or what keeps the specimens from being counted."""

    mni: Mni | None
    conflicts: tuple[Conflict, ...]
    ages: tuple[AgeClaim, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: a find alone, or sites; the first is the one that was asked for, the others are linked."""

    sites: tuple[tuple[UUID, str], ...]
    find: UUID | None

    @property
    def site_ids(self) -> list[UUID]:
        """Return the sites whose finds are all counted: none where one find is."""
        return [] if self.find else [identifier for identifier, _code in self.sites]


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer: both readings, the customary tables, and what a reader must know beside them."""

    view: View
    scope: Scope
    specimens: int
    readings: Mapping[str, Reading]
    tables: Tables | None
    burials: tuple[tuple[Any, ...], ...]
    non_human: int
    human_in_non_human: int
    refits_outside: int

    @property
    def may_miss_something(self) -> bool:
        """Say whether there are handlings that were not read; never whether there is a record of one."""
        return len(self.view.handlings) < len(Handling)

    @property
    def ids(self) -> dict[str, UUID]:
        """Return the identifiers of the specimens that a proof or a conflict names."""
        named: set[str] = set()
        for reading in self.readings.values():
            named.update(key for conflict in reading.conflicts for key in conflict.keys)
            if reading.mni is not None:
                named.update(key for group in reading.mni.proof for key in group.keys)
        return dict(
            Specimen.objects.filter(case_id=self.view.case, number__in=named).values_list("number", "pk")
        )


def count(
    actor: User,
    *,
    find: Find | None = None,
    site: Site | None = None,
    sites: Sequence[Site] = (),
    tables: bool = True,
) -> Counted:
    """Count what the actor sees of a find, a site with all that is linked to it, or several such sites of one case.

    Raises `NotVisible` for what the actor does not see, `counting.scope` unless exactly one is asked for.
    """
    asked: list[Any] = [find] if find else [site] if site else list(sites)
    if not asked or sum(map(bool, (find, site, sites))) != 1 or len({one.case_id for one in asked}) != 1:
        raise Invalid(
            "counting.scope", "Name one find, one site, or several sites of one case.", field="site"
        )
    for one in asked:
        access.require(actor, one.permission("view"), one)
    case = asked[0].case
    access.require(actor, Specimen.permission("view"), case)
    view = View(case.pk, tuple(sorted(access.handlings_seen(access.roles_in(actor, case)))))
    return count_scope(view, scope_of(view, find=find, sites=[] if find else asked), tables=tables)


def scope_of(view: View, *, find: Find | None = None, sites: Sequence[Site] = ()) -> Scope:
    """Return what is counted with what was asked for: sites with all those that links lead to."""
    if find is not None:
        return Scope(((find.site_id, find.site.code),), find.pk)
    return Scope(tuple(rows.linked_sites(view, [site.pk for site in sites])), None)


def count_scope(view: View, scope: Scope, *, tables: bool = True) -> Counted:
    """Count without asking who asks: for what was frozen, and by the one above."""
    between, pairs, outside = _associations(view, scope)
    readings: dict[str, Reading] = {}
    counted: tuple[Groups, Reading] | None = None
    whole: Groups = {}
    for name, certainties in READINGS.items():
        groups, torn = _sorted_out(rows.grouped(view, scope.site_ids, scope.find, certainties))
        if counted is not None and not torn and groups == counted[0]:
            readings[name] = counted[1]  # no presumed opinion adds anything, and counting is what takes time
        else:
            conflicts = _torn(view, scope, certainties, torn)
            readings[name] = _count(groups, conflicts, between)
        counted = None if torn else (groups, readings[name])
        whole = _with_torn(groups, torn) if torn else groups
    specimens = sum(map(len, whole.values()))
    tabled = tables_of(whole, between[0], pairs) if tables and specimens <= MOST_TABLED else None
    non_human, doubtful = rows.left_out(view, scope.site_ids, scope.find)
    return Counted(
        view=view,
        scope=scope,
        specimens=specimens,
        readings=readings,
        tables=tabled,
        burials=tuple(
            rows.burials(view, scope.site_ids or [scope.sites[0][0]] if scope.sites else [], scope.find)
        ),
        non_human=non_human,
        human_in_non_human=doubtful,
        refits_outside=outside,
    )


def _associations(view: View, scope: Scope) -> tuple[tuple[list[Pair], list[Pair]], list[Pair], int]:
    """Return refits and exclusions, the final pairs, and how many refits lead out of what is counted."""
    refits: list[Pair] = []
    excluded: list[Pair] = []
    pairs: list[Pair] = []
    outside = 0
    for kind, stage, one, other in rows.associations(view, scope.site_ids, scope.find):
        if one is None or other is None:
            outside += stage == Stage.FINAL and kind == AssociationKind.REFIT
        elif stage == Stage.EXCLUDED:
            excluded.append((one, other))
        elif kind == AssociationKind.REFIT:
            refits.append((one, other))
        else:
            pairs.append((one, other))
    return (refits, excluded), pairs, outside


def _sorted_out(read: Iterable[tuple[Any, ...]]) -> tuple[Groups, dict[tuple[str, Signature], list[str]]]:
    """Return the groups that counting can take, and those whose opinions do not go together, by what tears them.

    Of the latter the signature leaves out what nobody can say. All is in one order, whatever the database's: the same
    records give the same witnesses at any later day.
    """
    groups: Groups = {}
    torn: dict[tuple[str, Signature], list[str]] = {}
    ordered = sorted(((sorted(row[-1].split("\n")), row) for row in read), key=lambda item: item[0])
    for keys, (element, side, zones, dna_group, individual, low, high, female, male, _keys) in ordered:
        youngest = YOUNGEST_YEARS if low is None else float(low)
        oldest = math.inf if high is None else float(high)
        wrong = [
            code
            for code, is_so in (("estimates.age", youngest > oldest), ("estimates.sex", female and male))
            if is_so
        ]
        signature = Signature(
            element.removeprefix("element."),
            cast("Side", side),
            frozenset(zones),
            YOUNGEST_YEARS if youngest > oldest else youngest,
            math.inf if youngest > oldest else oldest,
            None if female == male else "F" if female else "M",
            dna_group,
            individual,
        )
        if wrong:
            for code in wrong:
                torn.setdefault((code, signature), []).extend(keys)
        else:
            groups.setdefault(signature, []).extend(keys)
    return groups, torn


def _with_torn(groups: Groups, torn: Mapping[tuple[str, Signature], list[str]]) -> Groups:
    """Return all specimens, for the tables, which ask for no proof."""
    whole = {signature: list(keys) for signature, keys in groups.items()}
    seen: set[str] = set()
    for (_code, signature), keys in torn.items():
        whole.setdefault(signature, []).extend(key for key in keys if key not in seen)
        seen.update(keys)
    return whole


def _count(groups: Groups, conflicts: Sequence[Conflict], between: tuple[list[Pair], list[Pair]]) -> Reading:
    refits, excluded = (_among(pairs, groups) if conflicts else pairs for pairs in between)
    if conflicts:
        found = assemble({s: k for s, k in groups.items() if k}, refits, excluded, DEFAULT)[1]
        return Reading(None, (*conflicts, *map(_conflict, found)), ())
    try:
        mni = minimum_number_from_groups(groups, refits=refits, excluded=excluded)
    except Contradiction:
        found = assemble(groups, refits, excluded, DEFAULT)[1]
        return Reading(None, tuple(map(_conflict, found)), ())
    return Reading(mni, (), tuple(_ages(groups, refits, excluded)))


def _torn(
    view: View,
    scope: Scope,
    certainties: Sequence[str],
    torn: Mapping[tuple[str, Signature], list[str]],
) -> list[Conflict]:
    """Name the estimates behind each specimen whose opinions do not go together."""
    keys = {(code, key) for (code, _signature), group in torn.items() for key in group}
    if not keys:
        return []
    estimates: dict[tuple[str, str], list[str]] = {}
    said = rows.opinions_of(
        view, scope.site_ids, scope.find, certainties, sorted({key for _code, key in keys})
    )
    for key, identifier, kind, *_values in said:
        estimates.setdefault((f"estimates.{kind}", key), []).append(str(identifier))
    return [Conflict(code, (key,), tuple(estimates.get((code, key), ()))) for code, key in sorted(keys)]


def _conflict(found: Contradiction) -> Conflict:
    return Conflict(found.code, found.keys, why=found.why)


def _among(pairs: Iterable[Pair], groups: Groups) -> list[Pair]:
    known = {key for keys in groups.values() for key in keys}
    return [(one, other) for one, other in pairs if one in known and other in known]


def _ages(groups: Groups, refits: Sequence[Pair], excluded: Sequence[Pair]) -> Iterable[AgeClaim]:
    """Yield how many of the people are certainly not adult, and how many certainly are."""
    for adult in (False, True):
        these = {
            alike: keys
            for alike, keys in groups.items()
            if (alike.age_min_years >= ADULT_YEARS if adult else alike.age_max_years < ADULT_YEARS)
        }
        if not these:
            continue
        mni = minimum_number_from_groups(
            these, refits=_among(refits, these), excluded=_among(excluded, these)
        )
        yield AgeClaim(
            adult=adult,
            count=mni.count,
            low=min(alike.age_min_years for alike in these),
            high=max(alike.age_max_years for alike in these),
            keys=tuple(sorted({key for group in mni.proof for key in group.keys})),
        )


def as_result(counted: Counted) -> dict[str, Any]:
    """Return the answer as an assessment keeps it: JSON, the same for the same records."""
    return {
        "rules": RULES_VERSION,
        "handlings": list(counted.view.handlings),
        "sites": [[str(identifier), code] for identifier, code in counted.scope.sites],
        "find": str(counted.scope.find) if counted.scope.find else None,
        "specimens": counted.specimens,
        "readings": {name: _reading(reading) for name, reading in counted.readings.items()},
        "tables": counted.tables.as_result() if counted.tables else None,
        "burials": [
            [str(identifier), about, *(day.isoformat() if day else None for day in days), certainty]
            for identifier, about, *days, certainty in counted.burials
        ],
        "non_human": counted.non_human,
        "human_in_non_human": counted.human_in_non_human,
        "refits_outside": counted.refits_outside,
    }


def _reading(reading: Reading) -> dict[str, Any]:
    mni = reading.mni
    return {
        "count": mni.count if mni else None,
        "without_search": mni.without_search if mni else None,
        "attained": mni.attained if mni else None,
        "conflicts": [
            {"code": c.code, "keys": list(c.keys), "estimates": list(c.estimates), "why": c.why}
            for c in reading.conflicts
        ],
        "ages": [
            {
                "adult": a.adult,
                "count": a.count,
                "low": years(a.low),
                "high": years(a.high),
                "keys": list(a.keys),
            }
            for a in reading.ages
        ],
        "proof": [
            {
                "count": group.count,
                "kind": group.kind,
                "keys": list(group.keys),
                "element": group.element,
                "side": group.side,
                "zone": group.zone,
                "capacity": group.capacity,
                "low": years(group.age_min_years),
                "high": years(group.age_max_years),
                "sex": group.sex,
                "dna_group": group.dna_group,
                "reasons": [reason.parts for reason in group.reasons],
            }
            for group in (mni.proof if mni else ())
        ],
    }


def years(age: float) -> float | None:
    """Return an end of an interval, or None where it is open."""
    return None if math.isinf(age) or age <= YOUNGEST_YEARS else age
