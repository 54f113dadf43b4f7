"""The page on which the receiver accepts what was handed over, or refuses it; made for a phone and two taps."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.refusals import Refusal
from evidence.admin.custody_forms import AnswerForm
from evidence.models import Consignment, CustodyEvent, EventStatus
from evidence.services import custody_answer
from evidence.services.custody_answer import Arrival
from evidence.services.custody_receiver import may_answer
from evidence.services.holder import Holder
from evidence.services.item import Held


def answer_view(request: HttpRequest, consignment: Consignment) -> HttpResponse:
    """Show what waits for the viewer's answer, accept what is chosen of it, or refuse it with a reason."""
    user: Any = request.user
    if not access.may(user, CustodyEvent.permission("accept"), consignment.case):
        raise PermissionDenied
    events = [event for event in open_events(user, consignment) if may_answer(user, event)]
    if not events:
        messages.info(request, _("Nothing of %(consignment)s waits for you.") % {"consignment": consignment})
        return HttpResponseRedirect(reverse("admin:evidence_consignment_change", args=[consignment.pk]))
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(consignment.case, user, data, outside=bool(consignment.to_outside))
    asked = request.GET.getlist("event")
    chosen = _chosen(events, data.getlist("event") if data is not None else asked)
    refusal: Refusal | None = None
    if data is not None:
        if "refuse" in data:
            form.fields["reason"].required = True
        if form.is_valid():
            try:
                return _answered(request, consignment, chosen, form)
            except Refusal as caught:
                if caught.status == 404:
                    raise
                refusal = caught
    rows = [
        {
            "event": event,
            "held": Held(event.item),
            "chosen": event in chosen,
            "seal": _typed(data, "seal", event, _expected(event)),
            "condition": _typed(data, "condition", event, ""),
            "remark": _typed(data, "remark", event, ""),
            "whole": event.seal_before is not None and event.seal_before.broken_at is None,
        }
        for event in events
    ]
    differs = refusal is not None and refusal.code in {"custody.seal_differs", "custody.seal_unsaid"}
    context = {
        **admin.site.each_context(request),
        "opts": Consignment._meta,
        "original": consignment,
        "title": _("Accept"),
        "subtitle": str(consignment),
        "giver": Holder.of(consignment, "from"),
        "to": Holder.of(consignment, "to"),
        "rows": rows,
        "form": form,
        "refusal": refusal,
        "differs": differs,
        "back": request.get_full_path(),
    }
    status = 422 if form.errors or refusal else 200
    return TemplateResponse(request, "evidence/custody_answer.html", context, status=status)


def open_events(user: Any, consignment: Consignment) -> list[CustodyEvent]:
    """Return what of a consignment is on its way, with all that a page shows of it."""
    rows = CustodyEvent.objects.visible_to(user).filter(consignment=consignment, status=EventStatus.OPEN)
    events = list(rows.select_related("case", "find", "specimen", "exhibit", "seal_before").order_by("id"))
    for event in events:
        event.consignment = consignment
    return events


def _chosen(events: list[CustodyEvent], keys: list[str]) -> list[CustodyEvent]:
    """Return those that are named; all where none is."""
    return [event for event in events if str(event.pk) in keys] if keys else events


def _expected(event: CustodyEvent) -> str:
    whole = event.seal_before is not None and event.seal_before.broken_at is None
    return str(event.seal_before) if whole else ""


def _typed(data: Any, name: str, event: CustodyEvent, begin: str) -> str:
    return data.get(f"{name}-{event.pk}", begin) if data is not None else begin


def _answered(
    request: HttpRequest, consignment: Consignment, chosen: list[CustodyEvent], form: Any
) -> HttpResponse:
    user: Any = request.user
    said, data = form.cleaned_data, request.POST
    signed_by = said.get("signed_by", "")
    if not data.getlist("event"):
        chosen = []
    if "refuse" in data:
        custody_answer.refuse(actor=user, events=chosen, reason=said["reason"], signed_by=signed_by)
        done = ngettext("%(n)d item is refused.", "%(n)d items are refused.", len(chosen))
    else:
        arrivals = [
            Arrival(
                event,
                seal=_typed(data, "seal", event, "")[:60],
                condition=_typed(data, "condition", event, "")[:300],
                remark=_typed(data, "remark", event, "")[:1000],
            )
            for event in chosen
        ]
        custody_answer.accept(
            actor=user, arrivals=arrivals, at=said["at"], place=said.get("place"), signed_by=signed_by
        )
        done = ngettext("%(n)d item is accepted.", "%(n)d items are accepted.", len(chosen))
    messages.success(request, done % {"n": len(chosen)})
    return HttpResponseRedirect(reverse("admin:evidence_consignment_change", args=[consignment.pk]))
