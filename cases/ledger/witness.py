"""Checkpoints against the ledger: writing one per chain that moved, and checking that each still holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from cases.ledger.checkpoints import BadCheckpoint, Checkpoint, append, locked, read_file, sign
from cases.ledger.entries import Chain, every_chain, heads
from cases.ledger.faults import Report, What
from cases.ledger.keys import signing_key

BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Held:
    """A file of checkpoints as it stood when it was opened, and the keys that may have signed it.

    Take it before the database's snapshot: every entry that it names is then in the snapshot, unless it is gone.
    """

    path: Path
    size: int
    keys: list[Ed25519PublicKey]

    @classmethod
    def of(cls, path: Path, keys: list[Ed25519PublicKey]) -> Held:
        """Note how long the file is now."""
        return cls(path, path.stat().st_size, keys)


def write_checkpoints(chain: Chain | None = None) -> tuple[list[Checkpoint], Report]:
    """Append a checkpoint for every chain that moved since its last one, or for one chain.

    Returns what was written, and a report of chains that contradict an earlier checkpoint, for which none was.
    Raises Invalid when there is no key to sign with.
    """
    key = signing_key()
    numbers = {known.id: known.case_number or "" for known in (every_chain() if chain is None else [chain])}
    report = Report(_("checkpoints"))
    path = Path(settings.TAPHOS_CHECKPOINT_FILE)
    with locked(path) as file:
        last: dict[UUID, Checkpoint] = {}
        for _line, found in read_file(path, [key.public_key()]):
            if isinstance(found, Checkpoint) and (
                found.chain not in last or found.seq >= last[found.chain].seq
            ):
                last[found.chain] = found
        current = [c for c in last.values() if chain is None or c.chain == chain.id]
        broken = _compare(report, [(_("the checkpoint of %(at)s") % {"at": c.at}, c) for c in current])
        written = [
            sign(head, numbers.get(head.chain, ""), key)
            for head in heads(None if chain is None else chain.id)
            if head.chain not in broken and (head.chain not in last or last[head.chain].seq < head.seq)
        ]
        append(file, written)
    return written, report


def verify_checkpoints(held: Held, chain: Chain | None = None) -> Report:
    """Check every line: its signature, and that the ledger still has that entry with that hash."""
    report = Report(_("checkpoints"))
    batch: list[tuple[str, Checkpoint]] = []
    for number, found in read_file(held.path, held.keys, held.size):
        line = _("line %(number)s of %(file)s") % {"number": number, "file": held.path}
        if isinstance(found, BadCheckpoint):
            report.checked += 1
            report.add(What.CHECKPOINT, str(found), where=line)
        elif chain is None or found.chain == chain.id:
            report.checked += 1
            batch.append((_("the checkpoint of %(at)s, %(line)s") % {"at": found.at, "line": line}, found))
        if len(batch) >= BATCH:
            _compare(report, batch)
            batch = []
    _compare(report, batch)
    return report


def case_in(held: Held, number: str) -> Chain | None:
    """Return the chain that a validly signed checkpoint gives to this case number, when the case itself is gone."""
    for _line, found in read_file(held.path, held.keys, held.size):
        if isinstance(found, Checkpoint) and found.case_number == number:
            return Chain(found.chain, number)
    return None


def _compare(report: Report, batch: list[tuple[str, Checkpoint]]) -> set[UUID]:
    """Add what the ledger no longer has, or has otherwise; return the chains in which that is."""
    broken: set[UUID] = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.hash FROM unnest(%s::uuid[], %s::bigint[]) WITH ORDINALITY c(chain, seq, place) "
            "LEFT JOIN ledger_entry e ON e.chain = c.chain AND e.seq = c.seq ORDER BY c.place",
            [[c.chain for _line, c in batch], [c.seq for _line, c in batch]],
        )
        hashes = [row[0] for row in cursor.fetchall()]
    for (proof, checkpoint), stored in zip(batch, hashes, strict=True):
        if stored is not None and bytes(stored) == checkpoint.hash:
            continue
        broken.add(checkpoint.chain)
        if stored is None:
            report.add(
                What.CUT,
                _("the entry is gone, and %(proof)s proves that it stood") % {"proof": proof},
                checkpoint.seq,
                checkpoint.label,
            )
        else:
            report.add(
                What.REWRITTEN,
                _("the entry was rewritten: %(proof)s has another hash of it") % {"proof": proof},
                checkpoint.seq,
                checkpoint.label,
            )
    return broken
