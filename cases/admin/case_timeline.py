"""The timeline of a case as a page: narrowed by kind, person and period, page by page, or whole for the printer."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from cases.models.case import Case
from cases.timeline import Event, Period, events_of, kinds

#: Events on one page.
SHOWN: Final = 50


class TimelineForm(forms.Form):
    """What a timeline is narrowed to."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False, widget=UnfoldAdminSelectWidget)
    person = forms.ChoiceField(
        label=gettext_lazy("Recorded by"), required=False, widget=UnfoldAdminSelectWidget
    )
    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=UnfoldAdminSingleDateWidget)
    last = forms.DateField(label=gettext_lazy("Until"), required=False, widget=UnfoldAdminSingleDateWidget)

    def __init__(self, data: Any, people: dict[str, str]) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["kind"].choices = [("", _("Everything")), *sorted(kinds().items(), key=lambda kind: kind[1])]
        fields["person"].choices = [("", _("Anybody")), *sorted(people.items(), key=lambda one: one[1])]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first is not None and last is not None and last < first:
            raise forms.ValidationError(
                _("The period ends on %(last)s, before it begins on %(first)s. Exchange the two days.")
                % {"first": first.isoformat(), "last": last.isoformat()},
                code="timeline.period_upside_down",
            )
        return said


def timeline_view(admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show what happened in a case, oldest first."""
    case: Case = admin._visible_or_404(request, object_id)
    events = events_of(case, request.user)  # type: ignore[arg-type]
    people = {str(event.actor_id): event.actor_name for event in events if event.actor_id}
    form = TimelineForm(request.GET or None, people)
    refused = form.is_bound and not form.is_valid()
    if form.is_bound and not refused:
        events = narrowed(events, case, request, form.cleaned_data)
    whole = "whole" in request.GET
    pages = Paginator(events, max(len(events), 1) if whole else SHOWN)
    page = pages.get_page(request.GET.get("p"))
    query = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "original": case,
        "title": _("Timeline"),
        "subtitle": str(case),
        "form": form,
        "media": admin.media + form.media,
        "refused": refused,
        "days": [] if refused else by_day(list(page.object_list)),
        "number": len(events),
        "page": page,
        "whole": whole,
        "query": urlencode(query),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return TemplateResponse(request, "cases/case_timeline.html", context, status=status)


def narrowed(events: list[Event], case: Case, request: HttpRequest, said: dict[str, Any]) -> list[Event]:
    """Return the events that are asked for."""
    period = Period(said["first"], said["last"])
    if period != Period():  # what tells many events at once reads those of the period only
        events = events_of(case, request.user, kind=said["kind"], period=period)  # type: ignore[arg-type]
    return [
        event
        for event in events
        if said["kind"] in {"", event.kind} and said["person"] in {"", str(event.actor_id)}
    ]


def by_day(events: list[Event]) -> list[tuple[dt.date, list[Event]]]:
    """Return events under their days, in order."""
    days: dict[dt.date, list[Event]] = {}
    for event in events:
        days.setdefault(event.on, []).append(event)
    return list(days.items())
