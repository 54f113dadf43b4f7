"""The page on which a case is taken out as a bundle, and the way to fetch it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.models import Case, User
from cases.models.ledger import AccessKind
from cases.models.membership import Role
from cases.papers import PaperLink
from cases.refusals import Refusal
from cases.services.access_log import log_access
from evidence.bundle.requests import PERMISSION, ask, requests_of, role_of, zipped


def bundles_view(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show what the viewer asked for of a case, and ask for another bundle."""
    user, found = _case(request, case)
    if request.method == "POST":
        try:
            made = ask(user, found)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            messages.error(request, str(refusal))
        else:
            log_access(
                AccessKind.EXPORTED, user, request=request, record=found, detail=f"bundle, {made.token}"
            )
            messages.success(request, _("The bundle is being made. This page shows when it is there."))
        return HttpResponseRedirect(reverse("admin:bundles", args=[found.pk]))
    role = role_of(user, found)
    context = {
        **admin.site.each_context(request),
        "opts": Case._meta,
        "original": found,
        "title": _("Take the case out"),
        "subtitle": str(found),
        "case": found,
        "role": Role(role).label if role else "",
        "requests": requests_of(user, found),
    }
    return TemplateResponse(request, "evidence/bundle_requests.html", context)


def fetch_view(request: HttpRequest, case: UUID, token: str) -> HttpResponse | StreamingHttpResponse:
    """Hand out a bundle to who asked for it, as one file; it is logged."""
    user, found = _case(request, case)
    asked = next((one for one in requests_of(user, found) if one.token == token), None)
    if asked is None or asked.bag is None or asked.role not in access.roles_in(user, found):
        raise Http404
    name = f"{asked.bag.name}.zip"
    log_access(AccessKind.DOWNLOADED, user, request=request, record=found, detail=name)
    answer = StreamingHttpResponse(zipped(asked.bag), content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    answer["Cache-Control"] = "private, no-store"
    return answer


def bundle_links(record: Any, user: User) -> list[PaperLink]:
    """Return the way to the bundles of a case."""
    if not isinstance(record, Case) or not access.may(user, PERMISSION, record):
        return []
    return [PaperLink(gettext_lazy("Take the case out"), reverse("admin:bundles", args=[record.pk]))]


def _case(request: HttpRequest, key: UUID) -> tuple[User, Case]:
    user: Any = request.user
    found = Case.objects.visible_to(user).select_related("lead_agency").filter(pk=key).first()
    if found is None:
        raise Http404
    access.require(user, PERMISSION, found)
    return user, found
