"""The description of the interface (OpenAPI 3.1): every answer of every address, read off the view sets themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import uritemplate
from django.utils import translation
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_basic_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from cases.api import fields
from cases.api.idempotency import REPLAYED
from cases.api.problems import MEDIA_TYPE
from cases.api.serializers import MOST_AT_ONCE, RecordSerializer

_ID: Final = "018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11"


class FaultSerializer(serializers.Serializer):
    """One of several faults."""

    index = serializers.IntegerField(required=False, help_text="Which of several records, from 0.")
    code = serializers.CharField()
    title = serializers.CharField()
    field = serializers.CharField(required=False)
    value = serializers.CharField(required=False)
    rule = serializers.CharField(required=False)


class ProblemSerializer(serializers.Serializer):
    """A refusal (RFC 9457). Programs look at `code`, which stays; people read the sentences, which may change."""

    type = serializers.CharField(help_text="`urn:taphos:problem:` and the code.")
    title = serializers.CharField(help_text="What was refused, in a sentence.")
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: `record.stale`, `request.unknown_field`, ...")
    detail = serializers.CharField(required=False)
    field = serializers.CharField(required=False, help_text="The field, parameter or header it is about.")
    value = serializers.CharField(required=False, help_text="The value that was seen, shortened.")
    rule = serializers.CharField(required=False, help_text="The rule that it breaks.")
    way_forward = serializers.CharField(required=False, help_text="What to do about it.")
    index = serializers.IntegerField(required=False, help_text="Which of several records, from 0.")
    errors = FaultSerializer(  # type: ignore[assignment]
        many=True, required=False, help_text="All faults, where there are several."
    )
    instance = serializers.CharField(
        required=False, help_text="Of a failure of ours: the reference under which it stands in the log."
    )
    current = serializers.DictField(
        required=False, help_text="Of a change that came too late (412): the record as it is now."
    )


#: What may be refused, and an example of each.
REFUSALS: Final[dict[int, tuple[str, str, str]]] = {
    400: (
        "The request cannot be read: no JSON, an unknown parameter, a cursor that is none.",
        "request.unknown_parameter",
        "There is no such parameter here.",
    ),
    401: (
        "Nobody is signed in, or the token has ended.",
        "auth.required",
        "Authentication credentials were not provided.",
    ),
    403: ("You see it, but this is for another role.", "access.forbidden", "This is for another role."),
    404: (
        "There is no such record, or you may not know of it: the answer is the same.",
        "access.not_found",
        "There is no such record.",
    ),
    406: (
        "You accept no JSON.",
        "request.not_acceptable",
        "Could not satisfy the request Accept header.",
    ),
    409: (
        "The record is not in a state in which anyone may; or the same request is still being answered.",
        "workflow.wrong_state",
        "Mark as lifted is not possible while the status is lifted.",
    ),
    410: ("The cursor is too old.", "cursor.expired", "This cursor is too old."),
    411: (
        "The request does not say how long its body is.",
        "request.length_missing",
        "The request does not say how long its body is.",
    ),
    412: (
        "The record was changed since you read it; `current` is how it is now, `ETag` its version.",
        "record.stale",
        "KHJ01-0001 was changed by somebody else since it was read.",
    ),
    413: ("The body is too large.", "request.too_large", "The body is larger than 5242880 bytes."),
    415: (
        "The body is not `application/json`.",
        "request.media_type",
        'Unsupported media type "text/plain" in request.',
    ),
    422: (
        "A value breaks a rule; all faults that were found are in `errors`.",
        "request.unknown_field",
        "There is no such field.",
    ),
    428: (
        "The request does not name the version that it changes.",
        "precondition.missing",
        "This changes a record, and the request does not say from which version.",
    ),
    429: (
        "You call too often; `Retry-After` says for how long to wait.",
        "request.too_many",
        "Request was throttled. Expected available in 2 seconds.",
    ),
    500: ("Taphos has failed; nothing was done.", "server_error", "Taphos has failed"),
}
_ALWAYS: Final = (400, 401, 403, 406, 429, 500)
_WITH_BODY: Final = (409, 411, 413, 415, 422)


class ApiSchema(AutoSchema):
    """Describes one operation."""

    view: Any
    path: str
    method: str

    @property
    def action(self) -> str | None:
        """Name what is done, where the address is one of a kind of record."""
        return getattr(self.view, "action", None)

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Describe it in English, whoever asks."""
        with translation.override("en"):
            return super().get_operation(*args, **kwargs)

    def get_tags(self) -> list[str]:
        """Put the operations of one kind of record together."""
        return [getattr(self.view, "basename", None) or "about"]

    def get_summary(self) -> str:
        """Say in a few words what is done."""
        return (
            str(self.get_description()).partition(". ")[0].partition(".\n")[0].rstrip(".").replace("\n", " ")
        )

    def get_operation_id(self) -> str:
        """Name it after the kind of record and what is done: a name that does not change."""
        if self.action is None:
            return str(super().get_operation_id())
        names = {"partial_update": "change", "retrieve": "read"}
        return f"{self.view.basename.replace('-', '_')}_{names.get(self.action, self.action)}"

    # --- parameters and headers

    def get_override_parameters(self) -> list[Any]:
        """Describe what the generic machinery reads and answers besides bodies."""
        return [*super().get_override_parameters(), *self._read(), *self._answered()]

    def _read(self) -> Iterator[OpenApiParameter]:
        view, action = self.view, self.action
        if "id" in self.path_variables:
            model = getattr(view, "model", None)
            uuid = model is None or model._meta.pk.get_internal_type() == "UUIDField"
            yield OpenApiParameter(
                "id",
                OpenApiTypes.UUID if uuid else OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description="Identifier of the record.",
            )
        if action == "transition":
            ways = [way.name for way in view.workflow.transitions if way.offered]
            names = [name for name in ways if name not in view.by_other_doors]
            yield OpenApiParameter(
                "name", str, OpenApiParameter.PATH, enum=names, description="The transition."
            )
        if action == "list":
            orders = [sign + name for name in view.orderings for sign in ("", "-")]
            yield OpenApiParameter(
                "ordering", str, enum=orders, default="id", description="The order; `-` turns it round."
            )
            if view.search is not None:
                yield OpenApiParameter(
                    "search", str, description="Words, all of which must be found in a record."
                )
        if action in {"list", "retrieve"}:
            yield OpenApiParameter(
                "fields", str, description="Names of the fields that you want, separated by commas."
            )
        if self.method == "POST":
            yield OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                required=True,
                pattern="^[\\x21-\\x7e]{1,255}$",
                description="A fresh UUID for each request; the same one when you send it again after a lost answer.",
            )
        if self._changes():
            yield OpenApiParameter(
                "If-Match",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="The ETag of the record as you read it, with its quotation marks.",
            )
        if action == "retrieve":
            yield OpenApiParameter(
                "If-None-Match",
                str,
                OpenApiParameter.HEADER,
                description="An ETag; 304 when it is still that.",
            )

    def _answered(self) -> Iterator[OpenApiParameter]:
        def header(name: str, description: str, *statuses: int) -> OpenApiParameter:
            return OpenApiParameter(
                name, str, OpenApiParameter.HEADER, description=description, response=list(statuses)
            )

        if self._gives_record():
            yield header("ETag", "The version of the record, for If-Match.", self._success(), 412)
        if self.action == "create":
            yield header("Location", "Where the record is read.", 201)
        if self.method == "POST":
            yield header(REPLAYED, "`true` when this is the first answer again.", self._success())
        yield header("Retry-After", "Seconds to wait.", 429)
        yield header("WWW-Authenticate", "How to authenticate.", 401)

    @property
    def path_variables(self) -> list[str]:
        """Name the variables of the address."""
        return list(uritemplate.variables(self.path))

    def _changes(self) -> bool:
        """Say whether the operation changes a record that is there."""
        if not hasattr(self.view, "model") or "id" not in self.path_variables:
            return False
        free: frozenset[str] = getattr(self.view, "without_version", frozenset())
        return self.method in {"PATCH", "POST"} and self.view.action not in free

    def _gives_record(self) -> bool:
        return self.action in {"create", "retrieve"} or self._changes()

    def _success(self) -> int:
        created = getattr(self.view, "answers_created", frozenset({"create", "bulk_create"}))
        return 201 if self.action in created else 200

    # --- bodies

    def get_request_serializer(self) -> Any:
        """Return what the operation takes."""
        if self.action is None:
            return None
        if self.action == "bulk_create":
            return self._several("Bulk", "records", "Records to be made together, all or none.")
        return getattr(self.view, "takes", {}).get(self.action) or super().get_request_serializer()

    def _several(self, name: str, field: str, doc: str) -> Any:
        return _several(self.view.serializer_class, name, field, doc)()

    def get_response_serializers(self) -> Any:
        """Return what the operation answers, refusals included."""
        media_type = getattr(self.view, "answer_media_type", None)
        success = (self._success(), media_type) if media_type else self._success()
        answers: dict[Any, Any] = {success: self._given()}
        if self.action == "retrieve":
            answers[304] = OpenApiResponse(description="You have it already.")
        for status in sorted(self._refused()):
            answers[status, MEDIA_TYPE] = _refusal(status)
        return answers

    def _given(self) -> Any:
        if self.action is None:
            return getattr(self.view, "answer_schema", OpenApiTypes.OBJECT)
        if self.action in getattr(self.view, "gives", {}):
            return self.view.gives[self.action]
        if self.action == "bulk_create":
            return self._several("Made", "results", "The records as they were made, in the order sent.")
        if self.action in getattr(self.view, "answers_several", ()):
            return self._several("Made", "results", "The records as they were made, in the order sent.")
        return self.view.serializer_class

    def _refused(self) -> set[int]:
        refused = {*_ALWAYS, *getattr(self.view, "also_refused", ())}
        if "id" in self.path_variables:
            refused.add(404)
        if self.action == "list":
            refused.add(410)
        if self.method in {"POST", "PATCH"}:
            refused |= {*_WITH_BODY, 404}
        if self._changes():
            refused |= {412, 428}
        return refused

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Promise of a record only its identifier: the rest may be withheld, or not asked for."""
        schema: Any = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "response" and isinstance(serializer, RecordSerializer):
            schema["required"] = [name for name in ("id", "withheld") if name in schema["properties"]]
        if isinstance(serializer, RecordSerializer):
            schema["example"] = example_of(serializer, direction)
        if direction == "request":
            schema["additionalProperties"] = False
        return schema


@cache
def _several(record: Any, name: str, field: str, doc: str) -> Any:
    """Return the serializer of several records under one name."""
    records = serializers.ListField(child=record(), min_length=1, max_length=MOST_AT_ONCE)
    stem = record.__name__.removesuffix("Serializer")
    return type(f"{stem}{name}", (serializers.Serializer,), {field: records, "__doc__": doc})


def _refusal(status: int) -> OpenApiResponse:
    description, code, title = REFUSALS[status]
    problem: dict[str, Any] = {
        "type": f"urn:taphos:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    return OpenApiResponse(
        ProblemSerializer,
        description=description,
        examples=[
            OpenApiExample(
                code, value=problem, response_only=True, status_codes=[str(status)], media_type=MEDIA_TYPE
            )
        ],
    )


def example_of(serializer: Any, direction: str) -> dict[str, Any]:
    """Return a record as it may look."""
    shown: dict[str, Any] = {}
    for name, field in serializer.fields.items():
        if direction == "request" and (field.read_only or not field.required):
            continue
        if direction == "response" and field.write_only:
            continue
        shown[name] = _value_of(name, field)
    return shown


def _value_of(name: str, field: Any) -> Any:
    if isinstance(field, serializers.ListField):
        return []
    if isinstance(field, fields.OneOfField):
        return next(iter(field.choices))
    by_kind: dict[type, Any] = {
        fields.KeyField: _ID,
        fields.CodeKeyField: "list.word",
        fields.WholeNumberField: 1,
        fields.YesNoField: True,
        fields.DayField: "2024-02-21",
        fields.NumberField: "1.5",
        fields.StructureField: None,
        serializers.DateTimeField: "2024-02-21T09:30:00Z",
    }
    found = next((value for kind, value in by_kind.items() if isinstance(field, kind)), None)
    if found is None and isinstance(field, serializers.CharField):
        return "1992-02-26" if name.endswith("_edtf") else f"{name.replace('_', ' ')} in words"
    return None if field.allow_null and name.startswith("withdrawn") else found


class KeyFieldExtension(OpenApiSerializerFieldExtension):
    """Describes identifiers."""

    target_class = "cases.api.fields.KeyField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        """Return a UUID."""
        return build_basic_type(OpenApiTypes.UUID)


class StructureFieldExtension(OpenApiSerializerFieldExtension):
    """Describes structures: any JSON."""

    target_class = "cases.api.fields.StructureField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        """Return whatever there is; where it may be null, that is added."""
        return {"type": ["object", "array", "string", "number", "boolean"]}


def share(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Describe each refusal, and each header that is asked for, once, and refer to it from every operation."""
    responses = result["components"].setdefault("responses", {})
    parameters = result["components"].setdefault("parameters", {})
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, answered in operation["responses"].items():
                if int(status) in REFUSALS:
                    name = f"Refused{status}"
                    responses[name] = answered
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
            for at, parameter in enumerate(operation.get("parameters", [])):
                if parameter["in"] == "header":
                    name = parameter["name"]
                    parameters[name] = parameter
                    operation["parameters"][at] = {"$ref": f"#/components/parameters/{name}"}
    return result
