"""Addresses: the admin at the root of daily work, and the interface for programs."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

import config.checks  # noqa: F401 - registers the system checks
from evidence.labels.landing import landing

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("updates/", include("cases.public.urls")),  # answered by config.public, in front of sessions
    path("api/v1/", include("config.api")),
    path("i/<str:token>", admin.site.admin_view(landing), name="label"),
]
