"""Filters of lists: what they offer, and what they accept in an address, is only what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm, DropdownForm

from cases import access, time_in_status
from cases.counts import PART, Selection
from cases.models.base import Handling
from cases.models.membership import Role

#: A list of this many or fewer is shown whole; a longer one is searched.
WHOLE_LIST = 200


class NarrowedAutocompleteForm(forms.Form):
    """The choice of one record, found by typing."""

    def __init__(
        self, *args: Any, name: str, label: Any, rows: Any, field: Any, site: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        widget = AutocompleteSelect(field, site, attrs={"class": "unfold-filter-autocomplete"})
        self.fields[name] = forms.ModelChoiceField(label=label, required=False, queryset=rows, widget=widget)

    Media = AutocompleteDropdownForm.Media


class VisibleFilter(admin.FieldListFilter):
    """By another record: only visible ones are offered, and only visible ones are accepted."""

    template = "unfold/filters/filters_field.html"
    form_class = NarrowedAutocompleteForm

    def __init__(  # noqa: PLR0917 - Django's own signature
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        self.parameter = f"{field_path}__id__exact"
        super().__init__(field, request, params, model, model_admin, field_path)
        self.request = request
        self.model_admin = model_admin
        self.title = getattr(field, "verbose_name", self.title)

    def expected_parameters(self) -> list[str | None]:
        """Name the parameter of the address."""
        return [self.parameter]

    def rows(self) -> Any:
        """Return the records that may be chosen."""
        return self.field.remote_field.model._default_manager.visible_to(self.request.user)  # type: ignore[union-attr]

    def value(self) -> Any:
        """Return what was chosen, or None."""
        values = self.used_parameters.get(self.parameter)
        return (values[-1] if isinstance(values, list) else values) or None

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to the chosen record; one that is not visible has no rows."""
        value = self.value()
        if value is None:
            return queryset
        try:
            chosen = self.rows().filter(pk=value).exists()
        except (ValueError, ValidationError) as error:
            raise IncorrectLookupParameters(error) from error
        return queryset.filter(**{self.field_path: value}) if chosen else queryset.none()

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the form of the filter."""
        yield {
            "form": NarrowedAutocompleteForm(
                name=self.parameter,
                label=self.title,
                rows=self.rows(),
                field=self.field,
                site=self.model_admin.admin_site,
                data={self.parameter: self.value()},
            )
        }


class VisibleListFilter(VisibleFilter):
    """By another record out of a short list, such as the viewer's cases."""

    form_class = DropdownForm

    def has_output(self) -> bool:
        """Do not ask where there is nothing to choose."""
        return len(self._offered()) > 1 or self.value() is not None

    def _offered(self) -> list[Any]:
        if not hasattr(self, "_rows"):
            self._rows = list(self.rows()[:WHOLE_LIST])
        return self._rows

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the form of the filter."""
        yield {
            "form": DropdownForm(
                name=self.parameter,
                label=self.title,
                choices=[("", _("All")), *((str(row.pk), str(row)) for row in self._offered())],
                data={self.parameter: self.value()},
            )
        }


class CaseFilter(VisibleFilter):
    """By case, for whoever sees several."""

    def has_output(self) -> bool:
        """Do not ask where there is nothing to choose."""
        return self.value() is not None or not access.sees_one_case(self.request.user)


class CodeFilter(VisibleListFilter):
    """By a word of the code list of this field."""

    def rows(self) -> Any:
        """Return the words of the field's own list."""
        return super().rows().filter(scheme=self.field.scheme)  # type: ignore[attr-defined]


def _by_title(forms_of: Iterator[Any], title: Any) -> Iterator[Any]:
    """Name the fields of a filter as the columns are named, not "By ..."."""
    for choice in forms_of:
        for field in choice["form"].fields.values():
            field.label = title
        yield choice


class StatusFilter(ChoicesDropdownFilter):
    """By one of a field's fixed choices."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the form of the filter."""
        yield from _by_title(super().choices(changelist), self.title)


class HandlingFilter(ChoicesDropdownFilter):
    """By handling: only those are offered that the viewer's roles see."""

    def has_output(self) -> bool:
        """Do not ask where there is nothing to choose."""
        return len(self._seen()) > 1

    def _seen(self) -> frozenset[str]:
        return self._handlings

    def __init__(self, field: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self._handlings = access.handlings_seen(access.standing(request.user).every_role())
        super().__init__(field, request, *args, **kwargs)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the form of the filter."""
        offered = [choice for choice in Handling.choices if choice[0] in self._seen()]
        yield {
            "form": DropdownForm(
                name=self.lookup_kwarg,
                label=self.title,
                choices=[("", _("All")), *offered],
                data={self.lookup_kwarg: self.value()},
            )
        }


class SelectionFilter(DropdownFilter):
    """By selections that start pages count too. (A base: name `title`, `parameter_name` and `selections`.)"""

    selections: ClassVar[Mapping[str, tuple[Any, Selection]]] = {}

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the form of the filter."""
        yield from _by_title(super().choices(changelist), self.title)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the selections by name."""
        return [(name, label) for name, (label, _select) in self.selections.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to the selection that was chosen."""
        name = self.value()
        if not name:
            return queryset
        if name not in self.selections:
            raise IncorrectLookupParameters
        return self.selections[name][1](queryset, request.user, access.scope(request.user).rows)  # type: ignore[arg-type]


class PartFilter(DropdownFilter):
    """By the part that the viewer has in the case, for whoever has different ones in different cases."""

    title = _("my part in the case")
    parameter_name = PART

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self._held = sorted(access.standing(request.user).every_role() & set(Role.values))
        super().__init__(request, *args)

    def has_output(self) -> bool:
        """Do not ask where there is nothing to choose."""
        return len(self._held) > 1 or self.value() is not None

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the form of the filter."""
        yield from _by_title(super().choices(changelist), self.title)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the viewer's roles, and the several that a start page asked for."""
        offered = [(role, Role(role).label) for role in self._held]
        asked = request.GET.get(PART, "")
        named = [str(Role(role).label) for role in asked.split(",") if role in Role.values]
        return [*offered, (asked, " / ".join(named))] if len(named) > 1 else offered

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to the cases in which one of these roles is held."""
        asked = self.value()
        if not asked:
            return queryset
        return access.scope(request.user).among(asked.split(",")).rows(queryset)


class StillFilter(DropdownFilter):
    """What waits for somebody and has been in its status for a while."""

    title = _("not moved for")
    parameter_name = "still"

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the form of the filter."""
        yield from _by_title(super().choices(changelist), self.title)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return how long."""
        return [
            (str(days), ngettext("%(days)s day", "%(days)s days", days) % {"days": days})
            for days in time_in_status.OFFERED_DAYS
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to what has not moved."""
        days = self.value()
        if not days:
            return queryset
        if days not in {str(offered) for offered in time_in_status.OFFERED_DAYS}:
            raise IncorrectLookupParameters
        return time_in_status.still(queryset, int(days))


class WithdrawnFilter(DropdownFilter):
    """Lists show what counts; who looks for withdrawn records asks for them."""

    title = _("withdrawn")
    parameter_name = "withdrawn"
    all_option = ["", _("Not withdrawn")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the form of the filter."""
        yield from _by_title(super().choices(changelist), self.title)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two other ways to look at a list."""
        return [("only", _("Withdrawn only")), ("with", _("With withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave withdrawn records out unless they are asked for."""
        if self.value() == "with":
            return queryset
        return queryset.filter(withdrawn_at__isnull=self.value() != "only")
