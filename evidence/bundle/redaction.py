"""What of a case's ledger somebody is shown, entry by entry, and how what is withheld keeps its place in the chain."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cases.ledger.payloads import Reader, Sight, parsed
from cases.ledger.tables import recorded_tables
from cases.models import Case
from cases.models.ledger import LedgerEntry

#: Entries that are read and judged together.
BATCH: Final = 500
_TOLD: Final = (
    "seq", "form", "at_us", "actor_name", "agency", "channel", "action", "reason", "table_name", "record_id",
    "operation", "db_user",
)  # fmt: skip


def in_batches(entries: Iterable[LedgerEntry]) -> Iterator[list[LedgerEntry]]:
    """Yield entries, some at a time."""
    batch: list[LedgerEntry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def last_entries(case: Case) -> Iterator[LedgerEntry]:
    """Yield the last entry of each record of a case, kind by kind."""
    rows = LedgerEntry.objects.filter(chain=case.pk)
    ordered = rows.order_by("table_name", "record_id", "-seq").distinct("table_name", "record_id")
    return ordered.iterator(chunk_size=BATCH)


class Redaction:
    """Judges entries for one sight of a case. Without one, all of it is shown.

    What a record was is shown as far as both it then and the record now are for these eyes: whoever is kept from a
    record today is not told what it said before.
    """

    def __init__(self, case: Case, sight: Sight | None) -> None:
        self.sight = sight
        #: By table and record: the columns that are hidden now, or None where the whole record is.
        self.now: dict[tuple[str, str], frozenset[str] | None] = {}
        for batch in in_batches(last_entries(case)) if sight is not None else ():
            for entry, hidden in zip(batch, self._hidden(batch), strict=True):
                if hidden is None or hidden:
                    self.now[entry.table_name, entry.record_id] = hidden

    def shown(self, entries: list[LedgerEntry]) -> list[str | None]:
        """Return for each entry the payload as it is shown: whole, without what is hidden, or None."""
        if self.sight is None:
            return [entry.payload for entry in entries]
        return [
            _without(entry.payload, then, self.now.get((entry.table_name, entry.record_id), frozenset()))
            for entry, then in zip(entries, self._hidden(entries), strict=True)
        ]

    def _hidden(self, entries: list[LedgerEntry]) -> list[frozenset[str] | None]:
        """Return for each entry the columns that were hidden when the record was like this, or None for all of it."""
        assert self.sight is not None  # noqa: S101 - asked only where something may be hidden
        of_table: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            of_table[entry.table_name].append(place)
        found: list[frozenset[str] | None] = [None] * len(entries)
        for name, places in of_table.items():
            table = recorded_tables().get(name)
            if table is None or not self.sight.shows(table.model):
                continue  # of a kind that there is no more, nobody can say whom it was for
            left_out = self.sight.left_out(table.model)
            payloads = {place: parsed(entries[place].payload) for place in places}
            reader = Reader(table.model, self.sight, payloads.values())
            for place, payload in payloads.items():
                if self.sight.covers(payload):
                    names = reader.hidden_in(payload)
                    found[place] = left_out.union(
                        field.column for field in reader.columns if field.name in names
                    )
        return found


def _without(payload: str, then: frozenset[str] | None, now: frozenset[str] | None) -> str | None:
    """Return a payload without the columns that are hidden, or None where all of it is."""
    if then is None or now is None:
        return None
    record = json.loads(payload)
    hidden = (then | now) & record.keys()
    if not hidden:
        return payload
    left = {column: value for column, value in record.items() if column not in hidden}
    return json.dumps(left, ensure_ascii=False, separators=(",", ":"))


def as_line(entry: LedgerEntry, shown: str | None) -> dict[str, Any]:
    """Return an entry as the bundle writes it.

    A payload that is shown in part has neither its text nor its salt: with the salt, what is hidden could be guessed.
    An entry of a record that is out of sight has nothing but its place in the chain.
    """
    chain = {
        "chain": str(entry.chain),
        "previous": bytes(entry.previous).hex(),
        "hash": bytes(entry.hash).hex(),
    }
    if shown is None:
        return {"seq": entry.seq, **chain, "withheld": "entry"}
    whole = shown == entry.payload
    return {
        **{name: getattr(entry, name) for name in _TOLD},
        "actor_id": None if entry.actor_id is None else str(entry.actor_id),
        **chain,
        "payload_hash": bytes(entry.payload_hash).hex(),
        "salt": bytes(entry.salt).hex() if whole else None,
        "payload": entry.payload if whole else None,
        **({} if whole else {"shown": shown, "withheld": "payload"}),
    }
