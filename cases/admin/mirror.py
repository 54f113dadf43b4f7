"""Mirrors: how far the shared part of other installations' cases was pulled, what failed, and the records."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from cases import access
from cases.admin import columns
from cases.admin.export import ExportMixin
from cases.admin.paging import BoundedPaginator
from cases.ledger.tables import recorded_tables
from cases.models.agreement import SHARED_HANDLINGS
from cases.models.base import Handling
from cases.models.ledger import AccessKind
from cases.models.mirror import Mirror, MirroredRecord, MirrorState
from cases.services.access_log import log_access

PERMISSION = "cases.mirror:view"
STATE_LABELS = columns.Colours(
    {
        MirrorState.WHOLE: "success",
        MirrorState.BEHIND: "warning",
        MirrorState.FAILING: "danger",
        MirrorState.ENDED: "info",
    }
)
#: What names a record in a line, the first that it has.
NAMES = ("number", "code", "title", "name", "text", "description")


class MirrorPages(ExportMixin, ModelAdmin):
    """Pages that only show, to the people of the case beside which it was pulled."""

    paginator = BoundedPaginator
    list_per_page = 50
    show_full_result_count = False
    list_fullwidth = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may in some case."""
        return access.may_somewhere(request.user, PERMISSION)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Which of them, the list's narrowing says."""
        return bool(request.user.is_active)

    def get_urls(self) -> list[URLPattern]:
        """Add the way to the list's files."""
        return [*self.export_urls(), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: `manage.py pull` does."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: they are another installation's records."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one, without the way to a history: it is kept where it was written."""
        self._refuse_unseen(request, object_id)
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "show_history": False}
        )

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse; what one may not see is not there."""
        self._refuse_unseen(request, object_id)
        return super().delete_view(request, object_id, extra_context)

    def _refuse_unseen(self, request: HttpRequest, object_id: str) -> None:
        if self.get_object(request, object_id) is None:
            raise Http404

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history is kept where it was written."""
        raise Http404

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404


@admin.register(Mirror)
class MirrorAdmin(MirrorPages):
    """What is mirrored, and how it stands."""

    list_display = ["number", "agency", "case", "stands", "lag", "whole", "fault"]
    list_display_links = ["number"]
    list_select_related = ["case", "agency"]
    list_filter = ["agency"]
    search_fields = ["number", "case__number"]
    fieldsets = [
        (
            _("What is mirrored"),
            {"fields": ["number", "agency", "case", "url", "chain", "records_pulled"]},
        ),
        (
            _("How it stands"),
            {"fields": ["stands", "lag", "whole", "tried_at", "fault", "epoch", "seq", "remote_seq"]},
        ),
        (_("What its checkpoints are verified by"), {"fields": ["key"]}),
    ]
    readonly_fields = ["stands", "lag", "whole", "records_pulled"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Narrow to the cases of this person."""
        cases = access.cases_where(request.user, PERMISSION)
        return (
            super().get_queryset(request).filter(case__in=cases.values("pk")).select_related("agency", "case")
        )

    @display(description=_("state"), label=STATE_LABELS)
    def stands(self, mirror: Mirror) -> tuple[str, str]:
        """Say how it stands to the other end."""
        return columns.Labelled((mirror.state, str(mirror.state.label)))

    @display(description=_("entries behind"))
    def lag(self, mirror: Mirror) -> str:
        """Return how many entries the other end had more."""
        return "-" if mirror.remote_seq is None else str(mirror.behind)

    @display(description=_("last whole"))
    def whole(self, mirror: Mirror) -> str:
        """Return how long ago nothing was missing."""
        if mirror.pulled_at is None:
            return str(_("never"))
        return str(_("%(time)s ago") % {"time": timesince(mirror.pulled_at)})

    @display(description=_("records"))
    def records_pulled(self, mirror: Mirror) -> str:
        """Return the way to its records."""
        address = f"{reverse('admin:cases_mirroredrecord_changelist')}?mirror__id__exact={mirror.pk}"
        return format_html('<a class="text-link" href="{}">{}</a>', address, _("Open the list"))


class KindFilter(admin.SimpleListFilter):
    """Of one kind."""

    title = _("kind of record")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the kinds that this installation knows and an agreement may name."""
        from cases.exchange.kinds import shared_kinds

        return [(kind.table, kind.label) for kind in shared_kinds().values()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to it."""
        return queryset.filter(table_name=self.value()) if self.value() else queryset


@admin.register(MirroredRecord)
class MirroredRecordAdmin(MirrorPages):
    """Records of other installations, as they sent them."""

    list_display = ["named", "kind", "mirror", "at", "actor_name", "redacted"]
    list_display_links = ["named"]
    list_select_related = ["mirror", "mirror__agency"]
    list_filter = [("mirror", admin.RelatedOnlyFieldListFilter), KindFilter]
    search_fields = ["record_id__exact"]
    search_help_text = _("By the identifier that it has there.")
    ordering = ["mirror", "table_name", "id"]
    fieldsets = [
        (_("Whose record"), {"fields": ["kind", "mirror", "record_id", "redacted"]}),
        (_("As it was sent"), {"fields": ["content"]}),
        (_("What it stands on"), {"fields": ["seq", "proof", "at", "actor_name", "pulled_at"]}),
    ]
    readonly_fields = ["kind", "content", "proof"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Narrow to the cases of this person."""
        cases = access.cases_where(request.user, PERMISSION)
        return (
            super()
            .get_queryset(request)
            .filter(mirror__case__in=cases.values("pk"), handling__in=SHARED_HANDLINGS)
            .select_related("mirror", "mirror__agency")
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one, and log it where it is not open."""
        answer = super().change_view(request, object_id, form_url, extra_context)
        row = self.get_object(request, object_id)
        if row is not None and row.handling != Handling.OPEN:
            log_access(AccessKind.READ, request.user, request=request, record=row)
        return answer

    @display(description=_("record"))
    def named(self, row: MirroredRecord) -> str:
        """Return what people call it there."""
        payload = json.loads(row.payload)
        return next(
            (Truncator(str(payload[name])).chars(80) for name in NAMES if payload.get(name)), row.record_id
        )

    @display(description=_("kind of record"))
    def kind(self, row: MirroredRecord) -> str:
        """Return what it is called on pages."""
        table = recorded_tables().get(row.table_name)
        return str(capfirst(table.model._meta.verbose_name)) if table else row.table_name

    @display(description=_("hash of the entry"))
    def proof(self, row: MirroredRecord) -> str:
        """Return the hash in hexadecimal digits."""
        return bytes(row.hash).hex()

    @display(description=_("fields"))
    def content(self, row: MirroredRecord) -> str:
        """Return field by field what was sent, by the names of this installation where it has them."""
        table = recorded_tables().get(row.table_name)
        fields = {field.column: field for field in table.model._meta.concrete_fields} if table else {}
        said = (
            (capfirst(fields[column].verbose_name) if column in fields else column, _written(value))
            for column, value in json.loads(row.payload).items()
            if value not in (None, "", [], {})
        )
        return format_html("<dl>{}</dl>", format_html_join("", "<dt><b>{}</b></dt><dd>{}</dd>", said))


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
