"""What a partner is sent, read from the ledger in the order of its entries, redacted and written by the database.

A line holds an entry, or says that it is withdrawn: that the record has left the partner's sight, with no content.
What the present state of a record withholds is withheld of its past too, so a partner that begins later learns no more:
to whoever begins anew, a record that is out of sight now is as if it had never been.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db import connection
from psycopg import sql

from cases.exchange.kinds import SharedKind, covered
from cases.models.agreement import SharingAgreement

#: Lines are passed on in portions of this size: one at a time would take twice as long.
CHUNK_BYTES: Final = 65_536

#: The fields of an entry in the order in which a line has them, the payload last: its exact characters stand between
#: `"payload":` and the brace that ends the line, so that whoever has the salt can check its hash.
_ENTRY: Final = """
'{"seq":' || e.seq || ',"form":' || e.form || ',"at_us":' || e.at_us
|| ',"actor_id":' || coalesce('"' || e.actor_id || '"', 'null') || ',"actor_name":' || to_json(e.actor_name)
|| ',"agency":' || to_json(e.agency) || ',"channel":"' || e.channel || '","action":"' || e.action
|| '","reason":' || to_json(e.reason) || ',"table":"' || e.table_name || '","record":' || to_json(e.record_id)
|| ',"operation":"' || e.operation || '","db_user":' || to_json(e.db_user)
|| ',"payload_hash":"' || encode(e.payload_hash, 'hex') || '","previous":"' || encode(e.previous, 'hex')
|| '","hash":"' || encode(e.hash, 'hex') || '",'
"""
_WITHDRAWN: Final = """
'{"seq":' || e.seq || ',"withdrawn":true,"table":"' || e.table_name || '","record":' || to_json(e.record_id)
|| ',"previous":"' || encode(e.previous, 'hex') || '","hash":"' || encode(e.hash, 'hex') || '"}'
"""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some lines, how many, and the numbers of the entries whose content is among them."""

    lines: bytes
    number: int
    entries: list[int]


def changes(agreement: SharingAgreement, *, after: int, upto: int) -> Iterator[Portion]:
    """Yield the lines of every entry after one and up to another that the agreement covers, in their order."""
    kinds = covered(agreement)
    if kinds and after < upto:
        yield from _copied(_statement(agreement, kinds, _CHANGES), _values(agreement, kinds, after, upto))


def snapshot(agreement: SharingAgreement, *, upto: int) -> Iterator[Portion]:
    """Yield a line for the newest entry, up to one, of every record that the agreement covers now."""
    kinds = covered(agreement)
    if kinds:
        yield from _copied(_statement(agreement, kinds, _SNAPSHOT), _values(agreement, kinds, 0, upto))


_CHANGES: Final = """
WITH gone AS MATERIALIZED ({gone})
SELECT CASE WHEN e.own AND NOT e.gone THEN {entry} || {content} ELSE {withdrawn} END
FROM (
    SELECT l.*, {own} AS own, (l.table_name, l.record_id) IN (SELECT g.kind, g.record FROM gone g) AS gone
    FROM ledger_entry l
    WHERE l.chain = %(case)s AND l.seq > %(after)s AND l.seq <= %(upto)s AND l.table_name = ANY(%(tables)s)
    ORDER BY l.seq
) e
WHERE (NOT e.gone OR %(after)s > 0) AND (e.own OR {own_before})
"""
_SNAPSHOT: Final = """
WITH gone AS MATERIALIZED ({gone}), newest AS MATERIALIZED (
    SELECT DISTINCT ON (l.table_name, l.record_id) l.seq FROM ledger_entry l
    WHERE l.chain = %(case)s AND l.seq <= %(upto)s AND l.table_name = ANY(%(tables)s)
    ORDER BY l.table_name, l.record_id, l.seq DESC
)
SELECT {entry} || {content}
FROM (
    SELECT l.* FROM newest n JOIN ledger_entry l ON l.chain = %(case)s AND l.seq = n.seq
    WHERE (l.table_name, l.record_id) NOT IN (SELECT g.kind, g.record FROM gone g) AND {own}
    ORDER BY l.seq
) e
"""


def _statement(agreement: SharingAgreement, kinds: Sequence[SharedKind], template: str) -> sql.Composed:
    in_case = [kind for kind in kinds if _has_handling(kind)]
    gone = sql.SQL(" UNION ALL ").join(
        sql.SQL(
            "SELECT {name} AS kind, id::text AS record FROM {table} WHERE case_id = %(case)s "
            "AND (handling <> ALL(%(handlings)s) OR withdrawn_at IS NOT NULL)"
        ).format(name=sql.Literal(kind.table), table=sql.Identifier(kind.table))
        for kind in in_case
    )
    nothing = sql.SQL("SELECT NULL::text AS kind, NULL::text AS record WHERE false")
    return sql.SQL(template).format(
        gone=gone if in_case else nothing,
        entry=sql.SQL(_ENTRY),
        withdrawn=sql.SQL(_WITHDRAWN),
        content=_content(agreement, kinds),
        own=_own("l", agreement, kinds),
        own_before=_own_before(agreement, kinds),
    )


def _has_handling(kind: SharedKind) -> bool:
    return any(field.name == "handling" for field in kind.model._meta.concrete_fields)


def _content(agreement: SharingAgreement, kinds: Sequence[SharedKind]) -> sql.Composable:
    """Return the payload: whole and with its salt, or redacted and without."""
    ways = [
        sql.SQL('WHEN {table} THEN \'"salt":null,"redacted":true,"payload":\' || {redacted}').format(
            table=sql.Literal(kind.table), redacted=_redacted(kind.table, columns)
        )
        for kind in kinds
        if (columns := kind.left_out(agreement.withheld))
    ]
    whole = sql.SQL(
        '\'"salt":"\' || encode(e.salt, \'hex\') || \'","redacted":false,"payload":\' || e.payload'
    )
    if not ways:
        return sql.SQL("({} || '}}')").format(whole)
    return sql.SQL("(CASE e.table_name {} ELSE {} END || '}}')").format(sql.SQL(" ").join(ways), whole)


def _redacted(table: str, columns: Sequence[str]) -> sql.Composable:
    """Return a payload without some columns, cut out of its text: parsing it would take ten times as long.

    A payload has its columns in the order of the table, and no value reads like a key (below). What was written when
    the table had other columns is parsed: a key that a cut is made at is not there.
    """
    order = _columns_of(table)
    keys = [sql.Literal(f',"{column}":') for column in order]
    parsed = sql.SQL("(e.payload::jsonb - {}::text[])::text").format(sql.Literal(list(columns)))
    rest: sql.Composable = sql.SQL("e.payload")
    kept: list[sql.Composable] = []
    cuts: list[sql.Composable] = []
    for place, column in enumerate(order):
        begins = column in columns and order[place - 1] not in columns
        ends = column not in columns and place > 0 and order[place - 1] in columns
        if begins:
            kept.append(sql.SQL("split_part({}, {}, 1)").format(rest, keys[place]))
        if ends:
            rest = sql.SQL("split_part(e.payload, {}, 2)").format(keys[place])
            kept.append(keys[place])
        if begins or ends:
            cuts.append(keys[place])
    kept.append(rest if order[-1] not in columns else sql.Literal("}"))
    if not cuts or order[0] in columns:
        return parsed
    there = sql.SQL(" AND ").join(sql.SQL("strpos(e.payload, {}) > 0").format(key) for key in cuts)
    cut = sql.SQL(" || ").join(kept)
    return sql.SQL("CASE WHEN {} THEN {} ELSE {} END").format(there, cut, parsed)


@cache
def _columns_of(table: str) -> tuple[str, ...]:
    """Return the columns of a table in its order; they change with the program only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "ORDER BY attnum",
            [table],
        )
        return tuple(name for (name,) in cursor.fetchall())


def _own(row: str, agreement: SharingAgreement, kinds: Sequence[SharedKind]) -> sql.Composable:
    """Return whether the state that an entry records is covered, as its payload says.

    A payload is what `row_to_json` wrote: its own keys stand with a colon and no space behind them, those inside a
    column of JSON with a space, and a quotation mark in a text has a backslash before it. So no value reads like a key.
    """
    handling = sql.SQL(" OR ").join(
        sql.SQL("strpos({row}.payload, {text}) > 0").format(
            row=sql.Identifier(row), text=sql.Literal(f'"handling":"{value}"')
        )
        for value in agreement.handlings
    )
    without = [kind.table for kind in kinds if not _has_handling(kind)]
    return sql.SQL(
        "({row}.operation <> 'D' AND ({row}.table_name = ANY({without}::text[]) "
        "OR strpos({row}.payload, '\"withdrawn_at\":null') > 0 AND ({handling})))"
    ).format(row=sql.Identifier(row), without=sql.Literal(without), handling=handling)


def _own_before(agreement: SharingAgreement, kinds: Sequence[SharedKind]) -> sql.Composable:
    """Return whether the state before an entry was covered: then the entry takes the record out of sight."""
    return sql.SQL(
        "coalesce((SELECT {own} FROM ledger_entry b WHERE b.table_name = e.table_name "
        "AND b.record_id = e.record_id AND b.seq < e.seq ORDER BY b.seq DESC LIMIT 1), false)"
    ).format(own=_own("b", agreement, kinds))


def _values(
    agreement: SharingAgreement, kinds: Sequence[SharedKind], after: int, upto: int
) -> dict[str, Any]:
    return {
        "case": agreement.case_id,
        "after": after,
        "upto": upto,
        "tables": [kind.table for kind in kinds],
        "handlings": agreement.handlings,
    }


def _copied(statement: sql.Composed, values: dict[str, Any]) -> Iterator[Portion]:
    """Yield what COPY hands over, in large portions. Of its text form a backslash is undone: JSON has no tabs."""
    connection.ensure_connection()
    wrapped = sql.SQL("COPY ({}) TO STDOUT").format(statement)
    held: list[bytes] = []
    entries: list[int] = []
    size = 0
    with connection.connection.cursor() as cursor, cursor.copy(wrapped, values) as copy:
        for row in copy:
            line = bytes(row).replace(b"\\\\", b"\\")
            held.append(line)
            size += len(line)
            end = line.index(b",")
            if line[end + 1 : end + 12] != b'"withdrawn"':
                entries.append(int(line[7:end]))
            if size > CHUNK_BYTES:
                yield Portion(b"".join(held), len(held), entries)
                held, entries, size = [], [], 0
    if held:
        yield Portion(b"".join(held), len(held), entries)
