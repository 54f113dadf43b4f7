"""The access log: read by auditors, written by nobody here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from cases import access
from cases.admin.export import ExportMixin
from cases.admin.filters import StatusFilter
from cases.admin.paging import BoundedPaginator
from cases.ledger.tables import recorded_tables
from cases.ledger.words import channel_in_words
from cases.models.case import Case
from cases.models.ledger import AccessLogEntry
from cases.models.user import User

PERMISSION = "cases.accesslogentry:view"
#: What the filter by time adds to an address.
AT = frozenset({"at_from_0", "at_from_1", "at_to_0", "at_to_1"})


class InstantFilter(RangeDateTimeFilter):
    """Between two instants, read in the time zone in which the pages are shown. A day alone counts whole."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to what lies between; what is no instant narrows nothing."""
        for end, lookup, otherwise in (("from", "gte", "00:00"), ("to", "lte", "23:59:59.999999")):
            day, time = (self.used_parameters.get(f"{self.field_path}_{end}_{part}") for part in (0, 1))
            try:
                instant = parse_datetime(f"{day} {time or otherwise}")
            except ValueError:
                continue
            if instant is not None:
                queryset = queryset.filter(**{f"{self.field_path}__{lookup}": timezone.make_aware(instant)})
        return queryset


@admin.register(AccessLogEntry)
class AccessLogAdmin(ExportMixin, ModelAdmin):
    """Who signed in, and who read, exported or downloaded what."""

    paginator = BoundedPaginator
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    list_fullwidth = True
    list_display = ["at", "kind", "user_name", "case_number", "record_kind", "door", "address", "detail"]
    fields = ["at", "kind", "person", "door", "address", "case_number", "record_kind", "record", "detail"]
    readonly_fields = ["person", "door", "case_number", "record_kind", "record"]
    list_display_links = ["at"]
    search_fields = ["user_name", "record_id", "detail"]
    list_filter = [("kind", StatusFilter), ("at", InstantFilter)]
    ordering = ["-id"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Accept in an address any field of a line: whoever sees a line sees all of it."""
        fields = {field.name for field in self.opts.concrete_fields}
        return lookup.partition("__")[0] in fields or lookup in AT

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

    def get_urls(self) -> list[URLPattern]:
        """Add the way to the log's files."""
        return [*self.export_urls(), *super().get_urls()]

    @display(description=_("case"))
    def case_number(self, entry: Any) -> str:
        """Return the number of the case."""
        return entry.number_of_case or "-"

    @display(description=_("kind of record"))
    def record_kind(self, entry: AccessLogEntry) -> str:
        """Return what the record is called on pages."""
        table = recorded_tables().get(entry.table_name)
        return str(capfirst(table.model._meta.verbose_name)) if table else entry.table_name or "-"

    @display(description=_("channel"))
    def door(self, entry: AccessLogEntry) -> str:
        """Return the door through which it happened."""
        return channel_in_words(entry.channel)

    @display(description=_("person"))
    def person(self, entry: AccessLogEntry) -> str:
        """Return who it was, with the way to the account."""
        return _linked("cases_user", entry.user_id, entry.user_name or "-")

    @display(description=_("record"))
    def record(self, entry: AccessLogEntry) -> str:
        """Return the record's identifier, with the way to its page."""
        table = recorded_tables().get(entry.table_name)
        if table is None:
            return entry.record_id or "-"
        options = table.model._meta
        return _linked(f"{options.app_label}_{options.model_name}", entry.record_id, entry.record_id)

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

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a line, without the way to a history."""
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "show_history": False}
        )

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A line of the log has no history: it is never changed."""
        raise Http404

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404


def _linked(page: str, key: Any, text: str) -> str:
    """Return the text as the way to a record's page, where there is such a page."""
    if not key:
        return text
    try:
        address = reverse(f"admin:{page}_change", args=[key])
    except NoReverseMatch:
        return text
    return format_html('<a class="text-link" href="{}">{}</a>', address, text)
