"""Uploads that arrive piece by piece: they wait on this machine's disk until they are whole, and go on after a break.

An upload belongs to one person. It is known by a token that nobody can guess, and found again by what it is: the same
file of the same person for the same case goes on where it was left, whatever happened to the page meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from cases.refusals import Invalid, NotVisible, WrongState
from evidence.services.stored_file import is_full, largest_bytes, no_room, too_large

#: An upload that nobody went on with for so long is removed.
LIFETIME_S: Final = 48 * 3600
#: So many uploads of one person wait at once.
MOST_WAITING: Final = 100
#: Room that uploads leave on the disk, for the database beside them.
SPARE_BYTES: Final = 200_000_000
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}|[0-9]+-[0-9]+")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One upload on its way."""

    token: str
    folder: Path
    ticket: dict[str, Any]

    @property
    def path(self) -> Path:
        """Return where its bytes are collected."""
        return self.folder / "bytes"

    @property
    def size(self) -> int:
        """Return how many bytes it will have."""
        return int(self.ticket["size"])

    @property
    def offset(self) -> int:
        """Return how many bytes have arrived."""
        return self.path.stat().st_size

    @property
    def is_whole(self) -> bool:
        """Say whether all of it has arrived."""
        return self.offset == self.size

    def append(self, offset: int, pieces: Iterable[bytes]) -> int:
        """Add bytes that begin at `offset`; return how many there are then. What arrived before a break stays.

        Raises `upload.offset`, `upload.busy`, `upload.too_long`, `file.no_room`.
        """
        with self._held() as file:
            here = file.seek(0, os.SEEK_END)
            if offset != here:
                raise WrongState(
                    "upload.offset",
                    _("So many bytes have arrived: %(here)d.") % {"here": here},
                    value=here,
                    way_forward=_("Go on from there."),
                )
            try:
                for piece in pieces:
                    if here + len(piece) > self.size:
                        raise Invalid(
                            "upload.too_long",
                            _("More bytes arrive than the upload said it would have."),
                            value=self.size,
                            way_forward=_("The file has changed meanwhile. Begin again."),
                        )
                    _write(file, piece)
                    here += len(piece)
                file.flush()
            except OSError as error:
                if not is_full(error):
                    raise
                os.ftruncate(file.fileno(), offset)
                raise no_room() from error
        return here

    @contextmanager
    def _held(self) -> Iterator[Any]:
        with self.path.open("r+b", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise WrongState(
                    "upload.busy",
                    _("This upload is being written to at the moment."),
                    way_forward=_("Try again in a moment."),
                ) from error
            yield file

    def discard(self) -> None:
        """Remove it with all that has arrived."""
        shutil.rmtree(self.folder, ignore_errors=True)


def begin(
    *, person: str, case: str, name: str, size: int, fingerprint: str, said: dict[str, Any]
) -> Incoming:
    """Begin an upload, or go on with the same one; `said` is what its record will say.

    `fingerprint` tells files apart: the SHA-256 where the sender knows it, otherwise size and time of change.
    Raises `file.too_large`, `file.empty`, `upload.too_many`, `file.no_room`.
    """
    if size > largest_bytes():
        raise too_large(name)
    if size < 1:
        raise Invalid("file.empty", _("The file is empty."), field="file")
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise Invalid("upload.fingerprint", _("The upload does not say which file it is."), value=fingerprint)
    sweep()
    ticket = {
        "person": person,
        "case": case,
        "name": name,
        "size": size,
        "fingerprint": fingerprint,
        "at": time.time(),
        "said": said,
    }
    waiting = [upload for upload in _waiting() if upload.ticket["person"] == person]
    same = ("case", "name", "size", "fingerprint")
    for upload in waiting:
        if all(upload.ticket[part] == ticket[part] for part in same):
            _note(upload.folder, ticket)
            return Incoming(upload.token, upload.folder, ticket)
    if len(waiting) >= MOST_WAITING:
        raise WrongState(
            "upload.too_many",
            _("%(count)d uploads of yours are not finished.") % {"count": MOST_WAITING},
            way_forward=_("Go on with them, or wait: after two days they are removed by themselves."),
        )
    if shutil.disk_usage(_root()).free < size + SPARE_BYTES:
        raise no_room()
    token = secrets.token_urlsafe(32)
    folder = _root() / token
    folder.mkdir(mode=0o700)
    try:
        (folder / "bytes").touch(mode=0o600)
        _note(folder, ticket)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if is_full(error):
            raise no_room() from error
        raise
    return Incoming(token, folder, ticket)


def find(token: str, person: str) -> Incoming:
    """Return an upload of this person, or refuse as for one that does not exist."""
    if _TOKEN.fullmatch(token):
        upload = _read(_root() / token)
        if upload is not None and upload.ticket["person"] == person:
            return upload
    raise NotVisible("upload.not_found", _("There is no such upload; it may have been removed."))


def sweep() -> None:
    """Remove what nobody went on with."""
    eldest = time.time() - LIFETIME_S
    for folder in _root().iterdir():
        try:
            newest = max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
        except OSError:
            continue
        if newest < eldest:
            shutil.rmtree(folder, ignore_errors=True)


def _write(file: Any, piece: bytes) -> None:
    """Write all of a piece: a disk that is nearly full takes a part of it in silence, and refuses the next byte."""
    left = memoryview(piece)
    while left:
        left = left[file.write(left) :]


def _root() -> Path:
    root = Path(settings.TAPHOS_INCOMING)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _waiting() -> Iterator[Incoming]:
    for folder in _root().iterdir():
        upload = _read(folder)
        if upload is not None:
            yield upload


def _read(folder: Path) -> Incoming | None:
    try:
        ticket: dict[str, Any] = json.loads((folder / "ticket.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Incoming(folder.name, folder, ticket) if (folder / "bytes").is_file() else None


def _note(folder: Path, ticket: dict[str, Any]) -> None:
    """Write the ticket, whole or not at all."""
    draft = folder / f"{secrets.token_hex(4)}.draft"
    draft.write_text(json.dumps(ticket), encoding="utf-8")
    draft.replace(folder / "ticket.json")
