"""What a partner is sent, read from the ledger in the order of its entries, and redacted.

A line holds an entry, or says that it is withdrawn: that the record has left the partner's sight, with no content.
What the present state of a record withholds is withheld of its past too, so a partner that begins later learns no more:
to whoever begins anew, a record that is out of sight now is as if it had never been.

The database decides what is sent and writes what stands before the payload; columns are cut out of the payload here,
while the database is at the next entries. Whoever says that it goes on from an entry is not believed to have had it:
what is out of sight is told as withdrawn only after the first entry up to which something was sent under the agreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, Final

from django.db import connection
from psycopg import sql

from cases.exchange.kinds import SharedKind, covered
from cases.models.agreement import SharingAgreement
from cases.models.topic import Topic

#: Lines are passed on in portions of this size: one at a time would take twice as long.
CHUNK_BYTES: Final = 65_536
#: Entries whose lines the database hands over at once: one at a time costs half as much again here. Their payloads are
#: in memory together.
AT_ONCE: Final = 16
_KEY: Final = re.compile(rb'[{,]"(\w+)":(?! )')

#: The fields of an entry in the order in which a line has them, the payload last: its exact characters stand between
#: `"payload":` and the brace that ends the line, so that whoever has the salt can check its hash.
ENTRY: Final = """
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
        yield from _copied(agreement, kinds, _CHANGES, after, upto)


def snapshot(agreement: SharingAgreement, *, upto: int) -> Iterator[Portion]:
    """Yield a line for the newest entry, up to one, of every record that the agreement covers now."""
    kinds = covered(agreement)
    if kinds:
        yield from _copied(agreement, kinds, _SNAPSHOT, 0, upto)


#: What both say of an entry, in a line whose fields stand between tabs: its number, its table, what stands before its
#: salt, the salt and the payload; of one that is withdrawn only a third field. JSON has neither a raw tab nor a raw end
#: of line.
_PARTS: Final = """
e.seq || E'\\t' || e.table_name || E'\\t' || {entry} || E'\\t' || encode(e.salt, 'hex') || E'\\t' || e.payload
"""
#: The blocks come in their order: nothing but the loop over their numbers can begin the join. The table is no condition
#: that an index could begin at: it would go through all entries of a table for each block.
_CHANGES: Final = """
WITH gone AS MATERIALIZED ({gone})
SELECT block.parts FROM generate_series(%(after)s::bigint / {at_once}, %(upto)s::bigint / {at_once}) AS number
CROSS JOIN LATERAL (
    SELECT string_agg(
        CASE WHEN e.own AND NOT e.gone THEN {parts} ELSE E'\\t\\t' || {withdrawn} END, E'\\n' ORDER BY e.seq
    ) AS parts
    FROM (
        SELECT l.*, {own} AS own, (l.table_name, l.record_id) IN (SELECT g.kind, g.record FROM gone g) AS gone
        FROM ledger_entry l
        WHERE l.chain = %(case)s AND (l.table_name || '') = ANY(%(tables)s)
        AND l.seq > greatest(%(after)s, number * {at_once}) AND l.seq <= least(%(upto)s, (number + 1) * {at_once})
        ORDER BY l.seq
    ) e
    WHERE (NOT e.gone OR %(after)s > 0 AND e.seq > (
        SELECT min(d.upto_seq) FROM cases_delivery d WHERE d.agreement_id = %(agreement)s
    )) AND (e.own OR {own_before})
) block
WHERE block.parts IS NOT NULL
"""
_SNAPSHOT: Final = """
WITH gone AS MATERIALIZED ({gone}), newest AS MATERIALIZED (
    SELECT DISTINCT ON (l.table_name, l.record_id) l.seq FROM ledger_entry l
    WHERE l.chain = %(case)s AND l.seq <= %(upto)s AND l.table_name = ANY(%(tables)s)
    ORDER BY l.table_name, l.record_id, l.seq DESC
)
SELECT {parts}
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
        at_once=sql.Literal(AT_ONCE),
        parts=sql.SQL(_PARTS).format(entry=sql.SQL(ENTRY)),
        withdrawn=sql.SQL(_WITHDRAWN),
        own=_own("l", agreement, kinds),
        own_before=_own_before(agreement, kinds),
    )


def _has_handling(kind: SharedKind) -> bool:
    return any(field.name == "handling" for field in kind.model._meta.concrete_fields)


class Cut:
    """Cuts columns of a table out of a payload's bytes: parsing it would take many times as long.

    A payload has its columns in the order of the table, and no value reads like a key (see `_own`). Columns are added
    at the end and never renamed (a test sees to it), so an older payload is the beginning of a newer one. Where the
    table had a column that it has no more, payloads are gone through key by key: what goes out of them is what the
    table still has and is not left out, since nobody says of a column of former days what withholds it.
    """

    def __init__(self, table: str, columns: Iterable[str]) -> None:
        order = _columns_of(table)
        self._had_others = _had_others(table)
        self._kept = frozenset(column.encode() for column in order if column not in columns)
        #: Where a run of columns begins that is left out, and the key that follows it, or None at the end.
        self._runs: list[tuple[bytes, bytes | None]] = []
        for left_out, run in groupby(enumerate(order), key=lambda item: item[1] in columns):
            if left_out:
                places = [place for place, _column in run]
                after = order[places[-1] + 1] if places[-1] + 1 < len(order) else None
                self._runs.append((_key(order[places[0]]), _key(after) if after else None))

    def __call__(self, payload: bytes) -> bytes:
        """Return the payload without these columns."""
        if self._had_others:
            return self._by_key(payload)
        kept: list[bytes] = []
        at = 0
        for begin, after in self._runs:
            start = payload.find(begin, at)
            end = payload.find(after, start) if after else len(payload) - 1
            if start < 0 or end < 0:
                return self._by_key(payload)
            kept.append(payload[at:start])
            at = end
        kept.append(payload[at:])
        return b"".join(kept)

    def _by_key(self, payload: bytes) -> bytes:
        keys = [*_KEY.finditer(payload)]
        ends = [key.start() for key in keys[1:]] + [len(payload) - 1]
        kept = [
            payload[key.start() + 1 : end]
            for key, end in zip(keys, ends, strict=True)
            if key[1] in self._kept
        ]
        return b"{%b}" % b",".join(kept)


def _key(column: str) -> bytes:
    return f',"{column}":'.encode()


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


@cache
def _had_others(table: str) -> bool:
    """Say whether the table had a column that was dropped: the database remembers that there was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attisdropped)",
            [table],
        )
        (there,) = cursor.fetchone()
    return bool(there)


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
    # A topic names the kind of its record: of kinds that are not covered nothing is told.
    about = sql.SQL(" OR ").join(
        sql.SQL("strpos({row}.payload, {text}) > 0").format(
            row=sql.Identifier(row), text=sql.Literal(f'"table_name":"{kind.table}"')
        )
        for kind in kinds
    )
    return sql.SQL(
        "({row}.operation <> 'D' AND ({row}.table_name = ANY({without}::text[]) "
        "OR strpos({row}.payload, '\"withdrawn_at\":null') > 0 AND ({handling}) "
        "AND ({row}.table_name <> {topic} OR {about})))"
    ).format(
        row=sql.Identifier(row),
        without=sql.Literal(without),
        handling=handling,
        topic=sql.Literal(Topic._meta.db_table),
        about=about,
    )


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
        "agreement": agreement.pk,
        "after": after,
        "upto": upto,
        "tables": [kind.table for kind in kinds],
        "handlings": agreement.handlings,
    }


def _copied(
    agreement: SharingAgreement, kinds: Sequence[SharedKind], template: str, after: int, upto: int
) -> Iterator[Portion]:
    """Yield what COPY hands over, redacted, in portions. Its binary form hands over a text as it is."""
    cuts = {
        kind.table.encode(): Cut(kind.table, columns)
        for kind in kinds
        if (columns := kind.left_out(agreement.withheld))
    }
    wrapped = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(_statement(agreement, kinds, template))
    held: list[bytes] = []
    entries: list[int] = []
    size = 0
    with connection.cursor() as cursor:
        # The database expects more of each block than there is, and would compile the statement for nothing.
        cursor.execute("SET jit = off")
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(wrapped, _values(agreement, kinds, after, upto)) as copy,
    ):
        copy.set_types(["bytea"])  # the characters of a text as bytes: nobody here reads them
        for (block,) in copy.rows():
            for parts in block.split(b"\n"):
                seq, table, head, *content = parts.split(b"\t")
                if not content:
                    held.append(head)
                    continue
                salt, payload = content
                entries.append(int(seq))
                if cut := cuts.get(table):
                    held.append(b'%b"salt":null,"redacted":true,"payload":%b}' % (head, cut(payload)))
                else:
                    held.append(b'%b"salt":"%b","redacted":false,"payload":%b}' % (head, salt, payload))
            size += len(block)
            if size > CHUNK_BYTES:
                yield Portion(b"\n".join(held) + b"\n", len(held), entries)
                held, entries, size = [], [], 0
    if held:
        yield Portion(b"\n".join(held) + b"\n", len(held), entries)
