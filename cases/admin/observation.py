"""The pages of observations: made from a record's page or from the list, for readers whom their author names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from cases import access
from cases.admin import columns
from cases.admin.about import AboutFilter, AboutForm, AboutMixin, about_record
from cases.admin.base import RecordAdmin
from cases.admin.filters import HandlingFilter, StatusFilter, VisibleListFilter, WithdrawnFilter
from cases.admin.related import Related, contribute
from cases.casework_workflows import OBSERVATION
from cases.models.base import Handling
from cases.models.observation import Observation
from cases.selections import observations_for
from cases.services import observation as service

STATUS_LABELS = columns.Colours({"made": "warning", "noted": "info", "answered": "success"})
#: What each handling means to somebody who says something in confidence.
READERS = {
    Handling.OPEN: gettext_lazy("Everybody of the case: investigation, prosecution and ICRC liaison"),
    Handling.INVESTIGATION: gettext_lazy("Investigation, prosecution and oversight; not the ICRC liaison"),
    Handling.HUMANITARIAN: gettext_lazy(
        "The ICRC liaison and the auditor; neither investigation nor prosecution"
    ),
}


class ObservationForm(AboutForm):
    """An observation; nobody's words reach more people because a choice was left as it stood."""

    handling = forms.ChoiceField(label=gettext_lazy("Who may read it"), widget=UnfoldAdminRadioSelectWidget)


class WaitingFilter(DropdownFilter):
    """Those that nobody has answered or noted yet and that the viewer might."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the ways to look at the list."""
        return [("me", _("For me")), ("mine", _("Made by me"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow the list."""
        if self.value() == "me":
            return queryset.filter(observations_for(request.user))  # type: ignore[arg-type]
        return queryset.filter(made_by=request.user) if self.value() == "mine" else queryset


@admin.register(Observation)
class ObservationAdmin(AboutMixin, RecordAdmin):
    """Observations."""

    form = ObservationForm
    workflow = OBSERVATION
    create = staticmethod(service.create)
    withdraw = staticmethod(service.withdraw)
    list_display = ["__str__", "about_name", "made_by", "made_on", "state", columns.handling, columns.case]
    list_select_related = ["case", "made_by"]
    search_fields = ["text", "answer", "made_by__full_name"]
    list_filter = [
        WaitingFilter,
        ("case", VisibleListFilter),
        ("status", StatusFilter),
        ("handling", HandlingFilter),
        AboutFilter,
        WithdrawnFilter,
    ]
    carry_over = ("case",)

    class Media:
        css = {"all": ["cases/record_pages.css"]}

    readonly_fields = ["about_link", "answer", "answered_by", "made_by", "made_on"]

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: Observation) -> tuple[str, str]:
        """Name the status, in its colour."""
        return row.status, row.get_status_display()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An observation stays as it was made."""
        return False

    def may_withdraw(self, request: HttpRequest, obj: Any) -> bool:
        """Whoever made it takes it back."""
        return super().may_withdraw(request, obj) and obj.made_by_id == request.user.pk

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask who may read it, with nothing chosen."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            seen = access.handlings_seen(access.standing(request.user).every_role())
            form.base_fields["handling"] = forms.ChoiceField(
                label=ObservationForm.base_fields["handling"].label,
                choices=[(value, READERS[value]) for value in Handling if value in seen],
                widget=UnfoldAdminRadioSelectWidget,
            )
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask what was observed about what, and who may read it; show the answer."""
        if obj is None:
            return [
                (gettext_lazy("About what"), {"fields": ["case", "number", "record"]}),
                (gettext_lazy("What you observe"), {"fields": ["text"]}),
                (gettext_lazy("Who may read it"), {"fields": ["handling"]}),
            ]
        answered = [name for name in ("answer", "answered_by") if getattr(obj, name)]
        return [
            (gettext_lazy("Observation"), {"fields": ["case", "about_link", "text", ("made_by", "made_on")]}),
            *([(gettext_lazy("What was answered"), {"fields": answered})] if answered else []),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the observation about the record that the form names."""
        service.create(actor=request.user, record=obj, about=form.about)  # type: ignore[arg-type]


def about(request: HttpRequest, record: Any) -> Iterator[Related]:
    """Yield the observations about a record, for its page."""
    group = about_record(
        request,
        record,
        Observation,
        title=gettext_lazy("Observations on this record"),
        add_label=gettext_lazy("Make an observation"),
        label=lambda row: f"{row} ({row.get_status_display()})",
    )
    if group is not None:
        yield group


contribute(about)
