"""Uploaded tables that wait between preview and import: private files under names nobody can guess.

An upload belongs to one person in one session, waits for an hour, and is never served again.
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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from cases.importing.faults import TableRefused
from cases.importing.table import LARGEST_BYTES
from cases.refusals import WrongState, shown

LIFETIME_S: Final = 3600
#: So many uploads of one person wait at once.
MOST_WAITING: Final = 5

_TICKET = "ticket.json"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Upload:
    """One waiting upload: the folder that holds it, and what its owner said about it."""

    token: str
    folder: Path
    ticket: dict[str, Any]

    @property
    def table(self) -> Path:
        """Return the uploaded table."""
        return self.folder / "table" / self.ticket["name"]

    @property
    def mapping(self) -> Path | str | None:
        """Return the uploaded mapping, the name of a shipped one, or None to have one found."""
        if self.ticket["mapping_file"]:
            return self.folder / "mapping" / self.ticket["mapping_file"]
        return self.ticket["mapping"] or None

    def read(self, name: str) -> dict[str, Any] | None:
        """Return what was noted under this name, or None."""
        try:
            noted: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return noted

    def note(self, name: str, content: dict[str, Any]) -> None:
        """Note something under this name, whole or not at all."""
        draft = self.folder / f"{name}.{secrets.token_hex(4)}.draft"
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.replace(self.folder / f"{name}.json")

    def forget(self, name: str) -> None:
        """Forget what was noted under this name."""
        (self.folder / f"{name}.json").unlink(missing_ok=True)

    def hold(self, name: str) -> int | None:
        """Take the lock of this name, or return None where somebody has it; it ends with the process at the latest."""
        lock = os.open(self.folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        return lock

    def is_held(self, name: str) -> bool:
        """Say whether somebody has the lock of this name."""
        lock = self.hold(name)
        if lock is None:
            return True
        os.close(lock)
        return False

    def discard(self) -> None:
        """Remove the upload with all that was noted about it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(
    *,
    owner: str,
    person: str,
    name: str,
    chunks: Iterable[bytes],
    mapping: str = "",
    mapping_file: tuple[str, bytes] | None = None,
    **said: Any,
) -> Upload:
    """Keep an uploaded table, and a mapping with it, for its owner; `said` is kept with them.

    Raises `upload.too_many`, `table.too_large`.
    """
    sweep()
    if sum(ticket.get("person") == person for _folder, ticket in _waiting()) >= MOST_WAITING:
        raise WrongState(
            "upload.too_many",
            _("%(count)d uploads of yours wait for their import already.") % {"count": MOST_WAITING},
            way_forward=_("Import or discard one of them; after an hour they are removed by themselves."),
        )
    token = secrets.token_urlsafe(32)
    folder = _root() / token
    folder.mkdir(mode=0o700)
    try:
        ticket: dict[str, Any] = {
            "owner": owner,
            "person": person,
            "name": _file_name(name, "table"),
            "shown_name": shown(name, 200),
            "mapping": mapping,
            "mapping_file": _file_name(mapping_file[0], "mapping.yaml") if mapping_file else "",
            "at": time.time(),
            **said,
        }
        upload = Upload(token, folder, ticket)
        upload.table.parent.mkdir(mode=0o700)
        _write(upload.table, chunks, ticket["shown_name"])
        if mapping_file:
            (folder / "mapping").mkdir(mode=0o700)
            (folder / "mapping" / ticket["mapping_file"]).write_bytes(mapping_file[1])
        (folder / _TICKET).write_text(json.dumps(ticket), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return upload


def find(token: str, owner: str) -> Upload | None:
    """Return the upload of this token if it is this owner's and has not expired."""
    if not _TOKEN.fullmatch(token):
        return None
    folder = _root() / token
    ticket = _ticket(folder)
    if ticket is None or _is_expired(ticket) or not secrets.compare_digest(ticket["owner"], owner):
        return None
    return Upload(token, folder, ticket)


def sweep() -> None:
    """Remove what has expired and is not being worked on."""
    for folder, ticket in list(_waiting()):
        if _is_expired(ticket) and not any(
            Upload(folder.name, folder, ticket).is_held(lock.stem) for lock in folder.glob("*.lock")
        ):
            shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    root: Path = settings.TAPHOS_VAR / "uploads"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _waiting() -> Iterator[tuple[Path, dict[str, Any]]]:
    for folder in _root().iterdir():
        if _TOKEN.fullmatch(folder.name):
            # One without a ticket is being written, or broke off while it was: it counts by its age.
            ticket = _ticket(folder)
            with suppress(FileNotFoundError):
                yield folder, ticket if ticket is not None else {"at": folder.stat().st_mtime}


def _ticket(folder: Path) -> dict[str, Any] | None:
    try:
        ticket: dict[str, Any] = json.loads((folder / _TICKET).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return ticket


def _is_expired(ticket: dict[str, Any]) -> bool:
    return time.time() - float(ticket["at"]) > LIFETIME_S


def _file_name(name: str, otherwise: str) -> str:
    """Return a name of the same words that is safe as a file's; messages about the file repeat it."""
    plain = "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in Path(name).name)
    stem, dot, suffix = plain.strip(" .").rpartition(".")
    return f"{stem[:40]}{dot}{suffix[:10]}".strip(" .") or otherwise


def _write(path: Path, chunks: Iterable[bytes], name: str) -> None:
    size = 0
    with path.open("xb") as target:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST_BYTES:
                raise too_large(name)
            target.write(chunk)
    path.chmod(0o600)


def too_large(name: str) -> TableRefused:
    """Return the refusal of a file that is larger than any that is read."""
    return TableRefused(
        "table.too_large",
        _("“%(name)s” is larger than the %(limit)d MB that are read.")
        % {"name": shown(name), "limit": LARGEST_BYTES // 1_000_000},
        name,
        _("Divide it into several files with the same header."),
    )
