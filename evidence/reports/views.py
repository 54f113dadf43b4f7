"""The addresses at which papers are made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from cases import access
from cases.models.ledger import AccessKind
from cases.models.user import User
from cases.papers import PaperLink
from cases.services.access_log import log_access
from evidence.reports.kinds import KINDS, PERMISSION, kinds_of, make


def report_view(request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
    """Answer with a paper as PDF; making it is logged."""
    chosen = next((one for one in KINDS if one.name == kind), None)
    if chosen is None:
        raise Http404
    user: Any = request.user
    made = make(actor=user, kind=chosen, key=key, language=request.GET.get("language", ""))
    record = chosen.model._base_manager.get(pk=key)
    log_access(
        AccessKind.EXPORTED, user, request=request, record=record, detail=f"{kind}, {made.position.seq}"
    )
    return pdf_response(made.pdf, made.file_name)


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """Return a PDF to be looked at, or saved under its name; no cache keeps it."""
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    answer["Cache-Control"] = "no-store, private"
    return answer


def report_links(record: Any, user: User) -> list[PaperLink]:
    """Return the papers that this person may make of a record."""
    return [
        PaperLink(kind.title, reverse("admin:report", args=[kind.name, record.pk]), speaks=True)
        for kind in kinds_of(record)
        if access.may(user, PERMISSION, record.case)
    ]
