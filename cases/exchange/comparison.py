"""What a contribution would change, field by field: what the partner says, what it said before, what the case has.

Where both ends changed the same field, a person says which of the two stands; nothing here decides it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.text import capfirst

from cases.api.serializers import RecordSerializer, look_up, read, serializer_of, settle
from cases.exchange.contributed import Contributed, contributed_kinds
from cases.models.code import CodeField
from cases.models.contribution import Contribution, ContributionStatus
from cases.models.ledger import LedgerEntry

__all__ = [
    "Compared",
    "Standing",
    "compare",
    "earlier",
    "looked_up",
    "read_values",
    "said_of",
    "settle",
    "shown_as_written",
    "standing",
    "target_of",
]

#: What the case decides about a record, and no partner.
_OF_THE_CASE = ("case", "handling", "withheld")


class Standing(StrEnum):
    """How one field stands between the two ends."""

    NEW = "new"
    SAME = "same"
    THEIRS = "theirs"
    OURS = "ours"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: what each end has, as JSON, and how it stands."""

    name: str
    label: str
    theirs: Any
    before: Any
    ours: Any
    standing: Standing


def reader_of(kind: Contributed, values: Any = None, *, partial: bool = False) -> RecordSerializer:
    """Return what reads the fields that a partner may say of a kind of record."""
    serializer: RecordSerializer = serializer_of(kind.model)(data=values, partial=partial)
    for name in _OF_THE_CASE:
        serializer.fields.pop(name, None)
    return serializer


def read_values(kind: Contributed, values: Any, *, partial: bool = False) -> dict[str, Any]:
    """Return what a partner says as a record's own values, or refuse with all that is wrong with it."""
    return read([reader_of(kind, values, partial=partial)])[0]


def looked_up(kind: Contributed, values: Any, actor: Any, *, partial: bool = False) -> dict[str, Any]:
    """Return the same with the records that it names, as the person who decides sees them."""
    row = read_values(kind, values, partial=partial)
    look_up(kind.model, [row], actor)
    return row


def earlier(contribution: Contribution) -> Any:
    """Return what the same partner sent earlier under the same identifier, newest first."""
    return Contribution.objects.filter(
        case=contribution.case_id,
        kind=contribution.kind,
        identifier=contribution.identifier,
        client__agency=contribution.client.agency_id,
        withdrawn_at__isnull=True,
        id__lt=contribution.pk,
    ).order_by("-id")


def target_of(contribution: Contribution) -> tuple[Any, Mapping[str, Any]]:
    """Return the record that would be changed, and what the partner last knew of it; None where it would be new."""
    kind = contributed_kinds()[contribution.kind]
    if contribution.record is not None:
        record = kind.model._base_manager.select_related("case").filter(pk=contribution.record).first()
        return record, _as_it_was(kind, contribution)
    taken = earlier(contribution).filter(status=ContributionStatus.ACCEPTED).first()
    if taken is None:
        return None, {}
    record = kind.model._base_manager.select_related("case").filter(pk=taken.became).first()
    return record, normal(kind, taken.values)


def compare(contribution: Contribution) -> list[Compared]:
    """Return how each field that the partner says stands."""
    kind = contributed_kinds()[contribution.kind]
    record, before = target_of(contribution)
    theirs = normal(kind, contribution.values)
    ours = {} if record is None else shown(kind, record, theirs)
    return [
        Compared(
            name,
            str(capfirst(kind.model._meta.get_field(name).verbose_name)),
            value,
            before.get(name),
            ours.get(name),
            Standing.NEW if record is None else standing(value, before.get(name), ours.get(name)),
        )
        for name, value in theirs.items()
    ]


def standing(theirs: Any, before: Any, ours: Any) -> Standing:
    """Say how a field stands that a record has already.

    What was not said before and is empty in the case was changed by nobody there.
    """
    if theirs == ours:
        return Standing.SAME
    if ours == before or (before is None and ours == ""):
        return Standing.THEIRS
    return Standing.OURS if theirs == before else Standing.CONFLICT


def normal(kind: Contributed, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the interface would answer them, so that 4.50 and 4.5 are one."""
    reader = reader_of(kind, values, partial=True)
    reader.is_valid()
    said = reader.validated_data if not reader.errors else {}
    answer: dict[str, Any] = {}
    for name in values:
        field = reader.fields.get(name)
        source = getattr(field, "source", name)
        if field is not None and source in said and not field.write_only:
            value = said[source]
            answer[name] = None if value is None else field.to_representation(value)
    return answer


def shown(kind: Contributed, record: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return fields of a record as the interface answers them."""
    reader = reader_of(kind)
    answer = {}
    for name in names:
        field = reader.fields[name]
        value = field.get_attribute(record)
        answer[name] = None if value is None else field.to_representation(value)
    return answer


def said_of(kind: Contributed, record: Any, there: Mapping[Any, str]) -> dict[str, Any]:
    """Return what a record here says, as it would be contributed to another installation.

    Records that it refers to are called as they are `there`, and left empty where nothing there stands for them.
    Codes are the same everywhere.
    """
    reader = reader_of(kind)
    said: dict[str, Any] = {}
    for name, field in reader.fields.items():
        if field.read_only or field.write_only:
            continue
        column = kind.model._meta.get_field(name)
        value = field.get_attribute(record)
        if column.is_relation and not isinstance(column, CodeField):
            said[name] = there.get(value)
        else:
            said[name] = None if value is None else field.to_representation(value)
    return said


def _as_it_was(kind: Contributed, contribution: Contribution) -> dict[str, Any]:
    """Return the record at the version that the partner read, as the ledger has it."""
    entries = LedgerEntry.objects.filter(
        chain=contribution.case_id, table_name=kind.model._meta.db_table, record_id=str(contribution.record)
    ).order_by("seq")
    for text in entries.values_list("payload", flat=True):
        payload = json.loads(text)
        if payload.get("version") == contribution.read_version:
            return shown_as_written(kind, payload, contribution.values)
    return {}


def shown_as_written(kind: Contributed, payload: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return fields of a record as the ledger wrote it, here or elsewhere, as the interface answers them.

    What was withheld of it is left out.
    """
    fields = {field.name: field for field in kind.model._meta.concrete_fields if field.column in payload}
    record = kind.model(
        **{
            field.attname: None if payload[field.column] is None else field.to_python(payload[field.column])
            for field in fields.values()
        }
    )
    return shown(kind, record, [name for name in names if name in fields])
