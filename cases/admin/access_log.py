"""The access log: read by auditors, written by nobody here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from cases import access
from cases.admin.base import RecordAdmin
from cases.admin.filters import StatusFilter
from cases.admin.paging import BoundedPaginator
from cases.models.case import Case
from cases.models.ledger import AccessLogEntry
from cases.models.user import User

PERMISSION = "cases.accesslogentry:view"


@admin.register(AccessLogEntry)
class AccessLogAdmin(ModelAdmin):
    """Who signed in, and who read, exported or downloaded what."""

    paginator = BoundedPaginator
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    list_fullwidth = True
    list_display = ["at", "kind", "user_name", "case_number", "table_name", "channel", "address", "detail"]
    list_display_links = ["at"]
    search_fields = ["user_name", "record_id", "detail"]
    list_filter = [("kind", StatusFilter), ("at", RangeDateTimeFilter)]
    ordering = ["-id"]
    lookup_allowed = RecordAdmin.lookup_allowed

    def get_queryset(self, request: HttpRequest) -> Any:
        """Narrow to the cases this auditor reads, and to the sign-ins of the people of the agencies audited."""
        cases = access.cases_where(request.user, PERMISSION)
        agencies = access.standing(request.user).by_lead_agency
        audited = [agency for agency, roles in agencies.items() if roles & access.roles_with(PERMISSION)]
        own_people = User.objects.filter(agency__in=audited)
        without_case = Q(case_id__isnull=True, user_id__in=own_people.values("pk"))
        nameless = Q(case_id__isnull=True, user_id__isnull=True) if audited else Q(pk__in=[])
        number = Case.objects.filter(pk=OuterRef("case_id")).values("number")[:1]
        rows = AccessLogEntry.objects.filter(
            Q(case_id__in=cases.values("pk")) | without_case | nameless
        ).annotate(number_of_case=Subquery(number))
        return rows.order_by(*self.ordering)

    @display(description=_("case"))
    def case_number(self, entry: Any) -> str:
        """Return the number of the case."""
        return entry.number_of_case or "-"

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Auditors only."""
        return access.may_somewhere(request.user, PERMISSION)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Auditors only; which lines, the list's narrowing says."""
        return access.may_somewhere(request.user, PERMISSION)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A line of the log has no history: it is never changed."""
        raise Http404

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404
