"""Reading the ledger: the chains there are, the entries of one record, the newest entry of each chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import QuerySet

from cases.ledger.tables import SYSTEM_CHAIN, recorded_tables
from cases.models import Case, LedgerEntry


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain, and the case whose it is. A case that is gone from its table still has its chain."""

    id: UUID
    case_number: str | None

    @property
    def label(self) -> str:
        """Return how people name this chain."""
        if self.id == SYSTEM_CHAIN:
            return "system"
        return self.case_number or str(self.id)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain."""

    chain: UUID
    seq: int
    hash: bytes


def chain_of(number: str) -> Chain | None:
    """Return the chain of the case with this number, or None when there is no such case."""
    case_id = Case.objects.filter(number=number).values_list("id", flat=True).first()
    return None if case_id is None else Chain(case_id, number)


def every_chain() -> list[Chain]:
    """Return the system chain, the chain of every case, and every other chain that has entries or a lock row."""
    numbers: dict[UUID, str] = dict(Case.objects.values_list("id", "number"))
    with connection.cursor() as cursor:
        cursor.execute(f"{_CHAINS} UNION SELECT chain FROM ledger_chain")
        known = {row[0] for row in cursor.fetchall()}
    others = sorted(known - numbers.keys() - {SYSTEM_CHAIN})
    ordered = sorted(numbers.items(), key=lambda item: item[1])
    return [
        Chain(SYSTEM_CHAIN, None),
        *(Chain(case_id, number) for case_id, number in ordered),
        *(Chain(chain, None) for chain in others),
    ]


#: Every chain with an entry, by leaps through the index instead of a walk through the whole ledger.
_CHAINS = """
    WITH RECURSIVE leap(chain) AS (
        (SELECT chain FROM ledger_entry ORDER BY chain LIMIT 1)
        UNION ALL
        SELECT (SELECT e.chain FROM ledger_entry e WHERE e.chain > leap.chain ORDER BY e.chain LIMIT 1)
        FROM leap WHERE leap.chain IS NOT NULL
    )
    SELECT chain FROM leap WHERE chain IS NOT NULL
"""


def heads(chain: UUID | None = None) -> list[Head]:
    """Return the newest entry of every chain, or of one, in the order of chains."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.chain, l.seq, l.hash FROM ({_CHAINS}) c "
            "CROSS JOIN LATERAL "
            "(SELECT seq, hash FROM ledger_entry e WHERE e.chain = c.chain ORDER BY seq DESC LIMIT 1) l "
            "WHERE %(chain)s::uuid IS NULL OR c.chain = %(chain)s ORDER BY c.chain",
            {"chain": chain},
        )
        return [Head(row[0], row[1], bytes(row[2])) for row in cursor.fetchall()]


def entries_of(record: models.Model) -> QuerySet[LedgerEntry]:
    """Return the entries of one record, oldest first.

    Raises LookupError for a record whose table is not under the ledger.
    """
    table = recorded_tables().get(record._meta.db_table)
    if table is None:
        raise LookupError(f"{record._meta.label} is not under the ledger")
    chains: dict[str, Any] = {
        "case": getattr(record, "case_id", None),
        "own": record.pk,
        "system": SYSTEM_CHAIN,
    }
    return LedgerEntry.objects.filter(
        chain=chains[table.kind], table_name=table.name, record_id=str(record.pk)
    ).order_by("seq")


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the database as it stood at one instant, and write nothing; inside a transaction, as that one sees it."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # As the triggers write: the same instants and numbers in the same characters.
        cursor.execute(
            "SELECT set_config('timezone', 'UTC', true), set_config('extra_float_digits', '1', true)"
        )
        yield
        if not outermost:
            cursor.execute("SELECT set_config('timezone', %s, true)", [connection.timezone_name])


@contextmanager
def in_index_order() -> Iterator[None]:
    """Let whatever is read inside come out of the index as it goes, never through a sort on disk."""
    switch = "SELECT set_config('enable_' || way, %s, true) FROM unnest(ARRAY['seqscan', 'bitmapscan', 'sort']) way"
    with connection.cursor() as cursor:
        cursor.execute(switch, ["off"])
        yield
        cursor.execute(switch, ["on"])
