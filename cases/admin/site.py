"""The pages of sites."""

from __future__ import annotations

from django.contrib import admin

from cases.admin.base import RecordAdmin, TabularPart
from cases.models.site import ProtectionMeasure, Site
from cases.workflows import SITE


class ProtectionMeasurePart(TabularPart):
    """Measures that protect the site."""

    model = ProtectionMeasure
    fields = ["kind", "description", "ordered_by", "from_on", "until_on"]


@admin.register(Site)
class SiteAdmin(RecordAdmin):
    """Sites."""

    workflow = SITE
    list_display = ["code", "name", "status", "municipality", "region", "case"]
    list_select_related = ["case"]
    search_fields = ["code", "name", "municipality"]
    list_filter = ["status"]
    inlines = [ProtectionMeasurePart]
    carry_over = ("case",)
