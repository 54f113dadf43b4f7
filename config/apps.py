"""The composition as an app of its own, for its commands; and Taphos' own admin site in the place of Django's."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    """Composition: no models, but the commands that serve and the static files of our own."""

    name = "config"
    verbose_name = _("Taphos")


class TaphosAdminConfig(AdminConfig):
    """The admin, with the second factor in front of it."""

    default_site = "config.admin_site.TaphosAdminSite"

    def ready(self) -> None:
        """Find every page of the admin, and take those away that would show the secrets of second factors."""
        super().ready()
        from config import person_ways

        person_ways.register()
        from django.contrib import admin
        from django.contrib.auth.models import Group
        from django_otp.plugins.otp_static.models import StaticDevice
        from django_otp.plugins.otp_totp.models import TOTPDevice

        # Groups grant nothing here: a membership of a case and an appointment in an agency do.
        for unused in (StaticDevice, TOTPDevice, Group):
            if admin.site.is_registered(unused):
                admin.site.unregister(unused)
        # Jobs name records that not everybody may know of; `manage.py procrastinate shell` is for whoever keeps Taphos.
        for model in [*admin.site._registry]:
            if model._meta.app_label == "procrastinate":
                admin.site.unregister(model)
