"""Fields that take a value as it is meant or refuse it: no text for a number, no number for a text, no guessing."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

_OFFSET = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class TextField(serializers.CharField):
    """A text, and nothing that could be written as one."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse numbers."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeNumberField(serializers.IntegerField):
    """A whole number; no text, no fraction, no yes or no."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse what is no number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class NumberField(serializers.DecimalField):
    """A decimal number, as a number or in writing; answered in writing, so that no digit is lost on the way."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is no number."""
        if isinstance(data, bool) or not isinstance(data, (int, float, str)):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNoField(serializers.BooleanField):
    """True or false, and nothing that could be read as one of them."""

    default_empty_html = serializers.empty

    def to_internal_value(self, data: Any) -> bool:
        """Refuse "true", "on" and 1."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class OneOfField(serializers.ChoiceField):
    """One of some words."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is no text."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class DayField(serializers.DateField):
    """A day."""

    def to_internal_value(self, value: Any) -> Any:
        """Refuse what is no text: a bare number is no date."""
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class InstantField(serializers.DateTimeField):
    """An instant: day, time and offset (`2024-02-23T10:15:00Z`), so that nobody guesses whose clock it was."""

    def to_internal_value(self, value: Any) -> Any:
        """Refuse what is no text, and a time that does not say its offset."""
        if not isinstance(value, str) or not _OFFSET.search(value):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ")
        return super().to_internal_value(value)


class KeyField(serializers.Field):
    """An identifier. Of a reference, what it names is looked up by the serializer, for all records at once."""

    default_error_messages = {"invalid": _("This is no identifier.")}

    def to_internal_value(self, data: Any) -> UUID:
        """Accept the usual form only."""
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid")
        return UUID(data)

    def to_representation(self, value: Any) -> str:
        """Write it down."""
        return str(value)


class CodeKeyField(TextField):
    """A word of a code list, by its identifier: `element.femur`."""


class StructureField(serializers.JSONField):
    """A structure, such as an outline in GeoJSON."""
