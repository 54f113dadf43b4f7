"""The pages of legal holds: placed from an item's page, and shown on it for as long as they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from cases import access
from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import CaseFilter, HandlingFilter, StatusFilter
from cases.admin.related import Related, address, contribute
from evidence.hold_workflow import LEGAL_HOLD
from evidence.models import HoldStatus, LegalHold
from evidence.models.exhibit import Exhibit
from evidence.models.item import ITEMS, stem_of
from evidence.services import hold as service
from remains.models import Find, Specimen

_ASK: Final = "evidence.legalhold:ask_lift"
STATUS_LABELS = columns.Colours({"standing": "danger", "lifted": "success"})


@dataclass(frozen=True, slots=True)
class LiftRequest:
    """What is done about a wish that a hold be lifted, besides deciding it."""

    label: Any
    meaning: Any
    act: Callable[..., Any]
    while_asked: bool
    may: Callable[[Any, LegalHold], bool]


LIFT_REQUEST: Final = {
    "ask": LiftRequest(
        gettext_lazy("Ask that it be lifted"),
        gettext_lazy("A prosecutor of the case who did not place it, and who is not you, then decides."),
        service.ask_lift,
        while_asked=False,
        may=lambda user, row: access.may(user, _ASK, row.case),
    ),
    "decline": LiftRequest(
        gettext_lazy("Let it stand"),
        gettext_lazy("The hold stands on; that it be lifted can be asked again."),
        service.decline_lift,
        while_asked=True,
        may=lambda user, row: (
            row.lift_asked_by_id == user.pk or access.may(user, LegalHold.permission("lift"), row.case)
        ),
    ),
}


@admin.register(LegalHold)
class LegalHoldAdmin(RecordAdmin):
    """Legal holds."""

    workflow = LEGAL_HOLD
    create = staticmethod(service.place)
    #: A hold is seen by those who see its item.
    chooses_handling = False
    list_display = ["item_name", "state", "from_on", "placed_by", "court_order", "lifted_on", columns.case]
    list_select_related = ["case", "placed_by", "find", "specimen", "exhibit"]
    search_fields = ["find__number", "specimen__number", "exhibit__number", "court_order", "reason"]
    search_help_text = gettext_lazy("Number of the item, order, or words of the reason")
    list_filter = [
        ("case", CaseFilter),
        ("status", StatusFilter),
        ("from_on", RangeDateFilter),
        ("handling", HandlingFilter),
    ]
    autocomplete_fields = [*ITEMS]
    readonly_fields = [
        "placed_by",
        "lifted_by",
        "lifted_on",
        "lifting_reason",
        "lift_asked_by",
        "lift_asked_reason",
    ]

    @display(description=gettext_lazy("item"))
    def item_name(self, row: LegalHold) -> str:
        """Name the find, specimen or exhibit."""
        return str(row.item)

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: LegalHold) -> tuple[str, str]:
        """Name the status, in its colour."""
        return row.status, row.get_status_display()

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the ways to ask that it be lifted, and to let it stand."""
        head = super().record_head(request, obj)
        if obj.status == HoldStatus.STANDING:
            head["ways"] = [
                *(
                    {"label": step.label, "link": address("evidence_legalhold_lift_request", obj.pk, name)}
                    for name, step in LIFT_REQUEST.items()
                    if step.while_asked == (obj.lift_asked_by_id is not None) and step.may(request.user, obj)
                ),
                *head["ways"],
            ]
        return head

    def lift_request(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for the reason, and ask that a hold be lifted, or let it stand."""
        row = self._visible_or_404(request, object_id)
        step = LIFT_REQUEST.get(name)
        if step is None:
            raise Http404
        return self._with_reason(
            request,
            row,
            title=str(step.label),
            permission=_ASK,
            needed=True,
            meaning=str(step.meaning),
            act=lambda reason: step.act(actor=request.user, hold=row, reason=reason),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which it is asked that a hold be lifted."""
        return [
            path(
                "<path:object_id>/lift-request/<slug:name>/",
                self.admin_site.admin_view(self.lift_request),
                name="evidence_legalhold_lift_request",
            ),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A hold stays as it was placed."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin today."""
        return {"from_on": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask on what, why and on whose order; show how it ended."""
        why = (gettext_lazy("Why"), {"fields": ["reason", ("court_order", "from_on")]})
        if obj is None:
            return [
                (
                    gettext_lazy("On which item"),
                    {"fields": [*ITEMS], "description": _("Fill in one of the three.")},
                ),
                why,
            ]
        item = (gettext_lazy("On which item"), {"fields": ["case", stem_of(obj.item), "placed_by"]})
        ended = (gettext_lazy("Lifted"), {"fields": [("lifted_by", "lifted_on"), "lifting_reason"]})
        asked = (
            gettext_lazy("Somebody asks that it be lifted"),
            {"fields": [("lift_asked_by", "lift_asked_reason")]},
        )
        return [
            item,
            why,
            *([asked] if obj.lift_asked_by_id else []),
            *([ended] if obj.lifted_by_id else []),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Place the hold in the case of its item."""
        service.place(actor=request.user, record=obj)  # type: ignore[arg-type]


def _is_item(record: Any) -> bool:
    return isinstance(record, (Find, Specimen, Exhibit))


def about(request: HttpRequest, record: Any) -> Iterator[Related]:
    """Yield the holds on an item, for its page."""
    if not _is_item(record):
        return
    stem = stem_of(record)
    rows = LegalHold.objects.visible_to(request.user).filter(**{stem: record})
    found = list(rows.select_related("placed_by", "find", "specimen", "exhibit")[:12])
    may_place = access.may(request.user, LegalHold.permission("create"), record.case)
    if not found and not may_place:
        return
    yield Related(
        title=gettext_lazy("Legal holds"),
        rows=[(_said(row), address("evidence_legalhold_change", row.pk)) for row in found],
        add_link=address("evidence_legalhold_add", **{stem: record.pk}) if may_place else None,
        add_label=gettext_lazy("Place a legal hold"),
    )


def _said(row: LegalHold) -> str:
    return _("from %(day)s by %(person)s (%(status)s)") % {
        "day": row.from_on.isoformat(),
        "person": row.placed_by,
        "status": row.get_status_display(),
    }


contribute(about)
