"""The pages of enquiries: a question to the team, its answer, and whether it was enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.decorators import display

from cases.admin import columns
from cases.admin.about import AboutFilter, AboutForm, AboutMixin, about_record
from cases.admin.base import RecordAdmin
from cases.admin.filters import StatusFilter, VisibleListFilter, WithdrawnFilter
from cases.admin.related import Related, contribute
from cases.casework_workflows import ENQUIRY
from cases.models.enquiry import Enquiry, EnquiryStatus
from cases.selections import enquiries_for
from cases.services import enquiry as service

STATUS_LABELS = columns.Colours({"asked": "warning", "answered": "info", "closed": "success"})


class WaitingFilter(DropdownFilter):
    """By whom an enquiry waits for."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the ways to look at the list."""
        return [("me", _("For me")), ("mine", _("Asked by me")), ("overdue", _("Overdue"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow the list."""
        match self.value():
            case "me":
                return queryset.filter(enquiries_for(request.user))  # type: ignore[arg-type]
            case "mine":
                return queryset.filter(asked_by=request.user)
            case "overdue":
                return queryset.filter(status=EnquiryStatus.ASKED, due_on__lt=timezone.localdate())
        return queryset


@admin.register(Enquiry)
class EnquiryAdmin(AboutMixin, RecordAdmin):
    """Enquiries."""

    form = AboutForm
    workflow = ENQUIRY
    create = staticmethod(service.create)
    #: An enquiry is read by those who answer it and by who asked it.
    chooses_handling = False
    list_display = ["__str__", "about_name", "asked_by", "due", "state", columns.case]
    list_select_related = ["case", "asked_by"]
    search_fields = ["question", "answer", "asked_by__full_name"]
    list_filter = [
        WaitingFilter,
        ("case", VisibleListFilter),
        ("status", StatusFilter),
        ("due_on", RangeDateFilter),
        AboutFilter,
        WithdrawnFilter,
    ]
    carry_over = ("case",)
    readonly_fields = ["about_link", "answer", "answered_by", "remark", "asked_by", "asked_on"]

    @display(description=gettext_lazy("wished for by"), ordering="due_on")
    def due(self, row: Enquiry) -> str:
        """Return the day, and say when it has passed."""
        if row.due_on is None:
            return "-"
        day = row.due_on.isoformat()
        return _("%(day)s, overdue") % {"day": day} if row.is_overdue() else day

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: Enquiry) -> tuple[str, str]:
        """Name the status, in its colour."""
        return row.status, row.get_status_display()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A question stays as it was asked."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask what is asked about what, and until when; show the answer."""
        if obj is None:
            return [
                (gettext_lazy("About what"), {"fields": ["case", "number", "record"]}),
                (gettext_lazy("What you ask the team"), {"fields": ["question", "due_on"]}),
            ]
        came = [name for name in ("answer", "answered_by", "remark") if getattr(obj, name)]
        return [
            (
                gettext_lazy("Question"),
                {"fields": ["case", "about_link", "question", "due_on", ("asked_by", "asked_on")]},
            ),
            *([(gettext_lazy("What was answered"), {"fields": came})] if came else []),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Ask about the record that the form names."""
        service.create(actor=request.user, record=obj, about=form.about)  # type: ignore[arg-type]


def about(request: HttpRequest, record: Any) -> Iterator[Related]:
    """Yield the enquiries about a record, for its page."""
    group = about_record(
        request,
        record,
        Enquiry,
        title=gettext_lazy("Enquiries about this record"),
        add_label=gettext_lazy("Ask the team about it"),
        label=lambda row: f"{row} ({row.get_status_display()})",
    )
    if group is not None:
        yield group


contribute(about)
