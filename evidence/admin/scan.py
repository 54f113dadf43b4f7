"""The page for a hand scanner: whatever is scanned or typed leads to its record, or to its acceptance."""

from __future__ import annotations

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from evidence.admin.custody_items import items_called, token_in
from evidence.labels.landing import landing, way_to
from evidence.services.item import Held


def scan_view(request: HttpRequest) -> HttpResponse:
    """Lead from what was scanned or typed to the record; straight to its answer, for whom it waits."""
    code = request.GET.get("code", "").strip()
    fault = ""
    if code:
        token = token_in(code)
        if token is not None:
            return landing(request, token)
        found = items_called(request.user, code)
        if len(found) == 1:
            return HttpResponseRedirect(way_to(request.user, found[0]))
        if not found:
            raise Http404
        fault = _("%(code)s names several: choose one.") % {"code": code}
    else:
        found = []
    context = {
        **admin.site.each_context(request),
        "title": _("Scan"),
        "code": code,
        "fault": fault,
        "found": [(way_to(request.user, item), Held(item)) for item in found],
    }
    return TemplateResponse(request, "evidence/scan.html", context)
