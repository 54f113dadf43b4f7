"""The pages of appointments: what people hold in an agency, over and above single cases."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateFilter

from cases.admin.base import SystemRecordAdmin
from cases.admin.filters import StatusFilter, VisibleListFilter
from cases.models.user import Appointment
from cases.services import appointment as service


@admin.register(Appointment)
class AppointmentAdmin(SystemRecordAdmin):
    """Appointments."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = ["user", "role", "agency", "from_on", "until_on"]
    list_select_related = ["user", "agency"]
    search_fields = ["user__full_name", "user__username", "agency__name", "agency__short_name"]
    list_filter = [("agency", VisibleListFilter), ("role", StatusFilter), ("from_on", RangeDateFilter)]
    ordering = ["user__full_name", "role", "id"]
    autocomplete_fields = ["user", "agency"]
    carry_over = ("agency", "role", "from_on")
    fields = ["user", ("agency", "role"), ("from_on", "until_on")]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Agency, person and role stay; another appointment is another record."""
        return ["user", "agency", "role"] if obj is not None else []
