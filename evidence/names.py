"""Names of files from outside: kept as they were stated, shown and handed out without what could mislead."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 255
#: Signs that turn the direction of a text, or are not seen at all.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*%]')
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def as_stated(name: str) -> str:
    """Return a name as somebody stated it, as far as a database can hold it."""
    return name.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()[:LONGEST]


def safe(name: str, otherwise: str = "file") -> str:
    """Return the last part of a name without signs that lead elsewhere, turn the text round, or are not seen."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", last)
        if sign.isspace() or unicodedata.category(sign) not in _UNSEEN
    )
    plain = " ".join(_FORBIDDEN.sub("_", seen).split()).strip(". ")
    if not plain or _RESERVED.fullmatch(plain):
        plain = f"{otherwise}_{plain}".strip("_")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:120]
    return f"{stem[:100]}.{ending[:16]}"
