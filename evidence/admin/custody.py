"""The pages of consignments and their hand-overs, and of holdings. They are read: what changes custody has its own."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import action, display

from cases import access
from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import CaseFilter, HandlingFilter, StatusFilter, VisibleFilter
from evidence.admin.custody_acts import LATE, RELEASE, TAKE_IN, act_view
from evidence.admin.custody_answer import answer_view, open_events
from evidence.admin.custody_filters import HeldFilter, OpenFilter, PlaceFilter, SealFilter
from evidence.admin.custody_panel import item_address
from evidence.admin.scan import scan_view
from evidence.models import Consignment, CustodyEvent, EventStatus, Holding
from evidence.services import custody_answer
from evidence.services.custody_receiver import may_answer
from evidence.services.holder import Holder, acts_for
from remains.admin.below import Leaner

#: What names an item in a list.
ITEM = ("find", "specimen", "exhibit")


class ReadOnly(Leaner, RecordAdmin):
    """Pages on which nothing is typed: every change has an act of its own, and what was entered stays."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It is made by an act of custody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It stays as it was entered."""
        return False


@display(description=gettext_lazy("item"))
def item(record: Any) -> str:
    """Name the item."""
    return str(record.item)


def _number_of(events: Any) -> Any:
    """Count the hand-overs of each row's own consignment, row by row of the page and never of the whole table."""
    return Coalesce(Subquery(events.values("consignment").annotate(n=Count("pk")).values("n")), 0)


@admin.register(Consignment)
class ConsignmentAdmin(ReadOnly):
    """Consignments, and the pages on which items are handed over and accepted."""

    list_display = ["number", "giver", "taker", "released_at", "how_many", "purpose"]
    list_select_related = ["from_person__agency", "from_agency", "to_person__agency", "to_agency"]
    list_filter = [
        OpenFilter,
        ("case", CaseFilter),
        ("from_person", VisibleFilter),
        ("to_person", VisibleFilter),
        ("to_agency", VisibleFilter),
        ("released_at", RangeDateTimeFilter),
        ("handling", HandlingFilter),
    ]
    search_fields = ["number", "purpose", "to_outside", "carried_by"]
    search_help_text = gettext_lazy("Number, purpose, body outside, carrier")
    actions_list = ["release", "scan"]
    fields = [
        ("giver", "taker"),
        ("released_at", "released_by"),
        ("handed_over_where", "carried_by"),
        "purpose",
        "recorded_at",
        "handling",
    ]
    readonly_fields = ["giver", "taker", "recorded_at"]

    class Media:
        css = {"all": ["remains/remains.css", "evidence/custody.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count what went with each and what of it is open, as far as the viewer sees it."""
        seen = CustodyEvent.objects.visible_to(request.user).filter(consignment=OuterRef("pk")).order_by()
        return (
            super()
            .get_queryset(request)
            .annotate(items=_number_of(seen), open_items=_number_of(seen.filter(status=EventStatus.OPEN)))
        )

    @display(description=gettext_lazy("from"))
    def giver(self, row: Consignment) -> str:
        """Name who handed over."""
        return str(Holder.of(row, "from"))

    @display(description=gettext_lazy("to"))
    def taker(self, row: Consignment) -> str:
        """Name who it was sent to."""
        return str(Holder.of(row, "to"))

    @display(description=gettext_lazy("items"), label={"open": "warning", "done": "success"})
    def how_many(self, row: Any) -> tuple[str, str]:
        """Count the items, and those that are open."""
        if row.open_items:
            return "open", _("%(open)d of %(all)d open") % {"open": row.open_items, "all": row.items}
        return "done", _("%(all)d answered") % {"all": row.items}

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the items, and what the viewer can do with those that are open."""
        user: Any = request.user
        events = list(
            CustodyEvent.objects.visible_to(user)
            .filter(consignment=obj)
            .select_related(
                "case", "find", "specimen", "exhibit", "seal_before", "seal_after", "answered_by__agency"
            )
            .order_by("id")
        )
        for event in events:
            event.consignment = obj
        waiting = [event for event in events if event.status == EventStatus.OPEN]
        holds = access.may(user, CustodyEvent.permission("create"), obj.case)
        return {
            **super().record_head(request, obj),
            "events": events,
            "may_answer": any(may_answer(user, event) for event in waiting),
            "may_call_back": bool(waiting) and holds and acts_for(user, Holder.of(obj, "from"), obj.case),
        }

    change_form_outer_before_template = "evidence/consignment_header.html"

    # --- acts

    @action(description=gettext_lazy("Hand over"), url_path="release", permissions=["hold"], icon="move_up")
    def release(self, request: HttpRequest) -> HttpResponse:
        """Hand items over."""
        return act_view(request, RELEASE)

    @action(description=gettext_lazy("Scan"), url_path="scan", icon="qr_code_scanner")
    def scan(self, request: HttpRequest) -> HttpResponse:
        """Lead to what is scanned."""
        return scan_view(request)

    def has_hold_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the viewer holds items of any case."""
        return access.may_somewhere(request.user, CustodyEvent.permission("create"))

    def answer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Accept or refuse what waits for the viewer."""
        return answer_view(request, self._visible_or_404(request, object_id))

    def call_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take back what of a consignment nobody has answered."""
        consignment = self._visible_or_404(request, object_id)
        user: Any = request.user
        return self._with_reason(
            request,
            consignment,
            title=_("Call back"),
            permission=CustodyEvent.permission("create"),
            needed=True,
            meaning=_(
                "What nobody has accepted yet is not on its way any more; its releaser still holds it."
            ),
            act=lambda reason: custody_answer.call_back(
                actor=user, events=open_events(user, consignment), reason=reason
            ),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which a consignment is answered and called back."""
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/answer/", wrap(self.answer), name="evidence_consignment_answer"),
            path("<path:object_id>/call-back/", wrap(self.call_back), name="evidence_consignment_call_back"),
            *super().get_urls(),
        ]


@admin.register(CustodyEvent)
class CustodyEventAdmin(ReadOnly):
    """Hand-overs of single items: what is open, and under which seal the rest arrived."""

    list_display = [
        "consignment",
        item,
        "state",
        "taker",
        "seal_before",
        "seal_after",
        "answered_at",
        columns.handling,
    ]
    list_select_related = [
        *ITEM,
        "consignment__to_person__agency",
        "consignment__to_agency",
        "seal_before",
        "seal_after",
    ]
    list_filter = [
        ("status", StatusFilter),
        SealFilter,
        ("case", CaseFilter),
        ("find", VisibleFilter),
        ("exhibit", VisibleFilter),
        ("answered_at", RangeDateTimeFilter),
        ("handling", HandlingFilter),
    ]
    search_fields = ["consignment__number", "find__number", "specimen__number", "exhibit__number"]
    search_help_text = gettext_lazy("Number of the consignment or of the item")
    fields = [
        ("consignment", item),
        ("state", "answered_by"),
        ("answered_at", "answer_recorded_at"),
        ("seal_before", "seal_after"),
        "remark",
        ("condition_before", "condition_after"),
        ("received_by_name", "answer_reason"),
        "handling",
    ]
    readonly_fields = [item, "state", "answered_at", "answer_recorded_at"]

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={"open": "warning", "accepted": "success", "refused": "danger"},
    )
    def state(self, row: CustodyEvent) -> tuple[str, str]:
        """Name the status."""
        return columns.Labelled((row.status, row.get_status_display()))

    @display(description=gettext_lazy("to"))
    def taker(self, row: CustodyEvent) -> str:
        """Name who it was sent to."""
        return str(Holder.of(row.consignment, "to"))


@admin.register(Holding)
class HoldingAdmin(ReadOnly):
    """Who holds what, now; and before."""

    list_display = [item, "holder_named", "from_at", "until_at", "basis", columns.handling]
    list_select_related = [*ITEM, "holder_person__agency", "holder_agency"]
    list_filter = [
        HeldFilter,
        PlaceFilter,
        ("case", CaseFilter),
        ("holder_person", VisibleFilter),
        ("holder_agency", VisibleFilter),
        ("from_at", RangeDateTimeFilter),
        ("basis", StatusFilter),
        ("handling", HandlingFilter),
    ]
    search_fields = ["find__number", "specimen__number", "exhibit__number", "holder_outside"]
    search_help_text = gettext_lazy("Number of the item, or body outside")
    actions_list = ["take_in"]
    actions = ["hand_over_chosen", "put_chosen"]
    fields = [
        (item, "holder_named"),
        ("from_at", "until_at"),
        ("basis", "event"),
        "note",
        ("recorded_by", "recorded_at"),
        ("ending", "ending_reason"),
        ("superseded_at", "superseded_reason"),
        "handling",
    ]
    readonly_fields = [item, "holder_named", "recorded_at", "superseded_at", "superseded_reason"]

    @display(description=gettext_lazy("holder"))
    def holder_named(self, row: Holding) -> str:
        """Name the holder."""
        return row.holder

    @admin.action(description=gettext_lazy("Hand over"), permissions=["hold"])
    def hand_over_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """Lead to the hand-over of the chosen items."""
        return self._with(request, queryset, "consignment_release")

    @admin.action(description=gettext_lazy("Put in a place"), permissions=["hold"])
    def put_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """Lead to the page that asks where."""
        return self._with(request, queryset, "storageplace_put")

    def _with(self, request: HttpRequest, queryset: Any, page: str) -> HttpResponse:
        items = [row.item for row in queryset.select_related(*ITEM)[:200]]
        return HttpResponseRedirect(item_address(page, *items))

    def has_hold_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the viewer holds items of any case."""
        return access.may_somewhere(request.user, CustodyEvent.permission("create"))

    @action(
        description=gettext_lazy("Take into custody"),
        url_path="take-in",
        permissions=["hold"],
        icon="front_hand",
    )
    def take_in(self, request: HttpRequest) -> HttpResponse:
        """Take items into custody."""
        return act_view(request, TAKE_IN)

    def get_urls(self) -> list[URLPattern]:
        """Add the page of late entries."""
        wrap = self.admin_site.admin_view
        return [
            path("late/", wrap(partial(act_view, act=LATE)), name="evidence_holding_late"),
            *super().get_urls(),
        ]
