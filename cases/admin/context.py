"""The pages of stratigraphic contexts, with how each lies to the others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from cases import grid
from cases.admin import columns
from cases.admin.base import PartAdmin, RecordAdmin, RecordForm, TabularPart
from cases.admin.filters import (
    HandlingFilter,
    StatusFilter,
    VisibleFilter,
    VisibleListFilter,
    WithdrawnFilter,
)
from cases.admin.forms import PartForm
from cases.admin.related import NAMED_ROWS, Related, address, finds_at
from cases.models.context import Context, ContextRelation, RelationKind
from cases.services import context as service


class RelationForm(PartForm):
    """How this context lies to another one, said from here: above, below or equal."""

    lies = forms.ChoiceField(
        label=_("this context is"),
        choices=[("", "---------"), ("above", _("above")), ("below", _("below")), ("equal", _("equal to"))],
        widget=UnfoldAdminSelectWidget,
    )

    def save(self, commit: bool = True) -> Any:
        """Turn "below" into "above" read from the other end."""
        said = self.cleaned_data["lies"]
        relation = self.instance
        relation.kind = RelationKind.EQUAL if said == "equal" else RelationKind.ABOVE
        if said == "below":
            relation.upper, relation.lower = relation.lower, relation.upper
        return super().save(commit)


class OutlineField(forms.Field):
    """An outline in the site's grid, as people type it: one corner a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        """Return what stands in the field."""
        return grid.as_typed(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        """Read what was typed."""
        if value in self.empty_values or isinstance(value, dict):
            return value or None
        try:
            return grid.outline(value)
        except grid.InvalidOutline as refusal:
            raise forms.ValidationError(
                f"{refusal.message} {refusal.way_forward}", code=refusal.code
            ) from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say whether another outline was typed, and not the same one in other characters."""
        try:
            return bool(initial != self.to_python(data))
        except forms.ValidationError:
            return True


class ContextForm(RecordForm):
    """A context, with its outline as corners."""

    outline = OutlineField(
        label=_("Outline"),
        required=False,
        help_text=_(
            "Corners in the site's own grid, one a line, metres east and north: 104.210 88.015. "
            "Empty when it was not surveyed."
        ),
    )


class RelationPart(TabularPart):
    """New relations; those there are stand below the form, each with its own page."""

    model = ContextRelation
    fk_name = "upper"
    form = RelationForm
    fields = ["lies", "lower"]
    autocomplete_fields = ["lower"]
    extra = 1
    verbose_name_plural = _("new relations with other contexts of the site")
    create = staticmethod(service.create_relation)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Offer empty rows only: what was said is withdrawn, not rewritten."""
        return super().get_queryset(request).none()


@admin.register(Context)
class ContextAdmin(RecordAdmin):
    """Contexts."""

    form = ContextForm
    create = staticmethod(service.create)
    change = staticmethod(service.change)
    case_from = "site"
    list_display = [
        "number",
        "kind",
        columns.site,
        "description",
        "top_m",
        "bottom_m",
        columns.handling,
        columns.case,
    ]
    list_select_related = ["case", "site"]
    search_fields = ["number", "description", "site__code", "site__name"]
    list_filter = [
        ("case", VisibleListFilter),
        ("site", VisibleFilter),
        ("kind", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    ordering = ["-id"]
    autocomplete_fields = ["site"]
    inlines = [RelationPart]
    carry_over = ("site", "kind")
    fieldsets = [
        (_("Which context"), {"fields": ["site", ("number", "kind")]}),
        (_("What it is"), {"fields": ["description", ("top_m", "bottom_m"), "outline"]}),
        (_("Handling"), {"fields": ["handling"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the site with each: a context is called by it."""
        return super().get_queryset(request).select_related("site")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Find `KHJ01 (12)` by what it is called."""
        return super().get_search_results(request, queryset, search_term.replace("(", " ").replace(")", " "))

    def related(self, request: HttpRequest, obj: Any) -> list[Related]:
        """Return how the context lies to others, and the way to its finds."""
        rows = ContextRelation.objects.visible_to(request.user).current()
        found = rows.filter(Q(upper=obj) | Q(lower=obj)).select_related("upper", "lower")
        lies: dict[str, list[tuple[str, str | None]]] = {"above": [], "below": [], "equal": []}
        for relation in found:
            other = relation.lower if relation.upper_id == obj.pk else relation.upper
            if relation.kind == RelationKind.EQUAL:
                said = "equal"
            else:
                said = "above" if relation.upper_id == obj.pk else "below"
            lies[said].append(
                (
                    f"({other.number}) {other.get_kind_display()}",
                    address("cases_contextrelation_change", relation.pk),
                )
            )
        titles = {"above": _("It is above"), "below": _("It is below"), "equal": _("It is equal to")}
        groups = [
            Related(title=titles[said], rows=rows, more=len(rows) > NAMED_ROWS)
            for said, rows in lies.items()
            if rows
        ]
        finds = finds_at(
            request,
            obj,
            all_link=address("remains_find_changelist", context__id__exact=obj.pk),
            add_link=address("remains_find_add", site=obj.site_id, context=obj.pk),
        )
        return [*groups, finds]


@admin.register(ContextRelation)
class ContextRelationAdmin(PartAdmin):
    """Relations of contexts, each on its own page."""

    list_display = ["upper", "kind", "lower", columns.handling, columns.case]
    list_select_related = ["case", "upper__site", "lower__site"]
    search_fields = ["upper__number", "lower__number", "upper__site__code", "upper__site__name"]
    list_filter = [("case", VisibleListFilter), ("kind", StatusFilter), WithdrawnFilter]
    ordering = ["-id"]
    fields = ["upper", "kind", "lower", "handling"]
    change = staticmethod(service.change_relation)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was said about two contexts is withdrawn when it was wrong, and said anew on the context's page."""
        return ["upper", "kind", "lower"]

    @staticmethod
    def withdraw(*, actor: Any, record: Any, reason: str) -> Any:
        """Withdraw the relation."""
        return service.withdraw_relation(actor=actor, relation=record, reason=reason)
