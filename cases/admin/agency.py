"""The pages of agencies."""

from __future__ import annotations

from django.contrib import admin

from cases.admin.base import SystemRecordAdmin
from cases.admin.filters import StatusFilter
from cases.models.agency import Agency
from cases.services import agency as service


@admin.register(Agency)
class AgencyAdmin(SystemRecordAdmin):
    """Agencies."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = ["name", "short_name", "kind", "country"]
    search_fields = ["name", "short_name"]
    list_filter = [("kind", StatusFilter)]
    ordering = ["name", "id"]
    fields = [("name", "short_name"), ("kind", "country")]
