"""The pages of incidents, and of figures as stated by somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from cases.admin import columns
from cases.admin.base import RecordAdmin, TabularPart
from cases.admin.filters import CodeFilter, HandlingFilter, VisibleListFilter, WithdrawnFilter
from cases.models.incident import Incident, StatedFigure
from cases.services import incident as service


class StatedFigurePart(TabularPart):
    """Numbers of people as a source states them; two sources may disagree, and both stay."""

    model = StatedFigure
    fields = ["measure", "qualifier", "number", "source", "stated_edtf", "note"]


class IncidentFigurePart(StatedFigurePart):
    """Figures as stated about the incident."""

    fk_name = "incident"


@admin.register(Incident)
class IncidentAdmin(RecordAdmin):
    """Incidents."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = [
        "title",
        columns.said_day("happened", _("happened")),
        "place_description",
        "source",
        columns.handling,
        columns.case,
    ]
    list_select_related = ["case"]
    search_fields = ["title", "place_description", "source", "description"]
    list_filter = [
        ("case", VisibleListFilter),
        ("handling", HandlingFilter),
        ("happened_earliest_on", RangeDateFilter),
        WithdrawnFilter,
    ]
    ordering = ["-happened_earliest_on", "-id"]
    inlines = [IncidentFigurePart]
    carry_over = ("case", "source", "stated_on")
    fieldsets = [
        (_("What is alleged"), {"fields": ["case", "title", "description"]}),
        (_("When and where"), {"fields": ["happened_edtf", "place_description"]}),
        (_("Who states it"), {"fields": [("source", "stated_on")]}),
        (_("Handling"), {"fields": ["handling"]}),
    ]


@admin.register(StatedFigure)
class StatedFigureAdmin(RecordAdmin):
    """Figures as stated, of incidents and sites."""

    list_display = ["figure", "measure", "about", "source", columns.handling, columns.case]
    list_select_related = ["case", "measure", "incident", "site"]
    search_fields = ["source", "note", "site__code", "site__name", "incident__title"]
    list_filter = [
        ("case", VisibleListFilter),
        ("measure", CodeFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    ordering = ["-id"]
    autocomplete_fields = ["incident", "site"]
    carry_over = ("case", "incident", "site", "source", "stated_edtf")
    fieldsets = [
        (
            _("About what"),
            {
                "fields": ["case", ("incident", "site")],
                "description": _("Either an incident or a site, not both."),
            },
        ),
        (_("The figure"), {"fields": ["measure", ("qualifier", "number")]}),
        (_("Who states it"), {"fields": [("source", "stated_edtf"), "note"]}),
        (_("Handling"), {"fields": ["handling"]}),
    ]

    @display(description=_("figure"), ordering="number")
    def figure(self, record: Any) -> str:
        """Return the number as the source put it."""
        return f"{record.get_qualifier_display()} {record.number}"

    @display(description=_("about"))
    def about(self, record: Any) -> str:
        """Return the incident or the site."""
        return str(record.incident or record.site)
