"""Files handed to a browser: originals to be saved and never shown, copies of our own making shown. Each is asked for
through the record it belongs to, so that who may not see the record is answered as if there were none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header

from cases.models.ledger import AccessKind
from cases.services.access_log import log_access
from evidence.services import stored_file
from evidence.services.stored_file import COPIES

if TYPE_CHECKING:
    _Page = Any
else:
    _Page = object

#: What a browser may do with a file of somebody else's making, should it open it after all: nothing.
SANDBOX = "sandbox; default-src 'none'"


class ServingPages(_Page):
    """Adds the original and the copies of its file to the pages of one kind of record."""

    def original_view(self, request: HttpRequest, object_id: str) -> HttpResponse | StreamingHttpResponse:
        """Hand out the original, as it came in. It is logged who got it."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        record = self._visible_or_404(request, object_id)
        pieces = stored_file.original(request.user, record)  # type: ignore[arg-type]
        log_access(
            AccessKind.DOWNLOADED, request.user, request=request, record=record, detail=record.shown_name
        )
        response = StreamingHttpResponse(pieces, content_type=record.media_type)
        response["Content-Length"] = str(record.size_bytes)
        name = f"{record.number}_{record.shown_name}"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
        response["Cache-Control"] = "private, no-store"
        return _inert(response)

    def copy_view(self, request: HttpRequest, object_id: str, part: str) -> HttpResponse:
        """Show a copy. A browser keeps it, and asks each time whether it still may."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        record = self._visible_or_404(request, object_id)
        if part not in COPIES or not record.hashes.get(part):
            raise Http404
        withheld = stored_file.copies_withheld(request.user, record)  # type: ignore[arg-type]
        if withheld is not None:
            raise withheld
        tag = f'"{record.hashes[part]}"'
        if request.headers.get("If-None-Match", "") == tag:
            response = HttpResponse(status=304)
        else:
            data = stored_file.copy_of(request.user, record, part)  # type: ignore[arg-type]
            response = HttpResponse(data, content_type="image/jpeg")
            response["Content-Disposition"] = f'inline; filename="{record.number}_{part}.jpg"'
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-cache"
        return _inert(response)

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of a record's file."""
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/original/", wrap(self.original_view), name=f"{stem}_original"),
            path(
                "<path:object_id>/copy/<slug:part>/",
                wrap(self.copy_view, cacheable=True),
                name=f"{stem}_copy",
            ),
            *super().get_urls(),
        ]


def _inert(response: Any) -> Any:
    response._csp_exempt = True  # django-csp then leaves our own policy as it is
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
