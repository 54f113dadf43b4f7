"""The pages of site visits, with who took part."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from cases.admin import columns
from cases.admin.base import PartAdmin, RecordAdmin, TabularPart
from cases.admin.filters import HandlingFilter, VisibleFilter, VisibleListFilter, WithdrawnFilter
from cases.models.visit import SiteVisit, VisitParticipant
from cases.services import visit as service


class VisitParticipantPart(TabularPart):
    """Bodies and people present, and in what capacity."""

    model = VisitParticipant
    fields = ["agency", "organisation", "person", "capacity"]
    extra = 1


@admin.register(SiteVisit)
class SiteVisitAdmin(RecordAdmin):
    """Site visits."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    case_from = "site"
    list_display = [
        columns.said_day("visited", _("visited")),
        columns.site,
        "purpose",
        columns.handling,
        columns.case,
    ]
    list_select_related = ["case", "site"]
    search_fields = ["purpose", "outcome", "site__code", "site__name"]
    list_filter = [
        ("case", VisibleListFilter),
        ("site", VisibleFilter),
        ("handling", HandlingFilter),
        ("visited_earliest_on", RangeDateFilter),
        WithdrawnFilter,
    ]
    ordering = ["-visited_earliest_on", "-id"]
    autocomplete_fields = ["site"]
    inlines = [VisitParticipantPart]
    carry_over = ("site",)
    fieldsets = [
        (_("The visit"), {"fields": ["site", "visited_edtf", "purpose", "outcome"]}),
        (_("Handling"), {"fields": ["handling"]}),
    ]


@admin.register(VisitParticipant)
class VisitParticipantAdmin(PartAdmin):
    """Participants of visits, each on its own page."""

    case_from = "visit"
    list_display = ["__str__", "person", "visit", columns.handling, columns.case]
    list_select_related = ["case", "visit", "agency"]
    search_fields = ["organisation", "person", "capacity", "agency__name", "visit__purpose"]
    list_filter = [("case", VisibleListFilter), WithdrawnFilter]
    fields = ["visit", "agency", "organisation", "person", "capacity", "handling"]
