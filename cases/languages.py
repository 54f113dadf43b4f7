"""The languages in which the papers of a case are written, and the words of ours in each.

The catalogues stand in `locale/<language>/LC_MESSAGES/django.po`, as Django's own tools write them. They are read from
there when a language is first used, so that nothing has to be compiled beforehand.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

#: Between the forms of a plural, and between the context of a message and the message.
_NUL, _CONTEXT = "\0", "\4"
_MAGIC: Final = 0x950412DE
_LINE: Final = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s*)?"(.*)"\s*')
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


def paper_languages() -> list[tuple[str, str]]:
    """Return the languages that may be chosen for a case, each by its own name."""
    return list(settings.TAPHOS_PAPER_LANGUAGES)


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Say everything inside in this language; what its catalogue does not have is said in English."""
    _install(language)
    with translation.override(language):
        yield


def capitalised(text: str) -> str:
    """Return a text with a capital in front, as the language that is spoken now writes it.

    In Azerbaijani and Turkish the capital of i has its dot; Georgian has no capitals in front of words.
    """
    language = translation.get_language() or "en"
    if language == "ka" or not text:
        return text
    front = "\u0130" if text[0] == "i" and language in {"az", "tr"} else text[0].upper()
    return front + text[1:]


@cache
def _install(language: str) -> None:
    """Add our words to Django's own of this language, once in a process."""
    for folder in settings.LOCALE_PATHS:
        path = Path(folder) / translation.to_locale(language) / "LC_MESSAGES" / "django.po"
        if path.exists():
            known = trans_real.translation(language)
            known.merge(GNUTranslations(BytesIO(compiled(read_catalogue(path.read_text("utf-8"))))))


def read_catalogue(text: str) -> dict[str, str]:
    """Return the messages of a PO file as gettext keys them: with context before, and plural forms together.

    What is marked as fuzzy, or not translated, is left out. Raises ValueError for a line that is none of a PO file.
    """
    messages: dict[str, str] = {}
    for entry in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        lines = [line.strip() for line in entry.splitlines()]
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        name = ""
        for line in lines:
            if not line or line.startswith("#"):
                continue
            match = _LINE.fullmatch(line)
            if match is None or not (match[1] or name):
                raise ValueError(f"no line of a catalogue: {line}")
            if match[1]:
                name = match[1] + (match[2] or "")
            parts[name] = parts.get(name, "") + re.sub(r"\\(.)", lambda m: _ESCAPES[m[1]], match[3])
        if "msgid" not in parts:
            continue
        forms = [parts[form] for form in sorted(parts) if form.startswith("msgstr")]
        if not all(forms):
            continue
        key = parts["msgid"] + (_NUL + parts["msgid_plural"] if "msgid_plural" in parts else "")
        messages[f"{parts['msgctxt']}{_CONTEXT}{key}" if "msgctxt" in parts else key] = _NUL.join(forms)
    return messages


def compiled(messages: dict[str, str]) -> bytes:
    """Return messages in the binary form of gettext (MO)."""
    rows = sorted((key.encode(), said.encode()) for key, said in messages.items())
    header = 7 * 4
    offset = header + 16 * len(rows)
    tables: list[bytes] = []
    texts = b""
    for column in (0, 1):
        for row in rows:
            tables.append(struct.pack("<II", len(row[column]), offset + len(texts)))
            texts += row[column] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(rows), header, header + 8 * len(rows), 0, offset)
    return head + b"".join(tables) + texts
