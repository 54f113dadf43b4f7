"""The pages of injuries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from cases.admin.base import RecordAdmin
from cases.admin.filters import CodeFilter, HandlingFilter, StatusFilter, WithdrawnFilter
from remains.admin.at_zone import AtZone
from remains.admin.below import Leaner
from remains.admin.below_search import SearchedBelow
from remains.admin.choices import person
from remains.models.injury import INJURY_WORDS, Injury
from remains.services import injury


@admin.register(Injury)
class InjuryAdmin(SearchedBelow, AtZone, Leaner, RecordAdmin):
    """Injuries."""

    search_words = INJURY_WORDS
    of_specimen = "injuries"
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

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today and the viewer. Nothing of the injury is assumed."""
        return {"observed_on": timezone.localdate(), "observer": person(request).full_name}
