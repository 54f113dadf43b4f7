"""What the pages of records that hang on a find or a site have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import ShowFacets
from django.http import HttpRequest

from cases.models.base import Handling
from remains.admin.choices import uuid_or_none

#: Fields whose beginning comes from the address and must be an identifier.
REFERENCES = ("find", "site", "specimen", "individual", "context", "finder", "stated_minimum")


class Leaner:
    """Forms with low text areas and with beginnings that are checked; lists that do not count each filter's rows."""

    show_facets = ShowFacets.NEVER

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Keep text areas low: on a phone a form is scrolled."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 3
        return field

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Return what a new form begins with; what the address says comes before it."""
        return {}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what the address says, as far as it can be true."""
        initial = super().get_changeform_initial_data(request)  # type: ignore[misc]
        wrong = [name for name in REFERENCES if name in initial and uuid_or_none(initial[name]) is None]
        for name in wrong:
            del initial[name]
        return {**self.begin_with(request), **initial}


class BelowFind(Leaner):
    """Records of a find or a site: handled as strictly as it is."""

    class Media:
        css = {"all": ["remains/remains.css"]}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Give the record the handling of what it hangs on, where that is not open to all."""
        parent = getattr(obj, "find", None) or getattr(obj, "site", None)
        if parent is not None and parent.handling != Handling.OPEN:
            obj.handling = parent.handling
        super().save_model(request, obj, form, change)  # type: ignore[misc]
