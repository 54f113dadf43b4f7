"""The interface for programs: what stands under `/api/v1/`, put together."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from cases.api.site import SiteViewSet
from config.api_pages import DescriptionView, RedocView, RootView, SwaggerView
from remains.api.find import FindViewSet

app_name = "api"

#: Every kind of record by the name it has in addresses, in the order of the work.
KINDS: Final[dict[str, type[GenericViewSet]]] = {
    "sites": SiteViewSet,
    "finds": FindViewSet,
}


def router() -> SimpleRouter:
    """Return the addresses of all kinds."""
    made = SimpleRouter(trailing_slash=False)
    for name, view_set in KINDS.items():
        made.register(name, view_set, basename=name)
    return made


urlpatterns: list[URLPattern | URLResolver] = [
    path("", RootView.as_view(), name="root"),
    path("openapi.json", DescriptionView.as_view(), name="openapi"),
    path("docs", SwaggerView.as_view(), name="docs"),
    path("redoc", RedocView.as_view(), name="redoc"),
    *router().urls,
]
