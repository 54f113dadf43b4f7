"""Puts Taphos' own admin site in the place of Django's."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class TaphosAdminConfig(AdminConfig):
    """The admin, with the second factor in front of it."""

    default_site = "config.admin_site.TaphosAdminSite"
