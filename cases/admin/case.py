"""The pages of cases."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cases.admin.base import RecordAdmin
from cases.case_page import at_a_glance
from cases.models.case import Case
from cases.workflows import CASE


@admin.register(Case)
class CaseAdmin(RecordAdmin):
    """Cases."""

    workflow = CASE
    change_form_outer_before_template = "cases/case_page.html"
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

    def render_change_form(  # noqa: PLR0917 - Django's own signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """Put the case at a glance above its sheet."""
        if obj is not None:
            context["at_a_glance"] = at_a_glance(obj, request.user)  # type: ignore[arg-type]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A case keeps its number."""
        return ["number", "lead_agency"] if obj else []
