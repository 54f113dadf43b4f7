"""A check of all stored files: each read and held against its hash, several at once, in memory that does not grow.

What a record names and is missing or altered sounds an alarm; what no record names is a stray. The progress is given in
by the caller.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any, Final
from uuid import UUID

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from evidence import content
from evidence.content import ContentFault
from evidence.models import Document, NoticedBy, Photograph
from evidence.services import file_alarm

#: Files that are read at once.
AT_ONCE: Final = max(2, min(8, os.cpu_count() or 2))
#: Files that wait for a reader, so that none of them ever has to wait for the database.
AHEAD: Final = 4 * AT_ONCE
#: Files whose records are held in memory at once.
IN_ONE_GO: Final = 30_000
_DIGITS: Final = "0123456789abcdef"
#: Told how many more files, and bytes of originals, were read.
Progress = Callable[[int, int], None]


class Grade(StrEnum):
    """How bad a finding is, the worst first."""

    MISSING = "missing"
    ALTERED = "altered"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Finding:
    """One file that is not as it should be."""

    grade: Grade
    sha256: str
    #: Cases and numbers of the records that it belongs to.
    records: tuple[str, ...] = ()
    detail: str = ""

    def __str__(self) -> str:
        named = ", ".join(self.records)
        return " ".join(part for part in (f"{self.grade}:", self.sha256, named, self.detail) if part)


@dataclass(slots=True)
class Stored:
    """The bytes that records name under one hash."""

    sha256: str
    records: list[str]
    size_bytes: int | None = None


def expected(prefix: str = "", case: UUID | None = None) -> dict[str, Stored]:
    """Return what records name under hashes that begin like this, of one case or of all."""
    found: dict[str, Stored] = {}
    for model in (Photograph, Document):
        rows: Any = model._base_manager.order_by()
        if case is not None:
            rows = rows.filter(case=case)
        for column in ("sha256", "screen_sha256", "thumbnail_sha256"):
            named = rows.filter(**{f"{column}__startswith": prefix}).exclude(**{column: ""})
            values = named.values_list(column, "size_bytes", "case__number", "number")
            for sha256, size, number, record in values.iterator(chunk_size=2000):
                stored = found.setdefault(sha256, Stored(sha256, []))
                if column == "sha256":
                    stored.size_bytes = size
                if len(stored.records) < 5:
                    stored.records.append(f"{number} {record}")
    return found


def count(case: UUID | None = None) -> int:
    """Return about how many files there are to read, for a progress bar."""
    rows = [model._base_manager.order_by() for model in (Photograph, Document)]
    return sum(3 * (each.filter(case=case) if case else each).count() for each in rows)


def check_files(case: UUID | None = None, progress: Progress | None = None) -> Iterator[Finding]:
    """Check every file that records name, and yield what is wrong; without a case, what nobody names as well."""
    with ThreadPoolExecutor(AT_ONCE) as readers:
        for prefix in _portions(count(case)):
            named = expected(prefix, case)
            yield from _read(readers, named.values(), progress)
            if case is None:
                yield from _strays(prefix, named)


def _portions(files: int) -> list[str]:
    """Return the beginnings of hashes by which so many files are gone through in memory that does not grow."""
    digits = 0 if files <= IN_ONE_GO else 1 if files <= 16 * IN_ONE_GO else 2
    return ["".join(chosen) for chosen in product(_DIGITS, repeat=digits)]


def _read(
    readers: ThreadPoolExecutor, stored: Iterable[Stored], progress: Progress | None
) -> Iterator[Finding]:
    waiting: list[tuple[Stored, Future[int]]] = []
    for each in stored:
        waiting.append((each, readers.submit(_size_of_whole, each)))
        if len(waiting) >= AHEAD:
            yield from _judged(*waiting.pop(0), progress)
    while waiting:
        yield from _judged(*waiting.pop(0), progress)


def _size_of_whole(stored: Stored) -> int:
    return content.check(stored.sha256, stored.size_bytes)


def _judged(stored: Stored, reading: Future[int], progress: Progress | None) -> Iterator[Finding]:
    try:
        size = reading.result()
    except ContentFault as fault:
        size = fault.found_bytes or 0
        file_alarm.sound(fault, NoticedBy.CHECK)
        detail = "" if fault.is_missing else _("is now %(found)s") % {"found": fault.found}
        grade = Grade.MISSING if fault.is_missing else Grade.ALTERED
        yield Finding(grade, stored.sha256, tuple(stored.records), detail)
    if progress is not None:
        progress(1, size)


def _strays(prefix: str, named: dict[str, Stored]) -> Iterator[Finding]:
    """Yield what lies where hashes begin like this and is named by no record."""
    for first in _folders(""):
        if not first.startswith(prefix):
            continue
        for second in _folders(first):
            for name in _listed(f"{first}/{second}")[1]:
                if name not in named:
                    yield Finding(Grade.STRAY, name)


def _folders(folder: str) -> list[str]:
    """Return the folders of hashes in a folder; what else lies there is no stored file."""
    return sorted(name for name in _listed(folder)[0] if len(name) == 2 and set(name) <= set(_DIGITS))


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
