"""The forms of records and of their parts: refusals at the field they are about, and the version that was read."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cases.admin.choices import keep_present_values
from cases.refusals import Refusal
from cases.services.rules import HANDLING_OF_PARTS


class PlainJSONField(forms.JSONField):
    """JSON as typed; nothing is an empty field, not the word `null`."""

    def prepare_value(self, value: Any) -> Any:
        """Return what stands in the field."""
        return "" if value is None else super().prepare_value(value)


class RecordForm(forms.ModelForm):
    """A form that shows a service's refusal at the field it is about."""

    refusal: ClassVar[Refusal | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_present_values(self)

    def _get_validation_exclusions(self) -> set[str]:
        """Leave a reference alone that was not touched: a retired code stays valid where it stands."""
        held = {
            name
            for name, field in self.fields.items()
            if isinstance(field, forms.ModelChoiceField) and name not in self.changed_data
        }
        kept = set() if self.instance._state.adding else held
        return set(super()._get_validation_exclusions()) | kept  # type: ignore[misc]

    def _post_clean(self) -> None:
        """Leave the constraints to the service, which says them in words. (Django's form has no switch for it.)"""
        self.instance.validate_constraints = lambda exclude=None: None
        super()._post_clean()  # type: ignore[misc]
        del self.instance.validate_constraints

    def clean(self) -> dict[str, Any] | None:
        """Add the refusal of the first try, if there was one."""
        cleaned = super().clean()
        if self.refusal is not None:
            at = self.refusal.field if self.refusal.field in self.fields else None
            words = [self.refusal.message, self.refusal.rule_in_words, self.refusal.way_forward]
            said = " ".join(word for word in words if word)
            self.add_error(at, self._with_way(said))
        return cleaned

    def _with_way(self, said: str) -> str:
        """Add the way to the page that changes a record's handling with what hangs on it, where that is refused."""
        if self.refusal is None or self.refusal.code != HANDLING_OF_PARTS:
            return said
        options = self._meta.model._meta
        page = f"admin:{options.app_label}_{options.model_name}_handling"
        link = reverse(page, args=[self.instance.pk])
        return format_html('{} <a class="underline" href="{}">{}</a>', said, link, _("Handling"))


class PartForm(RecordForm):
    """A part on its parent's page; it carries the version at which it was read, like the parent."""

    read_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # The head of the table's column is no label to a screen reader.
            field.widget.attrs.setdefault("aria-label", str(field.label or name))
        if "read_version" in self.fields and not self.instance._state.adding:
            self.initial["read_version"] = self.instance.version


def without(fields: Any, hidden: frozenset[str]) -> list[Any]:
    """Return the rows of a fieldset less the hidden fields, and less the rows that have none left."""
    kept: list[Any] = []
    for name in fields:
        if isinstance(name, (list, tuple)):
            row = [inner for inner in name if inner not in hidden]
            if row:
                kept.append(tuple(row))
        elif name not in hidden:
            kept.append(name)
    return kept
