"""What can be wrong with a ledger, in words, and the report of one verification."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from cases.ledger.entries import Chain

#: How many faults a report spells out; the rest is counted.
SPELLED_OUT: Final = 20


class What(StrEnum):
    """What is wrong; stable words for programs and tests."""

    EMPTY = "empty"
    MISSING = "missing"
    UNKNOWN_FORM = "unknown_form"
    PAYLOAD = "payload"
    LINE_BREAK = "line_break"
    PREVIOUS = "previous"
    HASH = "hash"
    UNGUARDED = "unguarded"
    UNKNOWN_TABLE = "unknown_table"
    UNRECORDED = "unrecorded"
    GONE = "gone"
    REVIVED = "revived"
    DRIFT = "drift"
    STATE = "state"
    CUT = "cut"
    REWRITTEN = "rewritten"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    what: What
    where: str
    message: str
    seq: int | None = None

    def __str__(self) -> str:
        place = (
            self.where
            if self.seq is None
            else _("%(chain)s, entry %(seq)s") % {"chain": self.where, "seq": self.seq}
        )
        return f"{place}: {self.message}"


@dataclass(slots=True)
class Report:
    """What a verification of one chain, of the records, or of the checkpoints found."""

    subject: str
    checked: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    balance: int = 0

    @property
    def intact(self) -> bool:
        """Say whether nothing is wrong."""
        return self.faulty == 0

    @property
    def first(self) -> Fault | None:
        """Return the first fault, or None."""
        return self.faults[0] if self.faults else None

    def add(self, what: What, message: str, seq: int | None = None, where: str | None = None) -> None:
        """Count a fault, and spell it out if it is among the first."""
        self.faulty += 1
        if len(self.faults) < SPELLED_OUT:
            self.faults.append(Fault(what, where or self.subject, message, seq))


def report_on(chain: Chain) -> Report:
    """Return an empty report on a chain."""
    return Report(chain.label)
