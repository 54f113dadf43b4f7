"""The pages of specimens and of their measurements."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from cases.admin.base import PartAdmin, RecordAdmin, TabularPart
from cases.admin.filters import CodeFilter, HandlingFilter, StatusFilter, VisibleFilter, WithdrawnFilter
from remains.admin.association import of_specimen
from remains.admin.below import BelowFind, Leaner
from remains.admin.below_search import SearchedBelow
from remains.admin.choices import person
from remains.admin.inventory import site_inventory_view
from remains.admin.site_plan import site_plan_view
from remains.admin.specimen_import import SpecimenImportPages
from remains.admin.specimen_move import move_specimens_view
from remains.admin.specimen_opinions import opinions
from remains.models import Measurement, Specimen
from remains.models.specimen import SPECIMEN_WORDS, plain
from remains.recovered import name_of
from remains.science.elements import elements
from remains.services import measurement, specimen


class ZonesField(forms.CharField):
    """Zones as people write them: 1-4, 6."""

    def __init__(self, **kwargs: Any) -> None:
        wanted = {name: kwargs[name] for name in ("label", "help_text") if name in kwargs}
        super().__init__(required=False, widget=UnfoldAdminTextInputWidget, **wanted)

    def prepare_value(self, value: Any) -> Any:
        """Show a list of zones as it is typed."""
        return ", ".join(str(zone) for zone in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read numbers and spans of numbers."""
        zones: set[int] = set()
        for part in re.split(r"[,;\s]+", str(value or "").strip()):
            span = re.fullmatch(r"(\d{1,2})(?:[-\u2013](\d{1,2}))?", part)
            if span:
                zones.update(range(int(span[1]), int(span[2] or span[1]) + 1))
            elif part:
                raise forms.ValidationError(_("Zones are numbers, like 1-4, 6."))
        return sorted(zones)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare zones, not spellings."""
        try:
            return list(initial or []) != self.to_python(data)
        except forms.ValidationError:
            return True


class MeasurementPart(Leaner, TabularPart):
    """What was measured on the specimen. Nothing of it is edited: it is withdrawn, and entered anew."""

    model = Measurement
    create = staticmethod(measurement.create)
    fields = ["kind", "value", "unit", "observer", "instrument", "measured_on", "note"]


@admin.register(Specimen)
class SpecimenAdmin(SearchedBelow, SpecimenImportPages, BelowFind, RecordAdmin):
    """Specimens."""

    search_words = SPECIMEN_WORDS
    create = staticmethod(specimen.create)
    change = staticmethod(specimen.change)
    withdraw = staticmethod(specimen.withdraw)
    case_from = "find"
    carry_over = ("find", "cohort")
    change_form_outer_before_template = "remains/specimen_header.html"
    change_form_outer_after_template = "remains/specimen_after.html"
    actions_list = ["import_table"]
    list_display = ["number", "element_name", "side", "zones_seen", "completeness", "cohort", "site_code"]
    list_select_related = ["find", "find__site", "element"]
    list_filter = [
        ("find__site", VisibleFilter),
        ("find", VisibleFilter),
        ("element", CodeFilter),
        ("side", StatusFilter),
        ("cohort", StatusFilter),
        ("completeness", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["number", "element__label", "notes", "find__number"]
    search_help_text = _("Number, element, words of the notes, or another label of the find")
    autocomplete_fields = ["find"]
    inlines = [MeasurementPart]
    actions = ["move_chosen"]
    fieldsets = [
        (_("What it is"), {"fields": ("find", ("element", "side"), "zones", "completeness")}),
        (_("How much of it"), {"fields": (("fragment_count", "weight_g"),)}),
        (_("Age class, tooth, DNA"), {"fields": ("cohort", "tooth_status", "dna_group")}),
        (_("Remarks and handling"), {"fields": ("notes", "handling")}),
    ]

    class Media:
        css = {"all": ["remains/remains.css", "remains/inventory.css", "remains/estimate.css"]}

    # --- list

    @display(description=_("element"), ordering="element__position")
    def element_name(self, row: Specimen) -> str:
        """Name the element."""
        return str(row.element)

    @display(description=_("zones"))
    def zones_seen(self, row: Specimen) -> str:
        """Name the zones, or say that they are all there."""
        known = elements().get(row.element_id.removeprefix("element."))
        every = sorted(known.zone_numbers) if known else []
        if every and row.zones == every:
            return str(_("all"))
        return ", ".join(str(zone) for zone in row.zones) or "-"

    @display(description=_("site"), ordering="find__site__code")
    def site_code(self, row: Specimen) -> str:
        """Name the site by its code."""
        return str(row.find.site.code)

    @admin.action(description=_("Move to another find"), permissions=["change"])
    def move_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """Lead to the page that asks where to, and why."""
        chosen = "&".join(f"id={key}" for key in queryset.values_list("pk", flat=True)[:200])
        return HttpResponseRedirect(f"{reverse('admin:remains_specimen_move')}?{chosen}")

    # --- form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Let zones be typed as on the sheet."""
        if db_field.name == "zones":
            return ZonesField(label=db_field.verbose_name.capitalize(), help_text=db_field.help_text)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Assume nothing of the bone."""
        return {}

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Begin a new measurement with today and the viewer."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET" and isinstance(inline, MeasurementPart):
            kwargs["initial"] = [
                {"observer": person(request).full_name, "measured_on": timezone.localdate()}
            ] * inline.extra
        return kwargs

    # --- pages

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add which zones its numbers stand for, and where its number is from."""
        code = obj.element_id.removeprefix("element.")
        known = elements().get(code)
        return {
            **super().record_head(request, obj),
            "bone": name_of(f"{code}.{obj.side}"),
            "zones": [(zone.number, zone.label, zone.number in obj.zones) for zone in known.zones]
            if known
            else [],
            "may_move": self.has_change_permission(request, obj),
            "people": of_specimen(request, obj),
            "opinions": opinions(request, obj),
        }

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that specimens have and other records have not."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "move/",
                wrap(lambda request: move_specimens_view(self, request)),
                name="remains_specimen_move",
            ),
            path(
                "site/<path:object_id>/inventory/",
                wrap(lambda request, object_id: site_inventory_view(self, request, object_id)),
                name="remains_site_inventory",
            ),
            path(
                "site/<path:object_id>/plan/",
                wrap(lambda request, object_id: site_plan_view(self, request, object_id)),
                name="remains_site_plan",
            ),
            *super().get_urls(),
        ]


@admin.register(Measurement)
class MeasurementAdmin(SearchedBelow, PartAdmin):
    """One measurement: for its history and its withdrawal."""

    create = staticmethod(measurement.create)
    withdraw = staticmethod(measurement.withdraw)
    case_from = "specimen"
    list_display = ["specimen", "kind", "as_read", "in_mm", "observer", "measured_on"]
    list_select_related = ["specimen", "kind"]
    list_filter = [("kind", CodeFilter), ("handling", HandlingFilter), WithdrawnFilter]
    search_fields = ["specimen__number", "kind__label"]
    search_help_text = _("Number of the specimen, or measurement")
    fields = [
        "specimen",
        "kind",
        ("as_read", "in_mm"),
        "observer",
        "instrument",
        "measured_on",
        "note",
    ]
    readonly_fields = ["as_read", "in_mm"]

    @display(description=_("value"), ordering="value")
    def as_read(self, measured: Measurement) -> str:
        """Return the value in the unit in which it was read."""
        return f"{plain(measured.value)} {measured.get_unit_display()}"

    @display(description=_("value (mm)"), ordering="value_mm")
    def in_mm(self, measured: Measurement) -> str:
        """Return the value in millimetres."""
        return plain(measured.value_mm)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Measurements are withdrawn and entered anew."""
        return False
