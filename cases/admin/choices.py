"""Choices of other records in forms: narrowed to the viewer, read once for all rows, never losing what is set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases import access


class SharedChoices(ModelChoiceIterator):
    """Read the rows once for all forms of a formset: thirty rows of a table ask the database as often as one."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the choices of the list, and what this form's record holds although it is no longer offered."""
        field: Any = self.field
        if field.empty_label is not None:
            yield ("", field.empty_label)
        if "rows" not in field.known:
            field.known["rows"] = [self.choice(row) for row in self.queryset.all()]
        yield from field.known["rows"]
        yield from field.kept

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return len(list(iter(self)))


class SharedChoiceField(forms.ModelChoiceField):
    """A reference in one of many rows."""

    iterator = SharedChoices

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.known: dict[str, list[Any]] = {}  # a copy of the field for the next row shares it
        self.kept: list[Any] = []
        super().__init__(*args, **kwargs)


def keep_present_values(form: Any) -> None:
    """Go on offering what the record holds already, even if it would not be offered to a new one.

    Otherwise a retired code or a withdrawn context would be lost at the next save, without anybody having said so.
    A new record holds nothing yet: what its form begins with comes out of the address, where anybody writes anything.
    """
    if form.instance._state.adding:
        return
    for name, field in form.fields.items():
        value = form.initial.get(name) if isinstance(field, forms.ModelChoiceField) else None
        if value is None:
            continue
        held = field.queryset.model._base_manager.filter(pk=value)
        if isinstance(field, SharedChoiceField):
            offered = list(field.choices)
            if not any(str(key) == str(value) for key, _label in offered):
                field.kept = [(row.pk, field.label_from_instance(row)) for row in held]
                field.queryset = field.queryset | held
        else:
            field.queryset = field.queryset | held


class NarrowedFields:
    """Choices of other records, narrowed to what the viewer may see. Shared by pages and their inlines."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only visible records; for the case, only those in which the viewer may create."""
        model = db_field.remote_field.model
        if "queryset" not in kwargs:
            if db_field.name == "case":
                kwargs["queryset"] = access.cases_where(request.user, self.model.permission("create"))  # type: ignore[attr-defined]
            elif hasattr(model._default_manager, "visible_to"):
                rows = model._default_manager.visible_to(request.user)
                kwargs["queryset"] = rows.current() if hasattr(rows, "current") else rows
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Begin a list with an empty choice: the admin's look would choose its first word, and that is a finding."""
        if db_field.name not in self.radio_fields and not db_field.has_default():  # type: ignore[attr-defined]
            kwargs.setdefault("choices", db_field.get_choices(blank_choice=[("", _("Select value"))]))
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the buttons that open another record's form in a window of its own."""
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        widget = getattr(formfield, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            formfield.widget = widget.widget
            formfield.widget.choices = formfield.choices
        return formfield
