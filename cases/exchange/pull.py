"""Pulling the shared part of a case out of another installation, and comparing what both ends hold.

What arrives is checked before it is kept; what was withdrawn is removed with it. Every portion is written together with
how far it reaches, so that whatever breaks, and whenever, the next pull goes on from there: nothing is missed or twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import DataError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.exchange.lines import BadLine, Line, read_json, read_line
from cases.exchange.remote import RemoteFault
from cases.ledger.checkpoints import BadCheckpoint, Checkpoint
from cases.ledger.checkpoints import read_line as read_checkpoint
from cases.models.agency import Agency
from cases.models.base import Handling
from cases.models.case import Case
from cases.models.mirror import Mirror, MirroredRecord, MirrorWitness

#: Entries that are written at once.
PORTION: Final = 500
_GONE: Final = 410
_CUT: Final = gettext_lazy(
    "The other end has fewer entries than it had: its ledger was cut, or restored from a copy."
)


class Source(Protocol):
    """Whatever is pulled from."""

    url: str

    def read(self, path: str) -> dict[str, Any]:
        """Return what is at an address."""

    def lines(self, path: str, **parameters: int) -> Iterator[bytes]:
        """Yield the lines of a stream."""


class PullFault(Exception):
    """What was sent is not believed, or does not go on from what is held."""


@dataclass(slots=True)
class Compared:
    """What both ends hold of one case."""

    same: int = 0
    missing: list[tuple[str, str]] = field(default_factory=list)
    surplus: list[tuple[str, str]] = field(default_factory=list)
    different: list[tuple[str, str]] = field(default_factory=list)
    #: Records that changed there since the last pull; they are not compared.
    moved: int = 0

    @property
    def is_same(self) -> bool:
        """Say whether both hold the same, as far as it was pulled."""
        return not (self.missing or self.surplus or self.different)


def mirror_of(source: Source, case: Case, agency: Agency, there: str, key: str = "") -> Mirror:
    """Return the mirror of a case there, by its number or identifier, beside a case of ours; begun where there is none.

    Raises RemoteFault, and PullFault where no such case is shared with us.
    """
    begun = Mirror.objects.filter(case=case, url=source.url)
    found: Mirror | None = next(
        (mirror for mirror in begun if there in {mirror.number, str(mirror.chain)}), None
    )
    if found is not None:
        if key and key != found.key:
            Mirror.objects.filter(pk=found.pk).update(key=key)
            found.key = key
        return found
    for shared in source.read("/sync")["cases"]:
        if there in {shared["number"], shared["case"]}:
            made: Mirror = Mirror.objects.get_or_create(
                case=case,
                url=source.url,
                chain=UUID(shared["case"]),
                defaults={"agency": agency, "number": shared["number"], "key": key},
            )[0]
            return made
    raise PullFault(_("No case %(number)s is shared with us there.") % {"number": there})


def pull(source: Source, mirror: Mirror, wait_s: int = 0) -> Mirror:
    """Bring a mirror up to where the other end is; return it as it stands. What fails is written into it, and raised.

    Raises RemoteFault, BadLine, PullFault.
    """
    try:
        _pull(source, mirror, wait_s)
    except (RemoteFault, BadLine, PullFault) as fault:
        Mirror.objects.filter(pk=mirror.pk).update(tried_at=timezone.now(), fault=str(fault))
        raise
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError, DataError) as error:
        said = _("The other end sent what cannot be taken: %(why)s") % {
            "why": f"{type(error).__name__} {error}"
        }
        Mirror.objects.filter(pk=mirror.pk).update(tried_at=timezone.now(), fault=said)
        raise PullFault(said) from error
    mirror.refresh_from_db()
    return mirror


def _pull(source: Source, mirror: Mirror, wait_s: int) -> None:
    shared = next((case for case in source.read("/sync")["cases"] if case["case"] == str(mirror.chain)), None)
    if shared is None or not shared["in_force"]:
        _forget(mirror)
        return
    if mirror.epoch == shared["epoch"] and shared["seq"] < mirror.seq:
        raise PullFault(str(_CUT))
    Mirror.objects.filter(pk=mirror.pk).update(tried_at=timezone.now(), remote_seq=shared["seq"])
    mirror.refresh_from_db()
    if mirror.epoch != shared["epoch"]:
        _take_whole(source, mirror)
    try:
        _go_on(source, mirror, wait_s)
    except RemoteFault as fault:
        if fault.status != _GONE:
            raise
        _take_whole(source, mirror)
    now = timezone.now()
    Mirror.objects.filter(pk=mirror.pk).update(tried_at=now, pulled_at=now, fault="")


def _forget(mirror: Mirror) -> None:
    """Remove what is no longer shared. The witnesses stay: they are about what was."""
    with transaction.atomic():
        MirroredRecord.objects.filter(mirror=mirror).delete()
        Mirror.objects.filter(pk=mirror.pk).update(
            epoch=None, seq=0, remote_seq=None, tried_at=timezone.now(), fault=""
        )


def _take_whole(source: Source, mirror: Mirror) -> None:
    """Put the present state in the place of whatever is held: all of it, or nothing."""
    with transaction.atomic():
        _locked(mirror)
        MirroredRecord.objects.filter(mirror=mirror).delete()
        stream = _Stream(source, mirror, "snapshot")
        for portion in stream.portions():
            _write(mirror, portion)
        Mirror.objects.filter(pk=mirror.pk).update(epoch=stream.epoch, seq=stream.seq, remote_seq=stream.seq)
    mirror.refresh_from_db()


def _go_on(source: Source, mirror: Mirror, wait_s: int) -> None:
    """Apply what changed since, portion by portion."""
    stream = _Stream(
        source,
        mirror,
        "changes",
        after=mirror.seq,
        epoch=mirror.epoch or 0,
        **({"wait": wait_s} if wait_s else {}),
    )
    for portion in stream.portions():
        with transaction.atomic():
            _locked(mirror)
            _write(mirror, portion)
            mirror.seq = portion[-1].seq
            Mirror.objects.filter(pk=mirror.pk).update(seq=mirror.seq)
    with transaction.atomic():
        _locked(mirror)
        mirror.seq = stream.seq
        Mirror.objects.filter(pk=mirror.pk).update(seq=stream.seq, remote_seq=stream.seq)


def _locked(mirror: Mirror) -> None:
    """Hold the mirror, unless another pull has moved it meanwhile."""
    held = Mirror.objects.select_for_update().get(pk=mirror.pk)
    if (held.seq, held.epoch) != (mirror.seq, mirror.epoch):
        raise PullFault(_("Another pull of this case is at work."))


def _write(mirror: Mirror, portion: Iterable[Line]) -> None:
    newest = {line.key: line for line in portion}
    kept = [line for line in newest.values() if line.payload is not None]
    gone = [line for line in newest.values() if line.payload is None]
    if kept:
        MirroredRecord.objects.bulk_create(
            [_record(mirror, line) for line in kept],
            update_conflicts=True,
            unique_fields=["mirror", "table_name", "record_id"],
            update_fields=["handling", "seq", "hash", "redacted", "at", "actor_name", "payload", "pulled_at"],
        )
    tables: dict[str, list[str]] = {}
    for line in gone:
        tables.setdefault(line.table, []).append(line.record)
    for table, records in tables.items():
        MirroredRecord.objects.filter(mirror=mirror, table_name=table, record_id__in=records).delete()


def _record(mirror: Mirror, line: Line) -> MirroredRecord:
    payload = line.payload or ""
    handling = json.loads(payload).get("handling", Handling.OPEN)
    return MirroredRecord(
        mirror=mirror,
        table_name=line.table[:63],
        record_id=line.record[:63],
        handling=handling if handling in Handling.values else Handling.INVESTIGATION,
        seq=line.seq,
        hash=line.hash,
        redacted=line.redacted,
        at=dt.datetime.fromtimestamp(line.at_us / 1_000_000, dt.UTC),
        actor_name=line.actor_name,
        payload=payload,
        pulled_at=timezone.now(),
    )


class _Stream:
    """One stream from its first line to its last: in order, without a break in the chain, and to the end."""

    def __init__(self, source: Source, mirror: Mirror, name: str, **asked: int) -> None:
        self._lines = source.lines(f"/cases/{mirror.chain}/{name}", **asked)
        self._mirror, self._name = mirror, name
        self._chain = str(mirror.chain)
        self._last: tuple[int, bytes] = (-1, b"")
        self._after = asked.get("after", 0)
        self._witnessed: dict[int, bytes] = {}
        self.seq, self.epoch = 0, 0

    def portions(self) -> Iterator[list[Line]]:
        """Yield its entries in portions. Raises BadLine, PullFault, RemoteFault."""
        self._begin(next(self._lines, b""))
        portion: list[Line] = []
        number, ended = 0, False
        for raw in self._lines:
            if ended:
                raise BadLine(_("There is something behind the last line."))
            if raw.startswith(b'{"end":true'):
                self._end(read_json(raw), number)
                ended = True
                continue
            line = read_line(raw, self._chain)
            self._follow(line)
            number += 1
            portion.append(line)
            if len(portion) >= PORTION:
                yield portion
                portion = []
        if portion:
            yield portion
        if not ended:
            raise RemoteFault(_("The stream broke off before its last line."))

    def _begin(self, raw: bytes) -> None:
        said = read_json(raw) if raw else {}
        if said.get("begin") != self._name or said.get("case") != self._chain:
            raise BadLine(_("This is no stream of %(what)s of that case.") % {"what": self._name})
        self.seq, self.epoch = int(said["seq"]), int(said["epoch"])
        if self.seq < self._after:
            raise PullFault(str(_CUT))
        if said.get("checkpoint"):
            witness(self._mirror, json.dumps(said["checkpoint"], ensure_ascii=False))
        self._witnessed = {
            seq: bytes(stated)
            for seq, stated in self._mirror.witnesses.filter(seq__gte=self._after).values_list("seq", "hash")
        }

    def _follow(self, line: Line) -> None:
        """Refuse an entry that does not follow on the last, or is not what a checkpoint said that it was."""
        seq, stated = self._last
        if line.seq <= max(seq, self._after) or line.seq > self.seq:
            raise BadLine(_("Entry %(seq)d is not where it belongs.") % {"seq": line.seq})
        before = stated if seq == line.seq - 1 else self._witnessed.get(line.seq - 1)
        if before is not None and before != line.previous:
            raise BadLine(_("Entry %(seq)d does not follow on the one before it.") % {"seq": line.seq})
        if self._witnessed.get(line.seq, line.hash) != line.hash:
            raise BadLine(_("Entry %(seq)d is not the one of the checkpoint.") % {"seq": line.seq})
        self._last = line.seq, line.hash

    def _end(self, said: dict[str, Any], number: int) -> None:
        if (said.get("seq"), said.get("epoch"), said.get("lines")) != (self.seq, self.epoch, number):
            raise BadLine(_("The last line does not say what was sent."))


def witness(mirror: Mirror, line: str) -> Checkpoint | None:
    """Keep a checkpoint that was sent, once its signature fits and it contradicts none that is held.

    Without the other end's public key it is kept unverified. Raises PullFault.
    """
    try:
        said = json.loads(line)
        chain, seq, stated = UUID(said["chain"]), int(said["seq"]), bytes.fromhex(said["hash"])
        checkpoint = None
        if mirror.key:
            key: Any = load_pem_public_key(mirror.key.encode())
            checkpoint = read_checkpoint(line, [key])
    except (BadCheckpoint, ValueError, TypeError, KeyError) as error:
        raise PullFault(_("A checkpoint is not believed: %(why)s") % {"why": error}) from error
    if chain != mirror.chain:
        raise PullFault(_("A checkpoint is about another case."))
    newest = MirrorWitness.objects.filter(mirror=mirror).order_by("-seq").first()
    if newest is not None and newest.seq > seq:
        raise PullFault(
            _("The other end had %(seq)d entries, as it has signed, and now says that it has fewer.")
            % {"seq": newest.seq}
        )
    held, _made = MirrorWitness.objects.get_or_create(
        mirror=mirror, seq=seq, defaults={"hash": stated, "line": line}
    )
    if bytes(held.hash) != stated:
        raise PullFault(_("Two checkpoints of entry %(seq)d contradict each other.") % {"seq": seq})
    return checkpoint


def compare(source: Source, mirror: Mirror) -> Compared:
    """Say whether both ends hold the same. Raises RemoteFault, BadLine, PullFault."""
    found = Compared()
    held: dict[tuple[str, str], tuple[bytes, str]] = {
        (table, record): (bytes(stated), payload)
        for table, record, stated, payload in mirror.records.values_list(
            "table_name", "record_id", "hash", "payload"
        )
    }
    there: dict[tuple[str, str], Line] = {}
    if mirror.epoch is not None:
        for portion in _Stream(source, mirror, "snapshot").portions():
            there |= {line.key: line for line in portion}
        moved = {
            line.key
            for portion in _Stream(source, mirror, "changes", after=mirror.seq, epoch=mirror.epoch).portions()
            for line in portion
        }
        found.moved = len(moved)
        for key in moved:
            held.pop(key, None)
            there.pop(key, None)
    found.missing = sorted(there.keys() - held.keys())
    found.surplus = sorted(held.keys() - there.keys())
    both = there.keys() & held.keys()
    found.different = sorted(key for key in both if (there[key].hash, there[key].payload) != held[key])
    found.same = len(both) - len(found.different)
    return found
