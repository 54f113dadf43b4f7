"""What may be a topic, how topics are named on pages, and how one is found: by its address or by its number.

A name is the same for everybody who sees the topic: whatever is ever withheld in a record of its kind is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from cases import access
from cases.ledger.payloads import with_references
from cases.ledger.tables import recorded_tables
from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.membership import Role
from cases.models.topic import Topic

#: From whom something may be withheld in a record that they see: who has no role that knows more, and the liaison.
_KNOW_LEAST: Final = (frozenset[str](), frozenset({Role.LIAISON.value}))
#: Kinds of records that people call by a number, and the field that has it.
_numbered: dict[type[CaseRecord], str] = {}


def contribute_number(kind: type[CaseRecord], field: str) -> None:
    """Let records of a kind be found by the number or code that people call them by."""
    _numbered[kind] = field


def name_of(record: Any) -> str:
    """Return a record's kind and name, less what anybody of the case may not see of it."""
    named = copy(record)
    for name in frozenset().union(*(record.fields_hidden_from(roles) for roles in _KNOW_LEAST)):
        field: Any = record._meta.get_field(name)
        setattr(named, field.attname, None if field.null else "")
    return f"{capfirst(str(record._meta.verbose_name))} {named}".strip()


@cache
def about_kinds() -> frozenset[Any]:
    """Return the kinds of records that are about something, with what hangs on them: nothing is about these."""
    found: set[Any] = {Topic}
    models = [model for model in apps.get_models() if issubclass(model, CaseRecord)]
    while True:
        more = {
            model
            for model in models
            for field in model._meta.local_fields
            if isinstance(field, CaseForeignKey) and field.related_model in found
        }
        if more <= found:
            return frozenset(found)
        found |= more


def may_be_topic(kind: Any) -> bool:
    """Say whether something may be about a record of this kind."""
    return issubclass(kind, CaseRecord) and kind not in about_kinds()


def read_along(topics: Iterable[Topic | None]) -> None:
    """Read the records of many topics, with one query for each kind."""
    by_kind: dict[Any, list[Topic]] = {}
    for topic in topics:
        if topic is not None and topic.kind is not None:
            by_kind.setdefault(topic.kind, []).append(topic)
    for kind, those in by_kind.items():
        wanted = {topic.record_id for topic in those}
        found = {row.pk: row for row in with_references(kind._base_manager.filter(pk__in=wanted))}
        for topic in those:
            topic.__dict__["record"] = found.get(topic.record_id)


def address_of(record: Any) -> str:
    """Return how an address names a record: `remains_find:0190...`."""
    return f"{record._meta.db_table}:{record.pk}"


def at_address(user: access.Person, address: str) -> Any:
    """Return the record that an address names, if this person sees it and something may be about it, or None."""
    table_name, _colon, key = address.partition(":")
    table = recorded_tables().get(table_name)
    if table is None or table.kind != "case" or not may_be_topic(table.model):
        return None
    manager: Any = table.model._default_manager
    try:
        return manager.visible_to(user).select_related("case").filter(pk=UUID(key)).first()
    except (ValueError, ValidationError):
        return None


def numbered(user: access.Person, case: Any, number: str) -> list[Any]:
    """Return the records of a case that have this number or code and that this person sees."""
    found: list[Any] = []
    for kind, field in _numbered.items():
        rows: Any = kind._default_manager
        found += rows.visible_to(user).filter(case=case, **{field: number.strip()}).select_related("case")[:2]
    return found
