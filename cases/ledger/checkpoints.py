"""Signed checkpoints: what the newest entry of a chain was at a moment, in a file that can leave this machine.

A chain alone shows an altered entry, but not a cut tail, an emptied ledger or a chain computed anew from its beginning;
a checkpoint that somebody else holds does. Checking them against the ledger is done by `witness.py`.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.ledger.entries import Chain, Head
from cases.ledger.keys import PRIVATE, key_id

FORMAT: Final = "taphos-checkpoint-1"
FIELDS: Final = frozenset({"format", "chain", "case", "seq", "hash", "at", "key", "signature"})


class BadCheckpoint(ValueError):
    """A line that is no checkpoint, or not one of this key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One signed statement: at this instant, this was the newest entry of this chain."""

    chain: UUID
    case_number: str
    seq: int
    hash: bytes
    at: str
    key: str
    signature: bytes

    def as_line(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(
            {
                "format": FORMAT,
                "chain": str(self.chain),
                "case": self.case_number,
                "seq": self.seq,
                "hash": self.hash.hex(),
                "at": self.at,
                "key": self.key,
                "signature": base64.b64encode(self.signature).decode(),
            },
            ensure_ascii=False,
        )

    @property
    def label(self) -> str:
        """Return how people name its chain."""
        return Chain(self.chain, self.case_number or None).label


def signed_bytes(*, chain: UUID, case_number: str, seq: int, entry_hash: bytes, at: str, key: str) -> bytes:
    """Return what a checkpoint's signature covers: seven lines, the case number last, as it alone is free text."""
    return "\n".join([FORMAT, str(chain), str(seq), entry_hash.hex(), at, key, case_number]).encode()


def sign(head: Head, case_number: str, key: Ed25519PrivateKey, at: dt.datetime | None = None) -> Checkpoint:
    """Return a checkpoint of a chain's newest entry."""
    instant = (at or timezone.now()).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = key_id(key.public_key())
    body = signed_bytes(
        chain=head.chain, case_number=case_number, seq=head.seq, entry_hash=head.hash, at=instant, key=name
    )
    return Checkpoint(head.chain, case_number, head.seq, head.hash, instant, name, key.sign(body))


def read_line(line: str, keys: Iterable[Ed25519PublicKey]) -> Checkpoint:
    """Return the checkpoint of a line.

    Raises BadCheckpoint when it is none, is signed by a key that is not given, or was altered after signing.
    """
    try:
        fields: Any = json.loads(line)
        if not isinstance(fields, dict) or fields.keys() != FIELDS or fields["format"] != FORMAT:
            raise BadCheckpoint(_("this is no checkpoint"))
        checkpoint = Checkpoint(
            UUID(fields["chain"]),
            str(fields["case"]),
            int(fields["seq"]),
            bytes.fromhex(fields["hash"]),
            str(fields["at"]),
            str(fields["key"]),
            base64.b64decode(fields["signature"], validate=True),
        )
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise BadCheckpoint(_("this is no checkpoint")) from error
    c = checkpoint
    by = next((key for key in keys if key_id(key) == c.key), None)
    if by is None:
        raise BadCheckpoint(_("it is signed by another key (%(key)s)") % {"key": c.key})
    try:
        by.verify(
            c.signature,
            signed_bytes(
                chain=c.chain, case_number=c.case_number, seq=c.seq, entry_hash=c.hash, at=c.at, key=c.key
            ),
        )
    except InvalidSignature as error:
        raise BadCheckpoint(_("its signature does not fit: it was altered after it was signed")) from error
    return checkpoint


def read_file(
    path: Path, keys: list[Ed25519PublicKey], upto: int | None = None
) -> Iterator[tuple[int, Checkpoint | BadCheckpoint]]:
    """Yield every line's number with its checkpoint or with what is wrong, up to a size in bytes when one is given."""
    done = 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            done += len(raw)
            if upto is not None and done > upto:
                return
            if not raw.strip():
                continue
            try:
                yield number, read_line(raw.decode("utf-8", "replace"), keys)
            except BadCheckpoint as bad:
                yield number, bad


@contextmanager
def locked(path: Path) -> Iterator[IO[bytes]]:
    """Open the file of checkpoints to append to it, one process at a time; what was written is on the disk after it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
        os.fsync(file.fileno())
    if fresh:
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def append(file: IO[bytes], checkpoints: Iterable[Checkpoint]) -> None:
    """Add lines at the end, after one that a crash may have left without its line break."""
    lines = "".join(f"{checkpoint.as_line()}\n" for checkpoint in checkpoints).encode()
    if not lines:
        return
    size = file.seek(0, os.SEEK_END)
    if size:
        file.seek(size - 1)
        if file.read(1) != b"\n":
            lines = b"\n" + lines
    view = memoryview(lines)
    while view:
        view = view[file.write(view) :]
