"""The pages of cases."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cases.admin.base import RecordAdmin
from cases.models.case import Case
from cases.workflows import CASE


@admin.register(Case)
class CaseAdmin(RecordAdmin):
    """Cases."""

    workflow = CASE
    list_display = ["number", "title", "status", "lead_agency", "opened_on"]
    list_select_related = ["lead_agency"]
    search_fields = ["number", "title"]
    list_filter = ["status", "kind"]
    ordering = ["-opened_on", "-id"]
    fields = [
        "number",
        "title",
        "kind",
        "lead_agency",
        "jurisdiction",
        "legal_classification",
        "opened_on",
        "summary",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As the agency's appointments say."""
        from cases import access

        return access.may(request.user, "cases.case:create")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A case keeps its number."""
        return ["number", "lead_agency"] if obj else []
