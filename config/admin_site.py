"""The admin site: unfold's look, the second factor in front, and a start page about the work."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from unfold.sites import UnfoldAdminSite

from config.second_factor import SecondFactorMixin

#: Pages of Django's and Unfold's that have no use here. `view_on_site` would tell which identifiers exist; the search
#: over everything knows nothing of what may be seen.
UNUSED = frozenset({"view_on_site", "search"})


class TaphosAdminSite(SecondFactorMixin, UnfoldAdminSite):
    """Where people work."""

    index_template = "admin/start_page.html"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out what is not used, and add the pages that belong to no single kind of record."""
        from evidence.bundle.views import bundles_view, fetch_view
        from evidence.labels.views import labels_view
        from evidence.reports.views import report_view

        known = [url for url in super().get_urls() if getattr(url, "name", None) not in UNUSED]
        return [
            path("papers/<slug:kind>/<uuid:key>/", self.admin_view(report_view), name="report"),
            path("bundles/<uuid:case>/", self.admin_view(bundles_view), name="bundles"),
            path("bundles/<uuid:case>/<slug:token>/", self.admin_view(fetch_view), name="bundle"),
            path("labels/<slug:kind>/", self.admin_view(labels_view), name="labels"),
            *known,
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Refuse what no search holds: the lists' own search does, and the database would fail on it."""
        if "\0" in request.GET.get("term", ""):
            raise BadRequest("a search with a NUL")
        return super().autocomplete_view(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the viewer's cases and what waits for them."""
        from config.start.page import start_page

        context = {"title": _("Start"), "start": start_page(request.user), **(extra_context or {})}  # type: ignore[arg-type]
        return super().index(request, context)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the start page: the menu goes by the work, not by apps."""
        return HttpResponseRedirect(reverse("admin:index", current_app=self.name))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Build no list of every table for each page: nothing shows it."""
        return []
