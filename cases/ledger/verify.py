"""Proving that the ledger is whole: every hash of every chain computed anew, entry by entry, in constant memory.

The hashes are computed here and not by the server, which might be the one that lies. The byte form is in
`docs/ledger.md`. Whether the tables still say what their last entries say is checked by `drift.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cases.ledger.drift import check_records
from cases.ledger.entries import Chain, every_chain, in_index_order, snapshot
from cases.ledger.faults import Report, What, report_on
from cases.ledger.states import check_states

FORMS: Final = frozenset({1})
NOTHING_BEFORE: Final = bytes(32)
STEP: Final = 10_000
#: Told how many more entries were verified.
Progress = Callable[[int], None]

#: What the hash runs over, but for the payload's own hash and the reason, which follow it.
_FRONT = (
    "e.form || E'\\n' || e.chain || E'\\n' || e.seq || E'\\n' || e.at_us || E'\\n' || coalesce(e.actor_id::text, '-') "
    "|| E'\\n' || e.actor_name || E'\\n' || e.agency || E'\\n' || e.channel || E'\\n' || e.action || E'\\n' "
    "|| e.table_name || E'\\n' || e.operation || E'\\n' || e.db_user || E'\\n' || e.record_id || E'\\n'"
)
#: Each of these fields is one line: with a line break in one of them, two entries could have the same bytes.
_FRONT_LINES: Final = 13
_ENTRIES = (
    f"SELECT e.seq, e.form::int8, convert_to({_FRONT}, 'UTF8'), convert_to(E'\\n' || e.reason, 'UTF8'), e.salt, "
    "convert_to(e.payload, 'UTF8'), e.payload_hash, e.previous, e.hash, e.table_name, e.operation "
    "FROM ledger_entry e WHERE e.chain = '{chain}' ORDER BY e.seq"
)
_TYPES: Final = ["int8", "int8", *["bytea"] * 7, "text", "text"]


def verify_chain(chain: Chain, *, records: bool = True, progress: Progress | None = None) -> Report:
    """Verify one chain and, unless told not to, that the rows of its case are as their last entries say."""
    with snapshot():
        report = verify_entries(chain, progress)
        if records:
            add_records(report, chain)
    return report


def verify_all(*, records: bool = True, progress: Progress | None = None) -> Iterator[Report]:
    """Verify every chain as of one instant; yields one report per chain, then one on the records.

    The last report stands for the ledger as a whole, and is not intact where there is no ledger at all.
    """
    with snapshot():
        total = 0
        tables: set[str] = set()
        for chain in every_chain():
            report = verify_entries(chain, progress)
            total += report.checked
            tables |= report.tables
            yield report
        whole = check_records(None, tables) if records else Report(_("records"))
        if records:
            join(whole, check_states(None))
        if total == 0:
            whole.add(What.EMPTY, _("the ledger is empty, and an empty ledger proves nothing"))
        yield whole


def add_records(report: Report, chain: Chain) -> None:
    """Add to a chain's report what is wrong with the records of its case."""
    for found in (check_records(chain, report.tables), check_states(chain)):
        join(report, found)


def join(report: Report, found: Report) -> None:
    """Add what one report found to another."""
    report.notes.extend(found.notes)
    report.faults.extend(found.faults)
    report.faulty += found.faulty


def verify_entries(chain: Chain, progress: Progress | None = None) -> Report:
    """Verify the entries of one chain, and that it has any."""
    report = report_on(chain)
    expected = 1
    before = NOTHING_BEFORE
    with in_index_order(), _copy(_ENTRIES.replace("{chain}", str(UUID(str(chain.id))))) as copy:
        copy.set_types(_TYPES)
        for row in copy.rows():
            seq = row[0]
            if seq != expected:
                _missing(report, expected, seq - 1)
            _verify_entry(report, row, before)
            before = row[8]
            expected = seq + 1
            report.checked += 1
            report.tables.add(row[9])
            if progress is not None and report.checked % STEP == 0:
                progress(STEP)
    if progress is not None:
        progress(report.checked % STEP)
    if not report.checked:
        report.add(
            What.EMPTY, _("there is not one entry, though every change since its beginning should be one")
        )
    return report


def _verify_entry(report: Report, row: tuple[Any, ...], before: bytes) -> None:
    """Add what is wrong with one entry: the first thing, in the order in which it is looked at."""
    seq, form, front, reason, salt, payload, payload_hash, previous, entry_hash = row[:9]
    if form not in FORMS:
        report.add(What.UNKNOWN_FORM, _("its form %(form)s is not known") % {"form": form}, seq)
    elif sha256(salt + payload).digest() != payload_hash:
        report.add(What.PAYLOAD, _("the payload does not match its hash"), seq)
    elif front.count(b"\n") != _FRONT_LINES or b"\r" in front:
        report.add(What.LINE_BREAK, _("a field of one line has a line break"), seq)
    elif previous != before:
        report.add(What.PREVIOUS, _("it does not follow the entry before it"), seq)
    elif sha256(previous + front + payload_hash.hex().encode() + reason).digest() != entry_hash:
        report.add(What.HASH, _("its content does not match its hash"), seq)


def _missing(report: Report, first: int, last: int) -> None:
    if first == last:
        report.add(What.MISSING, _("the entry is missing"), first)
    else:
        report.add(What.MISSING, _("the entries up to %(last)s are missing") % {"last": last}, first)


def _copy(query: str) -> AbstractContextManager[Any]:
    """Stream a query's rows in the binary form."""
    raw: Any = connection.connection.cursor()
    stream: AbstractContextManager[Any] = raw.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)")
    return stream
