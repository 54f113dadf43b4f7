"""What scanning a label leads to: the page of its record, for whoever may see it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from evidence.labels.tokens import read_token
from evidence.models import Referral


def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the record of a token; what the viewer may not see does not exist."""
    named = read_token(token)
    if named is None:
        raise Http404
    model, key = named
    record: Any = model.objects.visible_to(request.user).filter(pk=key).first()
    if record is None:
        return _otherwise(request, model, key)
    stem = f"{model._meta.app_label}_{model._meta.model_name}"
    return HttpResponseRedirect(reverse(f"admin:{stem}_change", args=[record.pk]))


def _otherwise(request: HttpRequest, model: Any, key: Any) -> HttpResponse:
    """Lead a laboratory from the letter that it was sent to its own page of the referral."""
    if model is Referral and Referral.objects.reached_by(request.user).filter(pk=key).exists():
        return HttpResponseRedirect(reverse("admin:evidence_laboratory_referral", args=[key]))
    raise Http404
