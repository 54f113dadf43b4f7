"""The pages of injuries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.widgets import UnfoldAdminSelectWidget

from cases.admin.base import RecordAdmin
from cases.admin.filters import CodeFilter, HandlingFilter, StatusFilter, WithdrawnFilter
from cases.models.base import Handling
from remains.admin.below import Leaner
from remains.admin.choices import person, uuid_or_none
from remains.models.injury import Injury
from remains.models.specimen import Specimen
from remains.science.elements import elements
from remains.services import injury
from remains.services.estimate_subject import element_code


@admin.register(Injury)
class InjuryAdmin(Leaner, RecordAdmin):
    """Injuries."""

    create = staticmethod(injury.create)
    change = staticmethod(injury.change)
    case_from = "specimen"
    carry_over = ("specimen", "observed_on", "observer")
    list_display = ["specimen", "mechanism", "timing", "place", "associated_find", "observer", "observed_on"]
    list_select_related = ["specimen", "mechanism", "associated_find"]
    list_filter = [
        ("timing", StatusFilter),
        ("mechanism", CodeFilter),
        ("observed_on", RangeDateFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["specimen__number", "place", "description", "observer"]
    search_help_text = _("Number of the specimen, place, what was seen, observer")
    autocomplete_fields = ["specimen", "associated_find"]
    radio_fields = {"timing": admin.HORIZONTAL}
    fieldsets = [
        (_("What was seen"), {"fields": ("specimen", "timing", "mechanism", "description")}),
        (_("Where on the bone"), {"fields": ("zone", "place", "direction", "associated_find")}),
        (_("By whom and when"), {"fields": (("observer", "observed_on"), "handling")}),
    ]

    class Media:
        css = {"all": ["remains/remains.css", "remains/estimate.css"]}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the zones of the specimen by name, where the address says which specimen it is."""
        if db_field.name == "zone" and (bone := self._specimen(request)) is not None:
            known = elements().get(element_code(bone))
            zones = [(zone.number, f"{zone.number} {zone.label}") for zone in known.zones] if known else []
            return forms.TypedChoiceField(
                label=capfirst(db_field.verbose_name),
                choices=[("", _("in words only")), *zones],
                coerce=int,
                empty_value=None,
                required=False,
                widget=UnfoldAdminSelectWidget,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @staticmethod
    def _specimen(request: HttpRequest) -> Specimen | None:
        """Return the specimen of the injury at hand or of the address, if the viewer sees it."""
        rows = Specimen.objects.visible_to(request.user)
        match = request.resolver_match
        shown = uuid_or_none(match.kwargs.get("object_id")) if match else None
        if shown is not None:
            return rows.filter(injuries__pk=shown).first()
        named = uuid_or_none(request.GET.get("specimen"))
        return None if named is None else rows.filter(pk=named).first()

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today and the viewer. Nothing of the injury is assumed."""
        return {"observed_on": timezone.localdate(), "observer": person(request).full_name}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Give the injury the handling of its specimen, where that is not open to all."""
        if obj.specimen_id and obj.specimen.handling != Handling.OPEN:
            obj.handling = obj.specimen.handling
        super().save_model(request, obj, form, change)
