"""What scanning a label leads to: the page of its record, or its acceptance, for whoever may see it or accept it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from evidence.labels.tokens import read_token
from evidence.models import CustodyEvent, EventStatus, Referral
from evidence.services.custody_receiver import may_answer
from evidence.services.item import KINDS, among


def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the record of a token; what the viewer may not see does not exist."""
    named = read_token(token)
    if named is None:
        raise Http404
    model, key = named
    record: Any = model.objects.visible_to(request.user).filter(pk=key).first()
    if record is None:
        return _otherwise(request, model, key)
    if model in KINDS.values():
        return HttpResponseRedirect(way_to(request.user, record))
    stem = f"{model._meta.app_label}_{model._meta.model_name}"
    return HttpResponseRedirect(reverse(f"admin:{stem}_change", args=[record.pk]))


def way_to(user: Any, item: Any) -> str:
    """Return where a scanned item leads this person: to its answer if that waits for them, else to its page."""
    rows = CustodyEvent.objects.visible_to(user).filter(status=EventStatus.OPEN)
    event = among(
        rows.select_related("case", "consignment__from_person", "consignment__to_person"), [item]
    ).first()
    if event is not None and may_answer(user, event):
        page = reverse("admin:evidence_consignment_answer", args=[event.consignment_id])
        return f"{page}?event={event.pk}"
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])


def _otherwise(request: HttpRequest, model: Any, key: Any) -> HttpResponse:
    """Lead a laboratory from the letter that it was sent to its own page of the referral."""
    if model is Referral and Referral.objects.reached_by(request.user).filter(pk=key).exists():
        return HttpResponseRedirect(reverse("admin:evidence_laboratory_referral", args=[key]))
    raise Http404
