"""What may be inserted into a public update: single facts of open records. Apps above add theirs, so that this page
knows no bones; nothing that may be withheld from anybody of the case team is among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.utils.text import capfirst

from cases.models.base import Handling
from cases.public.words import Language, Value, languages, say

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from cases.models.case import Case
    from cases.models.public_update import PublicFact
    from cases.models.user import User

#: Facts of one kind that a form offers at most.
OFFERED = 200
Rows: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class FactKind:
    """One thing that a kind of record says, and that may be told to the public."""

    name: str
    label: StrOrPromise
    #: What the fact is called in texts, unless its author names it.
    key: str
    model: Any
    #: Returns what the record says, or nothing when it says nothing, or no longer stands.
    value: Callable[[Any], Value | None]
    #: References that the record's name and value are made of.
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as a record says it now."""

    kind: FactKind
    record: Any
    value: Value

    @property
    def choice(self) -> str:
        """Return how a form names it."""
        return f"{self.kind.name}:{self.record.pk}"

    def described(self, language: Language) -> str:
        """Describe it for a list to choose from."""
        return f"{capfirst(str(self.kind.label))}: {say(self.value, language)} ({self.record})"


_kinds: dict[str, FactKind] = {}


def contribute(kinds: Iterable[FactKind]) -> None:
    """Add kinds of facts."""
    for kind in kinds:
        _kinds.setdefault(kind.name, kind)


def kinds() -> dict[str, FactKind]:
    """Return every kind of fact by its name."""
    return dict(_kinds)


def _standing(kind: FactKind) -> Rows:
    rows = kind.model._default_manager.filter(handling=Handling.OPEN, withdrawn_at__isnull=True)
    return rows.select_related("case", *kind.related)


def offered(case: Case, user: User) -> Iterator[Fact]:
    """Yield what may be inserted from a case's open records, as this person sees them; one query for each kind."""
    for kind in _kinds.values():
        rows = _standing(kind).visible_to(user).filter(case=case).order_by("-id")[:OFFERED]
        for record in rows:
            value = kind.value(record)
            if value is not None:
                yield Fact(kind, record, value)


def chosen(case: Case, user: User, choice: str) -> Fact | None:
    """Return the fact that a form names, or nothing when this person may not insert it."""
    name, _colon, key = choice.partition(":")
    kind = _kinds.get(name)
    try:
        identifier = UUID(key)
    except ValueError:
        return None
    if kind is None:
        return None
    record = _standing(kind).visible_to(user).filter(case=case, pk=identifier).first()
    value = None if record is None else kind.value(record)
    return None if value is None else Fact(kind, record, value)


def as_they_are_now(facts: Iterable[PublicFact]) -> dict[UUID, Fact | None]:
    """Return what the records of these facts say now, by fact; nothing for one that no longer stands, or is not open.

    It asks once for each kind of fact among them.
    """
    by_kind: dict[str, list[PublicFact]] = defaultdict(list)
    for fact in facts:
        by_kind[fact.kind].append(fact)
    found: dict[UUID, Fact | None] = {}
    for name, those in by_kind.items():
        kind = _kinds.get(name)
        rows = {} if kind is None else _standing(kind).in_bulk({fact.record_id for fact in those})
        for fact in those:
            record = rows.get(fact.record_id)
            if kind is None or record is None or record.case_id != fact.case_id:
                found[fact.pk] = None
                continue
            value = kind.value(record)
            found[fact.pk] = None if value is None else Fact(kind, record, value)
    return found


def in_english(value: Value) -> str:
    """Say a value for those who work on the case."""
    return say(value, next(iter(languages().values())))
