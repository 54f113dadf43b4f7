"""Who cannot be whom: single people-to-be, the pairs of them that conflict, and the stocks they share.

Sets of nodes are integers, one bit a node. Node order is the order of keys, so that no result hangs on the input's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import or_

from remains.science.assemblage import Assemblage
from remains.science.capacity import Capacities, Resource
from remains.science.person import Unit


@dataclass(frozen=True, slots=True)
class Stock:
    """What a person has more than one of: who takes from it, how much, and how much there is."""

    takers: int
    taken: dict[int, int]
    capacity: int

    def total(self, nodes: int) -> int:
        """Return what the nodes together take."""
        return sum(self.taken[node] for node in bits(self.takers & nodes))

    def binds(self, nodes: int) -> bool:
        """Say whether the nodes together want more than one person has."""
        return self.total(nodes) > self.capacity


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The nodes (a unit, and the place of its key if it stands for one of many), and what keeps them apart."""

    nodes: tuple[tuple[Unit, int | None], ...]
    against: tuple[int, ...]
    stocks: tuple[Stock, ...]
    excluded: tuple[int, ...]
    capacities: Capacities

    @property
    def everybody(self) -> int:
        """All nodes."""
        return (1 << len(self.nodes)) - 1

    def units(self, nodes: int) -> list[Unit]:
        """Return the units of the nodes, each as a unit of one, for the bound that needs no search."""
        units = []
        for node in bits(nodes):
            unit, place = self.nodes[node]
            units.append(unit if place is None else _alone(unit, place))
        return units

    def binding(self, nodes: int) -> list[Stock]:
        """Return the stocks that the nodes could exhaust."""
        return [stock for stock in self.stocks if stock.takers & nodes and stock.binds(nodes)]


def bits(nodes: int) -> Iterator[int]:
    """Yield the nodes of a set, lowest first."""
    while nodes:
        low = nodes & -nodes
        yield low.bit_length() - 1
        nodes ^= low


def size(assemblage: Assemblage) -> int:
    """Return how many nodes the assemblage has, without making them."""
    return sum(unit.count if unit.loads else 1 for unit in assemblage.units)


def conflicts(assemblage: Assemblage, units: Sequence[Unit] | None = None) -> Conflicts:
    """Work out who conflicts with whom among the units (all of the assemblage's unless given)."""
    chosen = assemblage.units if units is None else units
    nodes = sorted(_nodes(chosen), key=lambda node: node[0].keys[node[1] or 0])
    against = [0] * len(nodes)
    stocks = list(_resources(nodes, against, assemblage.capacities))
    _apart_by_attribute(nodes, against)
    _apart_by_age(nodes, against)
    number = {id(unit): node for node, (unit, place) in enumerate(nodes) if unit.members}
    excluded = [0] * len(nodes)
    for one, other in assemblage.excluded:
        if id(one) in number and id(other) in number:
            first, second = number[id(one)], number[id(other)]
            excluded[first] |= 1 << second
            excluded[second] |= 1 << first
    against = [mask | more for mask, more in zip(against, excluded, strict=True)]
    return Conflicts(
        tuple(nodes),
        tuple(mask & ~(1 << node) for node, mask in enumerate(against)),
        tuple(stocks),
        tuple(excluded),
        assemblage.capacities,
    )


def _nodes(units: Iterable[Unit]) -> Iterator[tuple[Unit, int | None]]:
    for unit in units:
        if unit.members:
            yield unit, None
        elif not unit.loads:  # alike and without a zone, they can all be one person's
            yield unit, unit.keys.index(min(unit.keys))
        else:
            yield from ((unit, place) for place in range(len(unit.keys)))


def _alone(unit: Unit, place: int) -> Unit:
    low, high = unit.age_min_years, unit.age_max_years
    return Unit((unit.keys[place],), low, high, unit.sex, unit.dna_group, None, unit.loads)


def _resources(
    nodes: Sequence[tuple[Unit, int | None]], against: list[int], capacities: Capacities
) -> Iterator[Stock]:
    """Mark the conflicts over what a person has one of; yield what a person has more of."""
    taken: dict[Resource, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    most: dict[Resource, int] = {}
    for node, (unit, _) in enumerate(nodes):
        for place, load in unit.loads:
            for resource, capacity in capacities.of(place):
                taken[resource][node] += load
                most[resource] = capacity
    for resource, loads in sorted(taken.items()):
        capacity = most[resource]
        takers = sum(1 << node for node in loads)
        if capacity == 1:
            for node in loads:
                against[node] |= takers
        elif sum(loads.values()) > capacity:
            if max(loads.values()) > 1:
                for node, load in loads.items():
                    for other, theirs in loads.items():
                        if load + theirs > capacity:
                            against[node] |= 1 << other
            yield Stock(takers, dict(loads), capacity)


def _apart_by_attribute(nodes: Sequence[tuple[Unit, int | None]], against: list[int]) -> None:
    for attribute in ("sex", "dna_group", "individual"):
        having: dict[str, int] = defaultdict(int)
        for node, (unit, _) in enumerate(nodes):
            if (value := getattr(unit, attribute)) is not None:
                having[value] |= 1 << node
        everyone = 0
        for mask in having.values():
            everyone |= mask
        for mask in having.values():
            for node in bits(mask):
                against[node] |= everyone & ~mask


def _apart_by_age(nodes: Sequence[tuple[Unit, int | None]], against: list[int]) -> None:
    by_end = sorted((unit.age_max_years, node) for node, (unit, _) in enumerate(nodes))
    by_start = sorted((unit.age_min_years, node) for node, (unit, _) in enumerate(nodes))
    ended = [0, *accumulate((1 << node for _, node in by_end), or_)]
    begun = [0, *accumulate((1 << node for _, node in by_start), or_)]
    ends, starts = [age for age, _ in by_end], [age for age, _ in by_start]
    for node, (unit, _) in enumerate(nodes):
        younger = ended[bisect_left(ends, unit.age_min_years)]
        older = begun[-1] & ~begun[bisect_right(starts, unit.age_max_years)]
        against[node] |= younger | older
