"""Records that are entered on their parent's page: hazards of a site, figures of an incident, proofs of a link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.forms.models import _get_foreign_key
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from cases import access
from cases.admin.choices import NarrowedFields, SharedChoiceField
from cases.admin.forms import PartForm, without
from cases.services.record import change_record, create_record


class PartMixin(NarrowedFields):
    """Records that are entered on their parent's page."""

    extra = 0
    can_delete = False
    form = PartForm
    show_change_link = True
    #: The doors of this kind of part.
    create: Callable[..., Any] = staticmethod(create_record)
    change: Callable[..., Any] = staticmethod(change_record)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Narrow to the viewer; withdrawn parts are shown on their own pages only."""
        rows = self.model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]
        named = [field.name for field in self.model._meta.fields if isinstance(field, models.ForeignKey)]  # type: ignore[attr-defined]
        rows = rows.select_related(*named)
        return rows.current() if hasattr(rows, "current") else rows

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell the formset through which doors its rows are written."""
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.part = type(self)
        return formset

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what the viewer may not see of this parent's parts."""
        fields = list(super().get_fields(request, obj))  # type: ignore[misc]
        if obj is None or self._may(request, "change", obj):
            fields.append("read_version")
        if obj is None:
            return fields
        key = _get_foreign_key(self.parent_model, self.model, fk_name=self.fk_name)  # type: ignore[attr-defined]
        probe = self.model(**{"case": obj.case, key.name: obj})  # type: ignore[attr-defined]
        return without(fields, access.hidden_fields(request.user, probe))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Read the choices once for all rows."""
        if db_field.name not in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("form_class", SharedChoiceField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _may(self, request: HttpRequest, verb: str, obj: models.Model | None) -> bool:
        permission = self.model.permission(verb)  # type: ignore[attr-defined]
        if permission not in access.declared():
            return False  # some parts are never changed, only withdrawn or superseded
        if obj is None:
            return access.may_somewhere(request.user, permission)
        return access.may(request.user, permission, obj.case)  # type: ignore[attr-defined]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the permissions say, in the parent's case."""
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        """As the permissions say, in the parent's case."""
        return self._may(request, "create", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the permissions say, in the parent's case."""
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing that was recorded is deleted."""
        return False


class TabularPart(PartMixin, TabularInline):
    """Parts as rows of a table."""


class StackedPart(PartMixin, StackedInline):
    """Parts as small forms."""
