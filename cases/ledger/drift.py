"""Whether the tables still say what the ledger says: a row changed, added or removed behind the triggers is named.

The comparison is the server's, set by set; only rows that differ come here. Columns that were added or removed since a
row's last entry are left out of the comparison and told as a note: the ledger cannot know them.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from cases.ledger.entries import Chain
from cases.ledger.faults import Report, What
from cases.ledger.tables import RecordedTable, hidden_columns, recorded_tables

FETCHED_AT_ONCE: Final = 500

_COMPARE = """
    WITH last AS (
        SELECT DISTINCT ON (chain, table_name, record_id)
               chain, table_name, record_id, seq, operation, salt, payload_hash
        FROM ledger_entry {of_chain}
        ORDER BY chain, table_name, record_id, seq DESC
    ), present AS ({rows})
    SELECT coalesce(l.table_name, p.table_name), coalesce(l.record_id, p.record_id), coalesce(l.chain, p.chain),
           l.seq, l.operation, p.payload, e.payload
    FROM last l
    FULL JOIN present p ON p.chain = l.chain AND p.table_name = l.table_name AND p.record_id = l.record_id
    LEFT JOIN ledger_entry e ON e.chain = l.chain AND e.seq = l.seq
    WHERE l.seq IS NULL
       OR (l.operation = 'D' AND p.record_id IS NOT NULL)
       OR (l.operation <> 'D' AND p.record_id IS NULL AND l.table_name = ANY(%(tables)s))
       OR (l.operation <> 'D' AND sha256(l.salt || convert_to(p.payload, 'UTF8')) <> l.payload_hash)
"""


def check_records(chain: Chain | None, tables_in_ledger: set[str]) -> Report:
    """Compare every row under the ledger, or those of one chain, with its last entry."""
    report = Report(_("records") if chain is None else chain.label)
    known = recorded_tables()
    hidden = hidden_columns()
    for table in sorted(known.keys() - hidden.keys()):
        report.add(
            What.UNGUARDED, _("the table %(table)s has lost the triggers that record it") % {"table": table}
        )
    for table in sorted(tables_in_ledger - known.keys()):
        report.add(
            What.UNKNOWN_TABLE,
            _("it has entries of the table %(table)s, which is not known") % {"table": table},
        )
    rows = " UNION ALL ".join(_rows(table, hidden.get(table.name, []), chain) for table in known.values())
    of_chain = "" if chain is None else "WHERE chain = %(chain)s"
    unseen: set[str] = set()
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            _COMPARE.format(of_chain=of_chain, rows=rows),
            {"chain": None if chain is None else chain.id, "tables": list(known)},
        )
        while found := cursor.fetchmany(FETCHED_AT_ONCE):
            for row in found:
                _judge(report, row, unseen)
    if unseen:
        report.notes.append(
            _("columns added or removed since the last entries, so not compared: %(columns)s")
            % {"columns": ", ".join(sorted(unseen))}
        )
    return report


def _rows(table: RecordedTable, hidden: list[str], chain: Chain | None) -> str:
    payload = "row_to_json(t)::text"
    if hidden:
        names = ", ".join(f"'{name}'" for name in hidden)
        payload = f"(to_jsonb(t) - ARRAY[{names}])::text"
    where = "" if chain is None else f" WHERE {table.chain} = %(chain)s"
    return (
        f"SELECT {table.chain} AS chain, '{table.name}' AS table_name, t.id::text AS record_id, {payload} AS payload "
        f'FROM "{table.name}" t{where}'
    )


def _judge(report: Report, row: tuple[Any, ...], unseen: set[str]) -> None:
    table, record, _chain, seq, operation, present, recorded = row
    name = {"table": table, "record": record}
    if seq is None:
        report.add(What.UNRECORDED, _("%(table)s %(record)s has no entry: it came past the ledger") % name)
    elif operation == "D":
        report.add(What.REVIVED, _("%(table)s %(record)s was deleted, and is there again") % name, seq)
    elif present is None:
        report.add(What.GONE, _("%(table)s %(record)s is gone from its table") % name, seq)
    else:
        columns, changed = differing(recorded, present)
        unseen.update(f"{table}.{column}" for column in columns)
        if changed:
            report.add(
                What.DRIFT,
                _("%(table)s %(record)s is not as its last entry says: %(columns)s")
                % {**name, "columns": ", ".join(changed)},
                seq,
            )


def differing(recorded: str, present: str) -> tuple[set[str], list[str]]:
    """Return the columns that only one of two rows has, and those that differ."""
    then, now = (json.loads(text, parse_float=Decimal) for text in (recorded, present))
    return then.keys() ^ now.keys(), sorted(key for key in then.keys() & now.keys() if then[key] != now[key])
