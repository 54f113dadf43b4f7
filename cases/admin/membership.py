"""The pages of a case's team."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.decorators import display

from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import StatusFilter, VisibleListFilter, WithdrawnFilter
from cases.admin.related import Related, address, related
from cases.models.direction import RUNNING, Direction
from cases.models.membership import Membership
from cases.services import membership as service


class LastingFilter(DropdownFilter):
    """By whether somebody takes part today."""

    title = _("takes part")
    parameter_name = "lasting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the ways to look at the list."""
        return [("today", _("Today")), ("past", _("No longer")), ("future", _("Not yet"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow the list."""
        today = timezone.localdate()
        match self.value():
            case "today":
                lasting = Q(until_on__isnull=True) | Q(until_on__gte=today)
                return queryset.filter(lasting, from_on__lte=today)
            case "past":
                return queryset.filter(until_on__lt=today)
            case "future":
                return queryset.filter(from_on__gt=today)
        return queryset


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    """Team members."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    withdraw = staticmethod(service.withdraw)
    chooses_handling = False
    list_display = ["user", "agency", "role", "from_on", "until_on", "basis", columns.case]
    list_select_related = ["case", "user__agency"]
    search_fields = ["user__full_name", "user__username", "basis", "case__number"]
    list_filter = [
        ("case", VisibleListFilter),
        LastingFilter,
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

    @display(description=_("agency"), ordering="user__agency__short_name")
    def agency(self, row: Membership) -> str:
        """Name the agency of the person."""
        return row.user.agency.short_name

    def related(self, request: HttpRequest, obj: Any) -> list[Related]:
        """Return what the person still has to do in the case: it is given to somebody else before they leave."""
        running = Direction.objects.filter(case=obj.case, assignee=obj.user, status__in=RUNNING)
        group = related(request, obj, running, by="assignee", title=_("Directions not done yet"))
        every = {"case__id__exact": obj.case_id, "assignee__id__exact": obj.user_id, "waiting": "running"}
        return [replace(group, all_link=address("cases_direction_changelist", **every))]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Person and role stay; another part is another record."""
        return [*super().get_readonly_fields(request, obj), *(["user", "role"] if obj is not None else [])]
