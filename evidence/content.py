"""Bytes under the name that follows from them: stored once, and never handed out without being looked at again.

Through Django's storage, so that they may lie on this machine's disk or in a store elsewhere. Which record they belong
to, and who may see that, is not known here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

#: Bytes read at once. More is not faster, and this is all that is held in memory.
PIECE: Final = 1 << 20
#: Where altered bytes are kept when whole ones take their place.
ALTERED: Final = "altered"
_HASH: Final = re.compile(r"[0-9a-f]{64}")


class ContentFault(Exception):
    """What lies under a hash is not what the hash says; `found` and `found_bytes` are what was seen there."""

    def __init__(self, sha256: str, found: str = "", found_bytes: int | None = None) -> None:
        super().__init__(f"{sha256}: {found or 'missing'}")
        self.sha256 = sha256
        self.found = found
        self.found_bytes = found_bytes

    @property
    def is_missing(self) -> bool:
        """Say whether nothing was there."""
        return self.found_bytes is None


def name_of(sha256: str) -> str:
    """Return where bytes with this hash lie: `ab/cd/<hash>`."""
    if not _HASH.fullmatch(sha256):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def hash_of(path: Path) -> tuple[str, int]:
    """Return the SHA-256 and the size in bytes of a file."""
    with path.open("rb") as file:
        return _hash(file)


def put(path: Path, sha256: str) -> bool:
    """Store a file whose hash is known; return False where the same bytes lie there already, whole.

    Raises `ContentFault` where something else lies there, and OSError where the disk is full.
    """
    with path.open("rb") as file:
        return _put(File(file), sha256)


def put_bytes(data: bytes) -> tuple[str, int]:
    """Store some bytes; return their hash and size. Raises what `put` raises."""
    sha256 = hashlib.sha256(data).hexdigest()
    _put(ContentFile(data), sha256)
    return sha256, len(data)


def _put(content: File, sha256: str) -> bool:
    name = name_of(sha256)
    if default_storage.exists(name):
        check(sha256, content.size)
        return False
    saved = default_storage.save(name, content)
    if saved != name:  # somebody stored the same bytes at the same moment
        default_storage.delete(saved)
        return False
    return True


def set_aside(sha256: str) -> None:
    """Move what is not what its hash says out of the way, to be looked into."""
    name = name_of(sha256)
    with default_storage.open(name, "rb") as file:
        default_storage.save(f"{ALTERED}/{sha256}", file)
    default_storage.delete(name)


def remove(sha256: str) -> None:
    """Remove what was stored for a record that then was refused. Never for anything that a record refers to."""
    default_storage.delete(name_of(sha256))


def check(sha256: str, size_bytes: int | None = None) -> int:
    """Read all of it, and return its size; raise `ContentFault` where it is missing or altered."""
    with _opened(sha256) as file:
        found, size = _hash(file)
    if found != sha256 or (size_bytes is not None and size != size_bytes):
        raise ContentFault(sha256, found, size)
    return size


def read(sha256: str) -> bytes:
    """Return something small, after looking at it. Raises `ContentFault`."""
    with _opened(sha256) as file:
        data: bytes = file.read()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ContentFault(sha256, found, len(data))
    return data


def stream(sha256: str, size_bytes: int) -> Iterator[bytes]:
    """Look at all of it first, and then return its bytes piece by piece. Raises `ContentFault` before the first piece.

    They are looked at again on their way; should they change meanwhile, the last piece never leaves, so that whoever
    receives them sees an answer that was cut off and not a finished one.
    """
    check(sha256, size_bytes)
    return _pieces(sha256)


def copy_to(sha256: str, path: Path) -> int:
    """Write the bytes to a file, reading them once, and return their number.

    Raises `ContentFault` where they are missing, or turn out to be altered; then no file is left.
    """
    seen, size = hashlib.sha256(), 0
    with _opened(sha256) as file, path.open("xb") as target:
        while piece := file.read(PIECE):
            seen.update(piece)
            size += len(piece)
            target.write(piece)
    if seen.hexdigest() != sha256:
        path.unlink()
        raise ContentFault(sha256, seen.hexdigest(), size)
    return size


def _pieces(sha256: str) -> Iterator[bytes]:
    seen, size = hashlib.sha256(), 0
    held = b""
    with _opened(sha256) as file:
        while piece := file.read(PIECE):
            if held:
                yield held
            seen.update(piece)
            size += len(piece)
            held = piece
    if seen.hexdigest() != sha256:
        raise ContentFault(sha256, seen.hexdigest(), size)
    if held:
        yield held


def _opened(sha256: str) -> Any:
    try:
        return default_storage.open(name_of(sha256), "rb")
    except FileNotFoundError as error:
        raise ContentFault(sha256) from error


def _hash(file: Any) -> tuple[str, int]:
    seen, size = hashlib.sha256(), 0
    buffer = memoryview(bytearray(PIECE))
    readinto = getattr(file, "readinto", None) or getattr(getattr(file, "file", None), "readinto", None)
    if readinto is not None:
        while count := readinto(buffer):
            seen.update(buffer[:count])
            size += count
    else:
        while piece := file.read(PIECE):
            seen.update(piece)
            size += len(piece)
    return seen.hexdigest(), size
