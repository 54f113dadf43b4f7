"""Which tables are under the ledger, and on which chain their rows are recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models

SYSTEM_CHAIN: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class RecordedTable:
    """One table under the ledger; `chain` is SQL for the chain of a row `t` of it."""

    model: type[models.Model]
    kind: str
    chain: str

    @property
    def name(self) -> str:
        """Return the table's name."""
        return str(self.model._meta.db_table)


@cache
def recorded_tables() -> dict[str, RecordedTable]:
    """Return every table that must be under the ledger, by name: whatever is a record of a case or of the system."""
    from cases.models import Case, CaseRecord, Code, SystemRecord

    kinds: Iterable[tuple[type[models.Model], str, str]] = (
        (CaseRecord, "case", "t.case_id"),
        (Case, "own", "t.id"),
        (SystemRecord, "system", f"'{SYSTEM_CHAIN}'::uuid"),
        (Code, "system", f"'{SYSTEM_CHAIN}'::uuid"),
    )
    found = {}
    for model in apps.get_models():
        for base, kind, chain in kinds:
            if issubclass(model, base) and model._meta.managed and not model._meta.proxy:
                found[model._meta.db_table] = RecordedTable(model, kind, chain)
    return found


def hidden_columns() -> dict[str, list[str]]:
    """Return, by table, the columns that its ledger trigger leaves out (secrets of the installation).

    A table without a trigger that fires always is not in the answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, min(encode(t.tgargs, 'hex')) FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled = 'A' AND n.nspname = 'public' "
            "AND t.tgname = ANY(%s) AND starts_with(p.proname, 'ledger_append_') "
            "GROUP BY c.relname HAVING count(*) = 3",
            [[f"ledger_5_{event}" for event in ("insert", "update", "delete")]],
        )
        rows: list[tuple[str, Any]] = cursor.fetchall()
    return {
        table: [column for column in bytes.fromhex(arguments).decode().rstrip("\0").split(",") if column]
        for table, arguments in rows
    }
