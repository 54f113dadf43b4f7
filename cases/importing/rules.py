"""Contradictions that a mapping declares: conditions on figures and columns which together cannot be."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
COMPARISONS = frozenset(_COMPARISONS)
MEMBERSHIPS = frozenset({"in", "not in"})


@dataclass(frozen=True, slots=True)
class Flag:
    """What contradicts what in one row; `rule` is the stable name of the contradiction."""

    rule: str
    message: str
    stated: dict[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure against another figure or a number. A figure that is not stated contradicts nothing."""

    measure: str
    comparison: str
    other: str | int

    def holds(self, values: Mapping[str, str], numbers: Mapping[str, int]) -> bool:
        """Say whether the row fulfils the condition."""
        left = numbers.get(self.measure)
        right = self.other if isinstance(self.other, int) else numbers.get(self.other)
        return left is not None and right is not None and _COMPARISONS[self.comparison](left, right)


@dataclass(frozen=True, slots=True)
class Membership:
    """A column's text being one of several, or (`negated`) none of them. A blank cell is neither."""

    column: str
    texts: frozenset[str]
    negated: bool

    def holds(self, values: Mapping[str, str], numbers: Mapping[str, int]) -> bool:
        """Say whether the row fulfils the condition."""
        text = values[self.column]
        return bool(text) and (text in self.texts) is not self.negated


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that contradict one another when all of them hold."""

    name: str
    conditions: tuple[Comparison | Membership, ...]
    message: str

    @property
    def columns(self) -> set[str]:
        """Return the columns that the rule reads itself."""
        return {condition.column for condition in self.conditions if isinstance(condition, Membership)}

    @property
    def operands(self) -> set[str]:
        """Return the figures and columns that the message may name in braces."""
        others = {c.other for c in self.conditions if isinstance(c, Comparison) and isinstance(c.other, str)}
        return self.columns | others | {c.measure for c in self.conditions if isinstance(c, Comparison)}

    def flag(self, values: Mapping[str, str], numbers: Mapping[str, int]) -> Flag | None:
        """Return the flag of a row that contradicts itself, else None."""
        if not all(condition.holds(values, numbers) for condition in self.conditions):
            return None
        stated = {name: str(numbers.get(name, values.get(name, ""))) for name in sorted(self.operands)}
        return Flag(self.name, placeholders(self.message, stated), stated)


def placeholders(message: str, stated: Mapping[str, str]) -> str:
    """Fill {name} in a message; what is not stated stays as it is."""
    return re.sub(r"\{([^{}]+)\}", lambda found: stated.get(found[1], found[0]), message)


def placeholder_names(message: str) -> set[str]:
    """Return what a message names in braces."""
    return set(re.findall(r"\{([^{}]+)\}", message))
