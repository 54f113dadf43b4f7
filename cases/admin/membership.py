"""The pages of a case's team."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import StatusFilter, VisibleListFilter, WithdrawnFilter
from cases.models.membership import Membership
from cases.services import membership as service


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    """Team members."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    withdraw = staticmethod(service.withdraw)
    chooses_handling = False
    list_display = ["user", "role", "from_on", "until_on", "basis", columns.case]
    list_select_related = ["case", "user"]
    search_fields = ["user__full_name", "user__username", "basis", "case__number"]
    list_filter = [
        ("case", VisibleListFilter),
        ("role", StatusFilter),
        ("from_on", RangeDateFilter),
        WithdrawnFilter,
    ]
    ordering = ["case__number", "role", "from_on", "id"]
    autocomplete_fields = ["user"]
    carry_over = ("case", "role", "from_on", "basis")
    fieldsets = [
        (_("Who takes part, and as what"), {"fields": ["case", "user", "role"]}),
        (_("From when until when, and on what basis"), {"fields": [("from_on", "until_on"), "basis"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Person and role stay; another part is another record."""
        return [*super().get_readonly_fields(request, obj), *(["user", "role"] if obj is not None else [])]
