"""Exhaustive search among few specimens: can these be so many people? Sized before it starts.

Constraint-first branching: the specimen with the fewest people left to belong to goes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remains.science.conflicts import Conflicts, Stock, bits

MOST_SPECIMENS = 40
STEPS_EACH = 4_000
STEPS_IN_ALL = 20_000


class GivenUp(Exception):
    """The steps allowed are spent; nothing was shown."""


@dataclass(slots=True)
class Steps:
    """The steps left to one part, and to all parts of one count: a large part must not starve a small one."""

    in_all: int = STEPS_IN_ALL
    left: int = 0

    def next_part(self) -> None:
        """Begin with another part."""
        self.left = min(STEPS_EACH, self.in_all)

    def take(self) -> None:
        """Take one. Raises `GivenUp` when there is none."""
        if not self.left:
            raise GivenUp
        self.left -= 1
        self.in_all -= 1


def can_be(conflicts: Conflicts, nodes: int, people: int, steps: Steps) -> bool:
    """Say whether the nodes can be put into so many people. Raises `GivenUp`."""
    placed = greedy_clique(conflicts, nodes)
    if placed.bit_count() > people:
        return False
    search = _Search(conflicts, nodes, people, steps)
    for node in bits(placed):
        search.open(node)
    return search.rest(nodes & ~placed)


def greedy_clique(conflicts: Conflicts, nodes: int) -> int:
    """Return nodes no two of which can be one person: the best of one greedy run from each of the most contested."""
    against = conflicts.against
    degree = {node: (against[node] & nodes).bit_count() for node in bits(nodes)}
    best = 0
    for first in sorted(degree, key=lambda node: (-degree[node], node))[:8]:
        clique, candidates = 1 << first, against[first] & nodes
        while candidates:
            top = max(bits(candidates), key=lambda node: ((against[node] & candidates).bit_count(), -node))
            clique |= 1 << top
            candidates &= against[top]
        if clique.bit_count() > best.bit_count():
            best = clique
    return best


def smallest_reason(conflicts: Conflicts, nodes: int, people: int, steps: Steps) -> int:
    """Return a part of the nodes that cannot be so many people either, and none of which can be spared."""
    for node in bits(nodes):
        try:
            if not can_be(conflicts, nodes & ~(1 << node), people, steps):
                nodes &= ~(1 << node)
        except GivenUp:
            break
    return nodes


class _Search:
    def __init__(self, conflicts: Conflicts, nodes: int, people: int, steps: Steps) -> None:
        self._against, self._people, self._steps = conflicts.against, people, steps
        self._stocks: Sequence[Stock] = conflicts.binding(nodes)
        self._takes: dict[int, list[tuple[int, int, int]]] = {node: [] for node in bits(nodes)}
        for index, stock in enumerate(self._stocks):
            for node in bits(stock.takers & nodes):
                self._takes[node].append((index, stock.taken[node], stock.capacity))
        self._persons: list[int] = []
        self._spent: list[list[int]] = []

    def open(self, node: int) -> None:
        self._persons.append(0)
        self._spent.append([0] * len(self._stocks))
        self._put(node, len(self._persons) - 1, 1)

    def rest(self, left: int) -> bool:
        """Place what is left, the most constrained first."""
        if not left:
            return True
        self._steps.take()
        node, choices = self._tightest(left)
        for person in choices:
            self._put(node, person, 1)
            if self.rest(left & ~(1 << node)):
                return True
            self._put(node, person, -1)
        if len(self._persons) < self._people:
            self.open(node)
            if self.rest(left & ~(1 << node)):
                return True
            self._persons.pop()
            self._spent.pop()
        return False

    def _tightest(self, left: int) -> tuple[int, list[int]]:
        best: tuple[int, int, int] | None = None
        found: list[int] = []
        for node in bits(left):
            against = self._against[node]
            choices = [
                p for p, inside in enumerate(self._persons) if not inside & against and self._fits(node, p)
            ]
            rank = (len(choices), -(against & left).bit_count(), node)
            if best is None or rank < best:
                best, found = rank, choices
            if not choices and len(self._persons) == self._people:
                break
        assert best is not None  # noqa: S101 - left is not empty
        return best[2], found

    def _fits(self, node: int, person: int) -> bool:
        spent = self._spent[person]
        return all(spent[index] + load <= capacity for index, load, capacity in self._takes[node])

    def _put(self, node: int, person: int, sign: int) -> None:
        self._persons[person] ^= 1 << node
        for index, load, _ in self._takes[node]:
            self._spent[person][index] += sign * load
