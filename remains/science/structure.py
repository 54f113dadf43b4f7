"""The smallest number of people into which specimens can be put, part by part.

Parts without a conflict between them can share people: the fullest decides. Parts of which every specimen conflicts
with every one of the other are different people: they add up. What cannot matter is set aside, and what is left is
searched if it is small enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from remains.science.bounds import bound_by_windows
from remains.science.claims import Claim
from remains.science.conflicts import Conflicts, bits
from remains.science.search import MOST_SPECIMENS, GivenUp, Steps, can_be, greedy_clique, smallest_reason

# Up to this many it pays to look for specimens that can simply go with another.
MOST_COVERED = 200


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
            parts = [self.least(part) for part in different]
            claims = tuple(claim for part in parts for claim in part.claims)
            return Least(claims, all(part.attained for part in parts))
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
            return Least(tuple(bound_by_windows(self._conflicts.units(nodes), self._conflicts.capacities)), True)
        known = self._without_search(nodes)
        while True:
            needed = self._matters(nodes, known.count)
            if needed != nodes:
                rest = self.least(needed)
                if rest.count <= known.count:
                    return Least(known.claims, rest.attained)
                known = rest
                continue
            return self._searched(nodes, known)

    def _without_search(self, nodes: int) -> Least:
        claims = bound_by_windows(self._conflicts.units(nodes), self._conflicts.capacities)
        least = Least(tuple(claims), attained=False)
        clique = greedy_clique(self._conflicts, nodes)
        if clique.bit_count() > least.count:
            return Least((self._claim("incompatible", clique, clique.bit_count()),), attained=False)
        return least

    def _searched(self, nodes: int, known: Least) -> Least:
        if nodes.bit_count() > MOST_SPECIMENS:
            self._steps.gave_up = True
            parts = [self.least(part) for part in self._contested(nodes)]
            best = max(parts, key=lambda part: part.count, default=known)
            return Least(best.claims, attained=False) if best.count > known.count else known
        self._steps.next_part(nodes.bit_count())
        try:
            while not can_be(self._conflicts, nodes, known.count, self._steps):
                reason = smallest_reason(self._conflicts, nodes, known.count, self._steps)
                people = known.count + 1
                clique = reason.bit_count() == people and all(
                    not (reason & ~(1 << node)) & ~self._against[node] for node in bits(reason)
                )
                known = Least((self._claim("incompatible" if clique else "search", reason, people),), attained=False)
        except GivenUp:
            return known
        return Least(known.claims, attained=True)

    def _contested(self, nodes: int) -> list[int]:
        """What excluded associations stand between, when the whole is too much to search: it keeps what it shows."""
        excluded = self._conflicts.excluded
        contested = sum(1 << node for node in bits(nodes) if excluded[node] & nodes)
        if contested != nodes:
            return [contested]
        parts = []
        while nodes:
            part, fresh = 0, nodes & -nodes
            while fresh:
                part |= fresh
                fresh = reduce(or_, (excluded[node] for node in bits(fresh))) & nodes & ~part
            parts.append(part)
            nodes &= ~part
        return sorted(parts, key=int.bit_count) if len(parts) > 1 else []

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

    def _claim(self, rule: str, nodes: int, people: int) -> Claim:
        witnesses = tuple(self._conflicts.nodes[node] for node in bits(nodes))
        return Claim(people, rule, witnesses)  # type: ignore[arg-type]  # one of two rules
