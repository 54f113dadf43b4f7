"""The people in one age window: which way of counting them shows the most, and by which specimens."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from remains.science.capacity import BOTH, INDIVIDUAL, ONE_INDIVIDUAL, Capacities, Resource
from remains.science.claims import Claim, rule_of
from remains.science.person import Unit


def claims_in(units: Sequence[Unit], capacities: Capacities, people: int, *, aged: bool) -> list[Claim]:
    """Return the claims that add up to so many people among the units, the simplest way that reaches it."""
    counting = _Counting(capacities, aged)
    together = counting.fullest(units)
    if together.count >= people:
        return [together]
    by_sex = counting.by_sex(units)
    return by_sex if _total(by_sex) >= people else counting.by_group(units)


def _total(claims: Iterable[Claim]) -> int:
    return sum(claim.count for claim in claims)


class _Counting:
    def __init__(self, capacities: Capacities, aged: bool) -> None:
        self._capacities, self._aged = capacities, aged

    def by_sex(self, units: Sequence[Unit]) -> list[Claim]:
        """Women and men apart, each as they are or by their DNA groups."""
        claims: list[Claim] = []
        for sex in ("F", "M"):
            if of_sex := [unit for unit in units if unit.sex == sex]:
                groups = [self.fullest(own, sex, name) for name, own in _by_group(of_sex)]
                claims += max([[self.fullest(of_sex, sex)], groups], key=_total)
        return claims

    def by_group(self, units: Sequence[Unit]) -> list[Claim]:
        """DNA groups apart, each as it is or by sex."""
        claims: list[Claim] = []
        for name, own in _by_group(units):
            sexes = [
                self.fullest(of_sex, sex, name)
                for sex in ("F", "M")
                if (of_sex := [unit for unit in own if unit.sex == sex])
            ]
            claims += max([[self.fullest(own, None, name)], sexes], key=_total)
        return claims

    def fullest(self, units: Sequence[Unit], sex: str | None = None, dna_group: str | None = None) -> Claim:
        """The resource that shows the most people, or that there is somebody at all."""
        taken: Counter[Resource] = Counter()
        most = {ONE_INDIVIDUAL: 1}
        of_loads: dict[int, list[Any]] = {}  # loads are shared between units that are alike in them
        for unit in units:
            shared = of_loads.get(id(unit.loads))
            if shared is None:
                of_loads[id(unit.loads)] = [unit.loads, unit.count]
            else:
                shared[1] += unit.count
            if unit.individual is not None:
                taken[ONE_INDIVIDUAL] += 1
        for loads, count in of_loads.values():
            for place, load in loads:
                for resource, capacity in self._capacities.of(place):
                    taken[resource] += load * count
                    most[resource] = capacity
        people = {resource: -(-load // most[resource]) for resource, load in taken.items()}
        fullest = min(people, key=lambda each: (-people[each], *_preferred(each)), default=None)
        if fullest is None:
            return self._somebody(units, sex, dna_group)
        return Claim(
            people[fullest],
            rule_of(fullest),
            self._taking(units, fullest),
            fullest,
            most[fullest],
            taken[fullest],
            sex,
            dna_group,
            self._aged,
        )

    def _somebody(self, units: Sequence[Unit], sex: str | None, dna_group: str | None) -> Claim:
        first = min(units, key=lambda unit: min(unit.keys))
        place = None if first.members else first.keys.index(min(first.keys))
        return Claim(1, "present", ((first, place),), sex=sex, dna_group=dna_group, aged=self._aged)

    def _taking(self, units: Sequence[Unit], resource: Resource) -> tuple[tuple[Unit, None], ...]:
        if resource.side == INDIVIDUAL:
            return tuple((unit, None) for unit in units if unit.individual is not None)
        takes = {
            id(loads)
            for loads in {id(unit.loads): unit.loads for unit in units}.values()
            if any(resource == own for place, _ in loads for own, _ in self._capacities.of(place))
        }
        return tuple((unit, None) for unit in units if id(unit.loads) in takes)


def _by_group(units: Sequence[Unit]) -> list[tuple[str, list[Unit]]]:
    groups: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.dna_group is not None:
            groups[unit.dna_group].append(unit)
    return sorted(groups.items())


def _preferred(resource: Resource) -> tuple[bool, bool, str, int, str]:
    """Bones before decisions about individuals, a side before a pair, then the alphabet: never the order of input."""
    return (
        resource.side == INDIVIDUAL,
        resource.side == BOTH,
        resource.element,
        resource.zone,
        resource.side,
    )
