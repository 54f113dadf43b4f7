"""What hangs on a record, found from the references between the kinds of records: whatever app they belong to, and
withdrawn or not. One query for each kind of record, two more where a kind refers to itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import Q

from cases.models.base import CaseForeignKey, Handling
from cases.models.topic import Topic
from cases.services.record import case_references
from cases.topics import may_be_topic

Kind: TypeAlias = Any
Key: TypeAlias = tuple[Kind, UUID]


@dataclass(frozen=True, slots=True)
class Part:
    """One record that hangs on another: its handling, and all that it hangs on."""

    id: UUID
    handling: str
    parents: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """All that hangs on a record, by kind; a kind comes after those that it hangs on."""

    of: Key
    parts: dict[Kind, list[Part]] = field(default_factory=dict)

    def every_part(self) -> Iterator[tuple[Kind, Part]]:
        """Yield each part with its kind."""
        for kind, parts in self.parts.items():
            for part in parts:
                yield kind, part

    def other_parents(self, kinds: dict[Kind, list[Part]]) -> dict[Kind, set[UUID]]:
        """Return what some of the parts hang on beside the record and its parts, by kind."""
        inside = {self.of, *((kind, part.id) for kind, part in self.every_part())}
        outside: dict[Kind, set[UUID]] = {}
        for parts in kinds.values():
            for part in parts:
                for kind, key in part.parents:
                    if (kind, key) not in inside:
                        outside.setdefault(kind, set()).add(key)
        return outside


def references_to(model: Kind) -> list[Any]:
    """Return the references by which other records of its case hang on a kind of record."""
    fields = (getattr(relation, "field", None) for relation in model._meta.related_objects)
    return [field for field in fields if isinstance(field, CaseForeignKey)]


def _hanging_on(kind: Kind) -> Iterator[Kind]:
    """Yield the kinds of records that refer to a kind of record, or are about one."""
    yield from (reference.model for reference in references_to(kind))
    if may_be_topic(kind):
        yield Topic


@cache
def kinds_below(model: Any) -> tuple[Kind, ...]:
    """Return the kinds of records that may hang on this kind, each after those that it hangs on."""
    reached: set[Kind] = {model}
    ahead = [model]
    while ahead:
        for kind in _hanging_on(ahead.pop()):
            if kind not in reached:
                reached.add(kind)
                ahead.append(kind)
    ordered = sorted(reached, key=lambda kind: str(kind._meta.label))
    above = {
        kind: [f.related_model for f in case_references(kind) if f.related_model in reached - {kind}]
        for kind in ordered
    }
    if Topic in above:
        above[Topic] = [kind for kind in ordered if may_be_topic(kind)]
    itself = any(reference.model is model for reference in references_to(model))
    return tuple(kind for kind in TopologicalSorter(above).static_order() if kind is not model or itself)


def read_below(record: Any, *, lock: bool = False) -> Below:
    """Read all that hangs on a record; locked, nothing more can be hung on any of it until the transaction ends."""
    root = type(record)
    below = Below((root, record.pk))
    known: dict[Kind, set[UUID]] = {root: {record.pk}}
    for kind in kinds_below(root):  # type: ignore[arg-type]
        references = list(case_references(kind))
        hangs = Q(pk__in=())
        for reference in references:
            if reference.related_model is not kind and known.get(reference.related_model):
                hangs |= Q(**{f"{reference.attname}__in": known[reference.related_model]})
        own = [reference for reference in references if reference.related_model is kind]
        if own:
            first = set(kind._base_manager.filter(hangs).values_list("pk", flat=True))
            hangs = Q(pk__in=_following(kind, own, first | known.get(kind, set())) - known.get(kind, set()))
        if kind is Topic:
            for of, keys in known.items():
                hangs |= Q(table_name=of._meta.db_table, record_id__in=keys)
        rows = kind._base_manager.filter(hangs).order_by("pk")
        if lock:
            rows = rows.select_for_update()
        parts = list(_topics(rows, known) if kind is Topic else _parts(rows, references))
        if parts:
            below.parts[kind] = parts
            known[kind] = known.get(kind, set()) | {part.id for part in parts}
    return below


def _parts(rows: Any, references: list[Any]) -> Iterator[Part]:
    for key, handling, *keys in rows.values_list("pk", "handling", *(f.attname for f in references)):
        named = zip(references, keys, strict=True)
        yield Part(
            key, handling, tuple((f.related_model, parent) for f, parent in named if parent is not None)
        )


def _topics(rows: Any, known: dict[Kind, set[UUID]]) -> Iterator[Part]:
    kinds = {kind._meta.db_table: kind for kind in known}
    for key, handling, table_name, of in rows.values_list("pk", "handling", "table_name", "record_id"):
        yield Part(key, handling, ((kinds[table_name], of),))


def _following(kind: Kind, references: Iterable[Any], keys: set[UUID]) -> set[UUID]:
    """Return these records of one kind with all that hangs on them by the kind's references to itself."""
    joined = " OR ".join(f'r."{reference.column}" = b.id' for reference in references)
    # Names of tables and columns are the model's own.
    walk = (
        "WITH RECURSIVE b(id) AS (SELECT unnest(%s::uuid[]) "  # noqa: S608
        f'UNION SELECT r.id FROM "{kind._meta.db_table}" r JOIN b ON {joined}) SELECT id FROM b'
    )
    with connection.cursor() as cursor:
        cursor.execute(walk, [list(keys)])
        return {key for (key,) in cursor.fetchall()}


def restricted(keys: dict[Kind, set[UUID]]) -> dict[Kind, set[UUID]]:
    """Return those of these records that are not open to all of the case team."""
    found = {
        kind: set(
            kind._base_manager.filter(pk__in=ids).exclude(handling=Handling.OPEN).values_list("pk", flat=True)
        )
        for kind, ids in keys.items()
    }
    return {kind: ids for kind, ids in found.items() if ids}
