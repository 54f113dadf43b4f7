"""What awaits a decision: one list for the page of decisions, the start pages and every record's own page.

Each app contributes its kinds of decisions, with whoever decides, the whole of what is decided, and the two doors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from django.db.models import QuerySet
from django.urls import reverse

from cases import access
from cases.counts import count_together
from cases.ledger.history import changed_since

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from cases.ledger.payloads import Difference
    from cases.models.user import User
    from cases.refusals import Refusal

#: Decisions of a kind that a list shows and a start page counts; beyond it, the number helps nobody.
COUNTED: Final = 100


class Door(Protocol):
    """One way out: a service that decides, at the version that was read."""

    def __call__(self, *, actor: User, record: Any, reason: str, version: int) -> Any:
        """Decide, or refuse."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is known to whoever decides."""

    label: str
    value: str
    link: str = ""
    #: The language of the value, where it is another one than the page's.
    language: str = ""

    @property
    def mark(self) -> str:
        """Return a short mark of what the line says, by which a page notices that it says something else by now."""
        return hashlib.sha256(f"{self.label}\n{self.value}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what is decided: lines, and where these do not say it all, a template with what it shows."""

    title: StrOrPromise
    lines: list[Line] = field(default_factory=list)
    template: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """Approving, or refusing: what it is called here, its door, and whether it needs a reason."""

    label: StrOrPromise
    door: Door
    needs_reason: bool
    #: What follows from it, in a sentence.
    meaning: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of decision. `waiting` are the rows that await somebody's decision and that this person may decide."""

    key: str
    title: StrOrPromise
    model: Any
    permission: str
    waiting: Callable[[User], QuerySet[Any]]
    #: Whether a record awaits this decision at all, whoever looks.
    awaits: Callable[[Any], bool]
    sentence: Callable[[Any], str]
    whole: Callable[[Any, User], Iterable[Section]]
    approve: Choice
    refuse: Choice
    #: Why this person is not the one to approve, such as having asked for it, or None.
    blocked: Callable[[Any, User], Refusal | None]
    css: tuple[str, ...] = ()
    #: What differs from a version of the record that was read, where more is decided than the record itself says.
    differences: Callable[[Any, User, int], list[Difference]] = changed_since

    def link(self, record: Any) -> str:
        """Return the address of the page on which a record is decided."""
        return reverse("admin:cases_case_decide", args=[self.key, record.pk])


@dataclass(frozen=True, slots=True)
class Awaited:
    """One decision that waits for a person."""

    source: Source
    record: Any

    @property
    def sentence(self) -> str:
        """Return what is decided, in a sentence."""
        return self.source.sentence(self.record)

    @property
    def link(self) -> str:
        """Return the address of its page."""
        return self.source.link(self.record)


_sources: dict[str, Source] = {}


def contribute(source: Source) -> None:
    """Add a kind of decision."""
    _sources.setdefault(source.key, source)


def source_of(key: str) -> Source | None:
    """Return the kind of decision with this key, or None."""
    return _sources.get(key)


def awaiting(user: User, *, limit: int = COUNTED) -> Iterator[tuple[Source, list[Awaited]]]:
    """Yield each kind of decision with what waits for this person, oldest first; kinds with nothing are left out."""
    for source in _sources.values():
        if not access.may_somewhere(user, source.permission):
            continue
        rows = [Awaited(source, record) for record in source.waiting(user).order_by("id")[:limit]]
        if rows:
            yield source, rows


def counts(user: User) -> list[tuple[Source, int]]:
    """Return how many decisions of each kind wait for this person, up to `COUNTED`, in one question."""
    asked = {
        source.key: source.waiting(user)
        for source in _sources.values()
        if access.may_somewhere(user, source.permission)
    }
    found = count_together(asked, upto=COUNTED - 1)
    return [(_sources[key], number) for key, number in found.items() if number]


def of_record(record: Any, user: User) -> Iterator[Source]:
    """Yield the decisions that this record awaits and that are this person's to take, or to see why they are not."""
    for source in _sources.values():
        if (
            isinstance(record, source.model)
            and source.awaits(record)
            and access.may(user, source.permission, record.case)
        ):
            yield source
