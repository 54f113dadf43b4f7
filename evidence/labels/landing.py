"""What scanning a label leads to: the page of its record, for whoever may see it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from evidence.labels.tokens import read_token


def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the record of a token; what the viewer may not see does not exist."""
    named = read_token(token)
    if named is None:
        raise Http404
    model, key = named
    record: Any = model.objects.visible_to(request.user).filter(pk=key).first()
    if record is None:
        raise Http404
    stem = f"{model._meta.app_label}_{model._meta.model_name}"
    return HttpResponseRedirect(reverse(f"admin:{stem}_change", args=[record.pk]))
