"""Payloads made readable: values in words, references as labels, and nothing that the viewer may not see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.models.base import CaseRecord, Handling

#: What says nothing in a history: it is the record's identity, counts the history itself, or repeats its times.
LEFT_OUT: Final = frozenset({"id", "pk", "case", "version", "status_since"})
#: Characters of a structure that a page shows as it is written; the ledger keeps all of it.
SHOWN: Final = 300
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after; None where it was empty, or is not for this viewer."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees in the case of a record, or of the system's records: their roles, and handlings by those."""

    roles: frozenset[str]
    handlings: frozenset[str]

    @classmethod
    def of(cls, viewer: access.Person, case: Any) -> Sight:
        """Return what this person sees in a case; without one, in the records of the system, where all is open."""
        roles = access.roles_in(viewer, case) if case is not None else access.standing(viewer).every_role()
        return cls(
            roles, access.handlings_seen(roles) if case is not None else frozenset({Handling.OPEN.value})
        )

    def shows(self, model: type[models.Model]) -> bool:
        """Say whether any record of a kind may be for these eyes; of a case's team, every kind is."""
        return True

    def left_out(self, model: type[models.Model]) -> frozenset[str]:
        """Name the columns of a kind that are never for these eyes, whatever a record says."""
        return frozenset()

    def covers(self, payload: Payload) -> bool:
        """Say whether a record was for these eyes when it was like this."""
        return payload.get("handling", Handling.OPEN.value) in self.handlings

    def hidden_in(self, record: models.Model) -> frozenset[str]:
        """Name the fields of a record that are not for these eyes."""
        return record.fields_hidden_from(self.roles) if isinstance(record, CaseRecord) else frozenset()

    def label(self, record: models.Model | None) -> str | None:
        """Return the name of a freshly read record without what is hidden in it, or None when all of it is."""
        if record is None or getattr(record, "handling", Handling.OPEN) not in self.handlings:
            return None
        for name in self.hidden_in(record):
            field: Any = record._meta.get_field(name)
            setattr(record, field.attname, None if field.null else "")
        return str(record) or None


def parsed(text: str) -> Payload:
    """Return a payload with its decimals as they were written."""
    payload: Payload = json.loads(text, parse_float=Decimal)
    return payload


def with_references(records: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Read along what the records' names are made of, so that a name costs no query of its own."""
    names = [field.name for field in records.model._meta.concrete_fields if field.is_relation]
    return records.select_related(*names) if names else records


class Reader:
    """Reads payloads of one kind of record for one viewer, with one query for each kind of record referred to."""

    def __init__(self, model: type[models.Model], sight: Sight, payloads: Iterable[Payload]) -> None:
        self.model = model
        self.sight = sight
        self.columns: list[Any] = list(model._meta.concrete_fields)
        self.fields = [field for field in self.columns if field.name not in LEFT_OUT]
        self.related = self._read_related(list(payloads))
        self.labels: dict[tuple[Any, str], str | None] = {}

    def _read_related(self, payloads: list[Payload]) -> dict[Any, dict[str, models.Model]]:
        wanted: dict[Any, set[Any]] = {}
        for field in self.columns:
            if field.is_relation:
                ids = {payload[field.column] for payload in payloads if payload.get(field.column) is not None}
                wanted.setdefault(field.related_model, set()).update(ids)
        return {
            model: {
                str(record.pk): record for record in with_references(model._base_manager.filter(pk__in=ids))
            }
            for model, ids in wanted.items()
            if ids
        }

    def hidden_in(self, payload: Payload) -> frozenset[str]:
        """Name the fields that were not for the viewer while the record was like this."""
        if not issubclass(self.model, CaseRecord):
            return frozenset()
        record = self.model()
        for field in self.columns:
            if field.column in payload:
                setattr(record, field.attname, field.to_python(payload[field.column]))
                if field.is_relation:
                    field.set_cached_value(record, self._referred(field, payload))
        return self.sight.hidden_in(record)

    def differences(self, before: Payload | None, after: Payload, hidden: frozenset[str]) -> list[Difference]:
        """Return what changed from one payload to the next; all that is filled in when there is none before."""
        names = {field.name for field in self.fields}
        found = []
        for field in self.fields:
            derived = field.name.removesuffix("_earliest_on").removesuffix("_latest_on")
            if field.name in hidden or (derived != field.name and f"{derived}_edtf" in names):
                continue
            old = None if before is None else before.get(field.column)
            new = after.get(field.column)
            if field.column not in after or old == new:
                continue
            shown = self.in_words(field, before or {}), self.in_words(field, after)
            if shown != (None, None):
                found.append(Difference(str(field.verbose_name), *shown))
        return found

    def in_words(self, field: Any, payload: Payload) -> str | None:
        """Return a field's value as people read it, or None when it is empty or not for the viewer."""
        value = payload.get(field.column)
        if value is None or value == "":
            return None
        if field.is_relation:
            return self._label(field, payload)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(field, models.DateTimeField):
            instant = parse_datetime(str(value))
            return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M") if instant else str(value)
        if isinstance(value, dict | list):
            return _structure_in_words(value)
        return str(value)

    def _referred(self, field: Any, payload: Payload) -> models.Model | None:
        return self.related.get(field.related_model, {}).get(str(payload.get(field.column)))

    def _label(self, field: Any, payload: Payload) -> str | None:
        key = (field.related_model, str(payload[field.column]))
        if key not in self.labels:
            self.labels[key] = self.sight.label(self._referred(field, payload))
        return self.labels[key]


def _structure_in_words(value: dict[str, Any] | list[Any]) -> str | None:
    """Return a list or a table of values as people read it; of a long or nested one, what it is.

    Whoever checks it reads the ledger: a page of identifiers tells nobody anything.
    """
    if not value:
        return None
    parts = value if isinstance(value, list) else list(value.values())
    written = json.dumps(value, ensure_ascii=False, default=str)
    if _UUID.search(written) or len(written) > SHOWN:
        size = len(value)
        return ngettext(
            "%(size)s entry, whole in the ledger", "%(size)s entries, whole in the ledger", size
        ) % {"size": size}
    if any(isinstance(part, dict | list) for part in parts):
        return written
    if isinstance(value, list):
        return ", ".join(str(part) for part in parts)
    return "; ".join(f"{name}: {_scalar(part)}" for name, part in value.items())


def _scalar(value: Any) -> str:
    return "-" if value is None or value == "" else str(value)
