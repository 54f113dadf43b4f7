"""Where in the ledger a paper stands: the newest entry of its case, as of which everything in it was read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from cases.ledger.entries import Head, heads
from cases.models.case import Case
from cases.models.ledger import LedgerEntry


@dataclass(frozen=True, slots=True)
class Position:
    """One entry of a case's ledger."""

    seq: int
    hash: str
    at: dt.datetime

    @classmethod
    def of(cls, case: Case) -> Self:
        """Return the newest entry of a case; read it in the same snapshot as what the paper says."""
        head: Head = heads(case.pk)[0]
        at_us = LedgerEntry.objects.filter(chain=case.pk, seq=head.seq).values_list("at_us", flat=True).get()
        return cls(head.seq, head.hash.hex(), dt.datetime.fromtimestamp(at_us // 1_000_000, dt.UTC))
