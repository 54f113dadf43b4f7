"""Records as JSON: every column of a kind of record under its own name, as its model declares it.

What may be written, must be, and how long it is, the model says; a concept's own file says only what differs. What a
viewer may not see is left out of the answer and named in `withheld`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from cases import access
from cases.api import fields
from cases.api.problems import SeveralInvalid
from cases.models.base import CaseRecord, Handling
from cases.models.code import CodeField
from cases.refusals import Invalid, Refusal
from cases.services.record import case_references

#: What a fault of a field is called.
_CODES = {
    "required": "record.required",
    "null": "record.required",
    "unknown_field": "request.unknown_field",
    "read_only_field": "request.read_only_field",
}
#: Records that are made by one request at most.
MOST_AT_ONCE = 1_000
#: What every record has stands around what it has of its own.
_FIRST = ("id", "case")
_LAST = ("handling", "version", "withdrawn_at", "withdrawn_reason")
#: Faults of a body that are about no field.
_OF_ALL = "non_field_errors"


class RecordSerializer(serializers.ModelSerializer):
    """One kind of record."""

    serializer_field_mapping: ClassVar = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: fields.TextField,
        models.TextField: fields.TextField,
        models.PositiveIntegerField: fields.WholeNumberField,
        models.PositiveSmallIntegerField: fields.WholeNumberField,
        models.BigIntegerField: fields.WholeNumberField,
        models.IntegerField: fields.WholeNumberField,
        models.DecimalField: fields.NumberField,
        models.BooleanField: fields.YesNoField,
        models.DateField: fields.DayField,
        models.UUIDField: fields.KeyField,
        models.JSONField: fields.StructureField,
    }
    serializer_choice_field = fields.OneOfField

    withheld = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Names of the fields of this record that you may not see. They are left out of the answer.",
    )

    class Meta:
        model: Any = None
        #: Columns that the interface does not have.
        left_out: tuple[str, ...] = ()

    # --- which fields

    def get_field_names(self, declared_fields: Any, info: Any) -> list[str]:
        """Name every column, and what is declared besides."""
        left_out = getattr(self.Meta, "left_out", ())
        columns = [
            field.name for field in self.Meta.model._meta.concrete_fields if field.name not in left_out
        ]
        names = [
            *(name for name in _FIRST if name in columns),
            *(name for name in columns if name not in {*_FIRST, *_LAST}),
            *(name for name in _LAST if name in columns),
        ]
        return [*names, *(name for name in declared_fields if name not in names)]

    def get_fields(self) -> dict[str, Any]:
        """Take the case from what a record belongs to, where it must belong to something."""
        found = super().get_fields()
        references = [field for field in case_references(self.Meta.model) if field.editable]
        if "case" in found and references:
            found["case"].required = False
            found["case"].read_only = any(not field.null for field in references)
        if not hasattr(self.Meta.model, "withdrawn_at"):
            found.pop("withheld", None)
        return found

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Leave it to the services to say that something is taken; an empty text is no value where NULL is."""
        kind, kwargs = super().build_standard_field(field_name, model_field)
        kwargs["validators"] = [
            validator for validator in kwargs.get("validators", ()) if not hasattr(validator, "queryset")
        ]
        if not kwargs["validators"]:
            del kwargs["validators"]
        if model_field.null:
            kwargs["allow_null"] = True
            kwargs.pop("allow_blank", None)
        if model_field.choices and kwargs.get("read_only"):
            kind = fields.OneOfField
            said: dict[str, Any] = {
                name: kwargs[name] for name in ("read_only", "allow_null", "help_text") if name in kwargs
            }
            kwargs = {**said, "choices": model_field.choices}
        if isinstance(model_field, ArrayField):
            kwargs.setdefault("max_length", 200)
        return kind, kwargs

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        """Give a reference as the identifier of what it names."""
        field = relation_info.model_field
        kwargs: dict[str, Any] = {"source": field.attname}
        if not field.editable:
            kwargs["read_only"] = True
        else:
            kwargs["required"] = not (field.null or field.blank)
        if field.null:
            kwargs["allow_null"] = True
        if field.help_text:
            kwargs["help_text"] = field.help_text
        if isinstance(field.target_field, models.UUIDField):
            return fields.KeyField, kwargs
        if isinstance(field, CodeField):
            kwargs["help_text"] = f"A code of the list `{field.scheme}`."
        return fields.CodeKeyField, kwargs if kwargs.get("read_only") else {**kwargs, "max_length": 80}

    def get_validators(self) -> list[Any]:
        """Rules between fields are the services' and the database's."""
        return []

    # --- what is answered

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return what the viewer may see of a record, and of that what they asked for."""
        hidden: frozenset[str] = frozenset()
        if isinstance(instance, CaseRecord):
            hidden = access.hidden_fields(self.context["request"].user, instance)
        wanted: frozenset[str] | None = self.context.get("wanted")
        answer: dict[str, Any] = {}
        for field in self._readable_fields:
            name = str(field.field_name)
            if name == "withheld" or name in hidden or (wanted is not None and name not in wanted):
                continue
            value = field.get_attribute(instance)
            answer[name] = None if value is None else field.to_representation(value)
        if "withheld" in self.fields:
            answer["withheld"] = sorted(hidden & self.fields.keys())
        return answer

    # --- what is taken

    def to_internal_value(self, data: Any) -> Any:
        """Refuse by name what no record of this kind has, and what nobody writes."""
        faults: dict[str, Any] = {}
        for name in data:
            if name not in self.fields:
                faults[str(name)] = [_detail(_("There is no such field."), "unknown_field")]
            elif self.fields[name].read_only:
                faults[name] = [_detail(_("This field is only read."), "read_only_field")]
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **faults}) from error  # type: ignore[dict-item]
        if faults:
            raise serializers.ValidationError(faults)
        return values


def serializer_of(model: Any) -> type[RecordSerializer]:
    """Return the serializer of a kind of record of which nothing differs from its model."""
    meta = type("Meta", (RecordSerializer.Meta,), {"model": model})
    return type(f"{model.__name__}Serializer", (RecordSerializer,), {"Meta": meta, "__doc__": model.__doc__})


class PlainSerializer(serializers.Serializer):
    """What an action is told, beside the record that it is about."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse by name what the action does not take."""
        unknown = [str(name) for name in data if name not in self.fields]
        if unknown:
            raise serializers.ValidationError(
                {name: [_detail(_("There is no such field."), "unknown_field")] for name in unknown}
            )
        return super().to_internal_value(data)


class NothingSerializer(PlainSerializer):
    """Nothing: the address says it all."""


class ReasonSerializer(PlainSerializer):
    """Why something is done, in the words of who does it. It is kept in the history."""

    reason = fields.TextField(required=False, allow_blank=True, max_length=5_000)


class HandlingSerializer(PlainSerializer):
    """Who sees a record from now on."""

    handling = fields.OneOfField(choices=Handling.choices)
    reason = fields.TextField(max_length=5_000)
    with_parts = fields.YesNoField(
        required=False, help_text="Open what belongs to the record with it, if it becomes open."
    )


class BulkSerializer(PlainSerializer):
    """Records to be made together."""

    records = serializers.ListField(child=fields.StructureField(), min_length=1, max_length=MOST_AT_ONCE)


class OptionSerializer(serializers.Serializer):
    """A transition that leaves a record's status, open or blocked."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()
    requires_reason = serializers.BooleanField()
    blocked = fields.StructureField(allow_null=True, help_text="Why it is blocked for you: a problem.")


def _detail(text: str, code: str) -> ErrorDetail:
    return ErrorDetail(text, code=code)


def read(
    serializers_of: Iterable[serializers.BaseSerializer], *, several: bool = False
) -> list[dict[str, Any]]:
    """Return what was sent for each record, or refuse with all that is wrong with any of them."""
    read_values: list[dict[str, Any]] = []
    faults: list[Refusal] = []
    for row, serializer in enumerate(serializers_of):
        if not isinstance(serializer.initial_data, Mapping):
            fault = Invalid("request.not_object", _("This is no object."))
            fault.row = row if several else None
            faults.append(fault)
        elif serializer.is_valid():
            read_values.append(dict(serializer.validated_data))
        else:
            faults += faults_of(serializer.errors, serializer.initial_data, row if several else None)
    if faults:
        raise SeveralInvalid(faults)
    return read_values


def read_one(serializer: serializers.BaseSerializer) -> dict[str, Any]:
    """Return what was sent to an action."""
    return read([serializer])[0]


def faults_of(errors: Any, sent: Any, row: int | None = None) -> list[Refusal]:
    """Return the faults of one record as refusals."""
    found: list[Refusal] = []
    for name, said in dict(errors).items():
        for path, detail in _flat(name, said):
            code = _CODES.get(str(detail.code), "record.invalid")
            value = sent.get(name) if isinstance(sent, Mapping) and code == "record.invalid" else None
            fault = Invalid(code, str(detail), field=None if name == _OF_ALL else path, value=value)
            fault.row = row
            found.append(fault)
    return found


def _flat(path: str, said: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(said, Mapping):
        for name, inner in said.items():
            yield from _flat(f"{path}.{name}", inner)
    elif isinstance(said, (list, tuple)):
        for inner in said:
            yield from _flat(path, inner)
    else:
        yield path, said


def look_up(model: Any, rows: list[dict[str, Any]], user: Any, *, several: bool = False) -> None:
    """Put in the place of each identifier the record that it names, in one query for each kind.

    What does not exist and what may not be seen is refused alike, at its field.
    """
    references = [field for field in model._meta.concrete_fields if field.is_relation]
    asked: dict[Any, set[Any]] = {}
    for field in references:
        keys = {row[field.attname] for row in rows if row.get(field.attname) is not None}
        if keys:
            asked.setdefault(field.related_model, set()).update(keys)
    known = {kind: _seen(kind, keys, user) for kind, keys in asked.items()}
    faults: list[Refusal] = []
    for at, row in enumerate(rows):
        for field in references:
            if field.attname not in row:
                continue
            key = row.pop(field.attname)
            named = None if key is None else known[field.related_model].get(key)
            if key is not None and (named is None or not _of_list(field, named)):
                fault = Invalid(
                    "record.reference_unknown",
                    _("%(field)s: there is no such record.") % {"field": field.name},
                    field=field.name,
                    value=key,
                )
                fault.row = at if several else None
                faults.append(fault)
            row[field.name] = named
    if faults:
        raise SeveralInvalid(faults)


def _of_list(field: Any, named: Any) -> bool:
    return not isinstance(field, CodeField) or named.scheme == field.scheme


def _seen(kind: Any, keys: set[Any], user: Any) -> dict[Any, Any]:
    rows = kind._default_manager.visible_to(user)
    if issubclass(kind, CaseRecord):
        rows = rows.select_related("case")
    found: dict[Any, Any] = rows.in_bulk(keys)
    return found


def settle(record: Any, row: Mapping[str, Any]) -> None:
    """Give a new record the case of what it belongs to, and unless it says otherwise, its handling."""
    parents = [row[field.name] for field in case_references(type(record)) if row.get(field.name) is not None]
    if not parents:
        return
    if getattr(record, "case_id", None) is None:
        record.case = parents[0].case
    if "handling" not in row:
        record.handling = next(
            (parent.handling for parent in parents if parent.handling != Handling.OPEN), Handling.OPEN
        )
