"""The smallest number of people into which specimens can be put, part by part.

Parts without a conflict between them can share people: the fullest decides. Parts of which every specimen conflicts
with every one of the other are different people: they add up. What cannot matter is set aside, and what is left is
searched if it is small enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_

from remains.science.bounds import WindowBound, bound_by_windows
from remains.science.claims import Claim, Rule
from remains.science.conflicts import Conflicts, bits
from remains.science.person import Unit
from remains.science.reasons import reason_between
from remains.science.search import MOST_SPECIMENS, GivenUp, Steps, can_be, greedy_clique, smallest_reason
from remains.science.specimen import Reason

# Up to this many it pays to look for specimens that can simply go with another.
MOST_COVERED = 200

# Of up to this many it is said for each two why they cannot be one person.
MOST_EXPLAINED = 10


@dataclass(frozen=True, slots=True)
class Least:
    """At least so many people by these claims; `attained` when so many are also enough."""

    claims: tuple[Claim, ...]
    attained: bool

    @property
    def count(self) -> int:
        """The people that the claims add up to."""
        return sum(claim.count for claim in self.claims)


class Structure:
    """Works out the least number of people for sets of nodes; remembers what it knows."""

    def __init__(self, conflicts: Conflicts, steps: Steps) -> None:
        self._conflicts, self._steps = conflicts, steps
        self._against = conflicts.against
        self._known: dict[int, Least] = {}

    def least(self, nodes: int) -> Least:
        """Return the least number of people that the nodes can be, as far as it could be found."""
        if not nodes:
            return Least((), attained=True)
        known = self._known.get(nodes)
        if known is None:
            known = self._known[nodes] = self._work_out(nodes)
        return known

    def _work_out(self, nodes: int) -> Least:
        apart = sorted(self._without_conflict(nodes), key=int.bit_count)
        if len(apart) > 1:
            parts = [self.least(part) for part in apart]
            best = max(parts, key=lambda part: (part.count, part.attained))
            return Least(best.claims, all(part.attained for part in parts))
        different = list(self._in_full_conflict(nodes))
        if len(different) > 1:
            parts = [self.least(part) for part in different if part.bit_count() > 1]
            alone = sum(part for part in different if part.bit_count() == 1)
            claims = [self._claim("incompatible", alone, alone.bit_count())] if alone else []
            claims += [claim for part in parts for claim in part.claims]
            return Least(tuple(claims), all(part.attained for part in parts))
        return self._entangled(nodes)

    def _without_conflict(self, nodes: int) -> Iterator[int]:
        """Yield the parts between which neither a conflict nor a shared stock stands."""
        stocks = [stock.takers for stock in self._conflicts.binding(nodes)]
        while nodes:
            part, fresh = 0, nodes & -nodes
            while fresh:
                part |= fresh
                reached = 0
                for node in bits(fresh):
                    reached |= self._against[node]
                for takers in stocks:
                    if takers & fresh:
                        reached |= takers
                fresh = reached & nodes & ~part
            yield part
            nodes &= ~part

    def _in_full_conflict(self, nodes: int) -> Iterator[int]:
        """Yield the parts that conflict with each other in every specimen."""
        everybody = nodes
        while nodes:
            part, fresh = 0, nodes & -nodes
            while fresh:
                part |= fresh
                reached = 0
                for node in bits(fresh):
                    reached |= everybody & ~self._against[node]
                fresh = reached & ~part
            yield part
            nodes &= ~part

    def _entangled(self, nodes: int) -> Least:
        if nodes.bit_count() == 1:
            return Least((self._claim("incompatible", nodes, 1),), attained=True)
        windows = bound_by_windows(self._conflicts.units(nodes), self._conflicts.capacities)
        known = self._without_search(nodes, windows)
        while True:
            needed = self._matters(nodes, known.count)
            if needed != nodes:
                rest = self.least(needed)
                if rest.count <= known.count:
                    return Least(known.claims, rest.attained)
                known = rest
                continue
            return self._searched(nodes, known)

    def _without_search(self, nodes: int, windows: Sequence[WindowBound]) -> Least:
        claims = tuple(claim for window in windows for claim in window.claims)
        least = Least(claims, attained=False)
        clique = greedy_clique(self._conflicts, nodes)
        if clique.bit_count() > least.count:
            return Least((self._claim("incompatible", clique, clique.bit_count()),), attained=False)
        return least

    def _searched(self, nodes: int, known: Least) -> Least:
        if nodes.bit_count() > MOST_SPECIMENS:
            return max(known, *self._in_part(nodes), key=lambda least: least.count)
        self._steps.next_part()
        try:
            while not can_be(self._conflicts, nodes, known.count, self._steps):
                reason = smallest_reason(self._conflicts, nodes, known.count, self._steps)
                people = known.count + 1
                clique = reason.bit_count() == people and all(
                    not (reason & ~(1 << node)) & ~self._against[node] for node in bits(reason)
                )
                known = Least(
                    (self._claim("incompatible" if clique else "search", reason, people),), attained=False
                )
        except GivenUp:
            return known
        return Least(known.claims, attained=True)

    def _in_part(self, nodes: int) -> Iterator[Least]:
        """What parts of the nodes show, when all of them are too many to search: a part keeps what it shows alone."""
        contested = self._contested(nodes)
        parts = self._tied(contested) if contested == nodes else [contested]
        for part in (*parts, self._densest(nodes)):
            if part != nodes:
                yield Least(self.least(part).claims, attained=False)
        if contested and contested != nodes:
            yield self.among(self._conflicts.units(nodes), contested)

    def among(self, units: Sequence[Unit], nodes: int) -> Least:
        """Bound the units by age windows, the nodes among them by what is shown about them where that is more."""
        windows = bound_by_windows(units, self._conflicts.capacities, _Contest(self, self._conflicts, nodes))
        return Least(tuple(claim for window in windows for claim in window.claims), attained=False)

    def _contested(self, nodes: int) -> int:
        """Those between which excluded associations stand."""
        excluded = self._conflicts.excluded
        return sum(1 << node for node in bits(nodes) if excluded[node] & nodes)

    def _tied(self, nodes: int) -> list[int]:
        """The parts that excluded associations tie together, the smallest first."""
        parts = []
        while nodes:
            part, fresh = 0, nodes & -nodes
            while fresh:
                part |= fresh
                tied = reduce(or_, (self._conflicts.excluded[node] for node in bits(fresh)))
                fresh = tied & nodes & ~part
            parts.append(part)
            nodes &= ~part
        return sorted(parts, key=int.bit_count)

    def _densest(self, nodes: int) -> int:
        """Leave out the least contested until few enough are left to search."""
        while (size := nodes.bit_count()) > MOST_SPECIMENS:
            degree = {node: (self._against[node] & nodes).bit_count() for node in bits(nodes)}
            kept = sorted(degree, key=lambda node: (-degree[node], node))[
                : max(MOST_SPECIMENS, size * 3 // 4)
            ]
            nodes = sum(1 << node for node in kept)
        return nodes

    def _matters(self, nodes: int, people: int) -> int:
        """Set aside who finds a place among so many people whatever the others do, until nobody more does."""
        while True:
            before = nodes
            stocks = [(stock, stock.total(nodes)) for stock in self._conflicts.binding(nodes)]
            few = nodes.bit_count() <= MOST_COVERED
            for node in bits(nodes):
                blocked, shares = (self._against[node] & nodes).bit_count(), False
                for stock, total in stocks:
                    if stock.takers >> node & 1:
                        spare, shares = stock.capacity - stock.taken[node], True
                        blocked += (total - stock.taken[node]) // (spare + 1)
                if blocked < people or (few and not shares and self._covered(node, nodes)):
                    nodes &= ~(1 << node)
            if nodes == before:
                return nodes

    def _covered(self, node: int, nodes: int) -> bool:
        """Say whether somebody else has all the conflicts of this one, who can then simply go with them."""
        mine = self._against[node] & nodes
        others = nodes & ~mine & ~(1 << node)
        return any(not mine & ~self._against[other] for other in bits(others))

    def _claim(self, rule: Rule, nodes: int, people: int) -> Claim:
        witnesses = tuple(self._conflicts.nodes[node] for node in bits(nodes))
        few = rule == "incompatible" and len(witnesses) <= MOST_EXPLAINED
        return Claim(people, rule, witnesses, reasons=tuple(self._reasons(nodes)) if few else ())

    def _reasons(self, nodes: int) -> Iterator[Reason]:
        for one, other in combinations(bits(nodes), 2):
            first, second = self._conflicts.nodes[one], self._conflicts.nodes[other]
            excluded = bool(self._conflicts.excluded[one] >> other & 1)
            yield reason_between(first, second, excluded=excluded)


class _Contest:
    def __init__(self, structure: Structure, conflicts: Conflicts, nodes: int) -> None:
        self._structure = structure
        self._node_of = {id(conflicts.nodes[node][0]): node for node in bits(nodes)}
        self.units: Sequence[Unit] = [conflicts.nodes[node][0] for node in bits(nodes)]

    def claims(self, inside: Sequence[Unit]) -> Sequence[Claim]:
        return self._structure.least(sum(1 << self._node_of[id(unit)] for unit in inside)).claims
