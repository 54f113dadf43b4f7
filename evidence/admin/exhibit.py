"""The pages of exhibits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import (
    CaseFilter,
    CodeFilter,
    HandlingFilter,
    StatusFilter,
    VisibleFilter,
    WithdrawnFilter,
)
from evidence.models import Exhibit
from evidence.models.exhibit import EXHIBIT_WORDS
from evidence.services import exhibit
from evidence.workflows import EXHIBIT
from remains.admin.below import Leaner
from remains.admin.below_search import SearchedBelow


@admin.register(Exhibit)
class ExhibitAdmin(SearchedBelow, Leaner, RecordAdmin):
    """Exhibits."""

    workflow = EXHIBIT
    search_words = EXHIBIT_WORDS
    create = staticmethod(exhibit.create)
    change = staticmethod(exhibit.change)
    withdraw = staticmethod(exhibit.withdraw)
    case_from = "site"
    carry_over = ("site", "context", "find", "found_on", "finder", "finder_as_named")
    list_display = ["number", "kind", "description", "find", columns.status, "found_on"]
    list_select_related = ["site", "kind", "find"]
    list_filter = [
        ("case", CaseFilter),
        ("site", VisibleFilter),
        ("find", VisibleFilter),
        ("kind", CodeFilter),
        ("status", StatusFilter),
        ("found_on", RangeDateFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["number", "description", "other_label", "find__number"]
    search_help_text = _("Number, words of the description, other label, or number of the find")
    autocomplete_fields = ["site", "context", "find", "specimen", "injury", "parent"]
    fieldsets = [
        (_("What it is"), {"fields": ("kind", "material", "description", "other_label")}),
        (
            _("Where it was"),
            {"fields": ("site", ("find", "specimen"), ("context", "injury"), "position")},
        ),
        (_("Part of another item"), {"fields": ("parent", ("parting", "parting_reason"))}),
        (_("Found"), {"fields": (("found_on", "finder"), "finder_as_named")}),
        (_("Point in the site grid"), {"fields": (("easting_m", "northing_m", "height_m"),)}),
        (_("Remarks and handling"), {"fields": ("remarks", "handling")}),
    ]

    class Media:
        css = {"all": ["remains/remains.css"]}

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today and the viewer; nothing of the thing is assumed."""
        return {"found_on": timezone.localdate(), "finder": request.user.pk}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A part stays what it was taken out of: custody went on from there."""
        readonly = list(super().get_readonly_fields(request, obj))
        return readonly if obj is None else [*readonly, "parent", "parting"]
