"""What kind of file some bytes are: told by the bytes; a name only says which of two readings to try first."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: Bytes of the beginning that tell the kind.
HEAD: Final = 64


class Kind(StrEnum):
    """What is told apart. Everything that is not opened is `other`."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    HEIC = "heic"
    RAW = "raw"
    PDF = "pdf"
    OTHER = "other"


MEDIA_TYPES: Final = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.TIFF: "image/tiff",
    Kind.HEIC: "image/heic",
    Kind.RAW: "image/x-raw",
    Kind.PDF: "application/pdf",
    Kind.OTHER: "application/octet-stream",
}
PICTURES: Final = frozenset({Kind.JPEG, Kind.PNG, Kind.TIFF, Kind.HEIC, Kind.RAW})

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
#: Raw files that say so themselves.
_RAW_BEGINNINGS: Final = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\x00", b"FOVb")
#: Raw files that begin like a TIFF. Their own readers are tried first, and the TIFF's then.
_RAW_ENDINGS: Final = (
    ".3fr", ".arw", ".cr2", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".nef", ".nrw", ".pef", ".rwl",
    ".sr2", ".srf", ".srw",
)  # fmt: skip


def kind_of(head: bytes, name: str = "") -> Kind:
    """Return the kind of a file with this beginning (`HEAD` bytes of it) and name."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head[4:8] == b"ftyp":
        if head[8:12] == b"crx ":
            return Kind.RAW
        return Kind.HEIC if head[8:12] in _HEIC_BRANDS else Kind.OTHER
    if head.startswith(_RAW_BEGINNINGS):
        return Kind.RAW
    if head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        is_raw = head[8:10] == b"CR" or name.lower().endswith(_RAW_ENDINGS)
        return Kind.RAW if is_raw else Kind.TIFF
    return Kind.OTHER
