"""The pages of seals: which is on what, and which was found or made broken."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from cases.admin import columns
from cases.admin.filters import CaseFilter, HandlingFilter
from evidence.admin.custody import ITEM, ReadOnly, item
from evidence.admin.custody_acts import SEAL, act_view
from evidence.admin.custody_filters import BrokenFilter
from evidence.models import Seal
from evidence.services import seal


@admin.register(Seal)
class SealAdmin(ReadOnly):
    """Seals."""

    list_display = ["number", item, "state", "applied_at", "applied_by", "broken_at", columns.handling]
    list_select_related = [*ITEM, "applied_by"]
    list_filter = [
        BrokenFilter,
        ("case", CaseFilter),
        ("applied_at", RangeDateTimeFilter),
        ("broken_at", RangeDateTimeFilter),
        ("handling", HandlingFilter),
    ]
    search_fields = ["number", "find__number", "specimen__number", "exhibit__number"]
    search_help_text = gettext_lazy("Number of the seal or of the item")
    fields = [
        (item, "state"),
        ("applied_at", "applied_by"),
        ("recorded_at", "note"),
        ("broken_at", "broken_by"),
        "broken_reason",
        "broken_recorded_at",
        "handling",
    ]
    readonly_fields = [
        item,
        "state",
        "recorded_at",
        "broken_at",
        "broken_by",
        "broken_reason",
        "broken_recorded_at",
    ]

    @display(description=gettext_lazy("state"), label={"whole": "success", "broken": "danger"})
    def state(self, row: Seal) -> tuple[str, str]:
        """Say whether it is whole."""
        return columns.Labelled(("whole", _("whole")) if row.broken_at is None else ("broken", _("broken")))

    def broken(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record that a seal is broken, and why."""
        row = self._visible_or_404(request, object_id)
        user: Any = request.user
        answer = self._with_reason(
            request,
            row,
            title=_("Record a broken seal"),
            permission=Seal.permission("break"),
            needed=True,
            meaning=_("Seal %(seal)s on %(item)s: say why it was opened, or what you found.")
            % {"seal": row, "item": row.item},
            act=lambda reason: seal.break_seal(actor=user, seal=row, reason=reason),
        )
        back = request.GET.get("next", "")
        if isinstance(answer, HttpResponseRedirect) and url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return HttpResponseRedirect(back)
        return answer

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which a seal is put on and recorded as broken."""
        wrap = self.admin_site.admin_view
        return [
            path("apply/", wrap(partial(act_view, act=SEAL)), name="evidence_seal_apply"),
            path("<path:object_id>/break/", wrap(self.broken), name="evidence_seal_break"),
            *super().get_urls(),
        ]
