"""What a record is about, as the interface names it: the kind and the identifier of another record of the case."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cases import topics
from cases.api import fields
from cases.api.serializers import RecordSerializer


class AboutField(fields.TextField):
    """`remains_find:0190...`: the kind of record, a colon, and the identifier of one that the caller sees."""

    default_error_messages: ClassVar = {"unknown": _("There is no such record.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault(
            "help_text",
            "The record that it is about: `remains_find:`, `cases_site:` or the like, and the record's identifier.",
        )
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> str:
        """Return the address of a topic's record."""
        return f"{value.table_name}:{value.record_id}"

    def to_internal_value(self, data: Any) -> Any:
        """Return the record; one that does not exist and one that is not visible are refused alike."""
        address = super().to_internal_value(data)
        super().run_validators(address)
        record = topics.at_address(self.context["request"].user, address)
        if record is None:
            self.fail("unknown")
        return record

    def run_validators(self, value: Any) -> None:
        """What was sent was looked at as a text; here it is a record by now."""


class AboutSerializer(RecordSerializer):
    """A kind of record that may be about another one, or about the case as a whole."""

    about = AboutField(required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """What a record is about is said once, when it is made."""
        found = super().get_fields()
        if self.partial:
            found["about"].read_only = True
        return found


class ReadAboutSerializer(RecordSerializer):
    """A kind of record that is about another one, and only read here."""

    about = AboutField(read_only=True)


def about_serializer(model: Any, base: type[RecordSerializer] = AboutSerializer) -> Any:
    """Return the serializer of a kind of record that has a topic, `about`."""
    meta = type("Meta", (RecordSerializer.Meta,), {"model": model})
    return type(f"{model.__name__}Serializer", (base,), {"Meta": meta, "__doc__": model.__doc__})
