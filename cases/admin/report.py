"""The pages of discovery reports."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import (
    CodeFilter,
    HandlingFilter,
    VisibleFilter,
    VisibleListFilter,
    WithdrawnFilter,
)
from cases.models.report import DiscoveryReport
from cases.services import report as service


@admin.register(DiscoveryReport)
class DiscoveryReportAdmin(RecordAdmin):
    """Discovery reports."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = [
        "received_on",
        "received_by",
        "channel",
        "came_to_light",
        "place_description",
        columns.site,
        columns.handling,
        columns.case,
    ]
    list_select_related = ["case", "site", "channel", "came_to_light"]
    search_fields = ["received_by", "reporter", "account", "place_description", "site__code", "site__name"]
    list_filter = [
        ("case", VisibleListFilter),
        ("site", VisibleFilter),
        ("channel", CodeFilter),
        ("handling", HandlingFilter),
        ("received_on", RangeDateFilter),
        WithdrawnFilter,
    ]
    ordering = ["-received_on", "-id"]
    autocomplete_fields = ["site"]
    carry_over = ("case", "site", "received_by")
    fieldsets = [
        (_("Receipt"), {"fields": ["case", ("received_on", "received_by"), "channel"]}),
        (_("Who reported it"), {"fields": ["reporter", "reporter_protected"]}),
        (_("What was reported"), {"fields": ["account", ("discovered_edtf", "came_to_light")]}),
        (
            _("Where"),
            {"fields": ["place_description", ("latitude", "longitude"), "accuracy_m", "site"]},
        ),
        (_("Handling"), {"fields": ["handling"]}),
    ]
