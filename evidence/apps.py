"""The app and what it declares when Taphos starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    """The evidence app."""

    name = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        """Declare the permissions and rules, and what the app shows on other pages."""
        import evidence.permissions
        import evidence.services.finding
        import evidence.services.referral
        import evidence.services.referral_item
        import evidence.services.result  # noqa: F401
        from cases.case_page import contribute
        from evidence.referral_glance import glance

        contribute(glance)
