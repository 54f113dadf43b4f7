"""What of a case's ledger somebody is shown, entry by entry, and how what is withheld keeps its place in the chain."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cases.ledger.payloads import Reader, Sight, parsed
from cases.ledger.tables import recorded_tables
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


class Redaction:
    """Judges entries for one sight of a case. Without one, all of it is shown."""

    def __init__(self, sight: Sight | None) -> None:
        self.sight = sight

    def shown(self, entries: list[LedgerEntry]) -> list[str | None]:
        """Return for each entry the payload as it is shown: whole, without what is hidden, or None."""
        if self.sight is None:
            return [entry.payload for entry in entries]
        of_table: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            of_table[entry.table_name].append(place)
        shown: list[str | None] = [None] * len(entries)
        for name, places in of_table.items():
            table = recorded_tables().get(name)
            if table is None:  # of a kind that there is no more: nobody can say whom it was for
                continue
            payloads = {place: parsed(entries[place].payload) for place in places}
            reader = Reader(table.model, self.sight, payloads.values())
            for place, payload in payloads.items():
                if not self.sight.covers(payload):
                    continue
                names = reader.hidden_in(payload)
                hidden = {field.column for field in reader.columns if field.name in names}
                if not hidden & payload.keys():
                    shown[place] = entries[place].payload
                else:
                    left = {
                        key: value
                        for key, value in json.loads(entries[place].payload).items()
                        if key not in hidden
                    }
                    shown[place] = json.dumps(left, ensure_ascii=False, separators=(",", ":"))
        return shown


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
