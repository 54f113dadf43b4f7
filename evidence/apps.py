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
        """Declare the permissions, reaches and rules, and what the app shows and prints on other pages."""
        import evidence.permissions
        import evidence.reach
        import evidence.services.finding
        import evidence.services.referral
        import evidence.services.referral_item
        import evidence.services.result  # noqa: F401
        from cases.case_page import contribute as contribute_to_case
        from cases.papers import contribute
        from evidence.labels.views import label_actions, label_links
        from evidence.referral_glance import glance as referral_glance
        from evidence.reports.views import report_links

        contribute_to_case(referral_glance)
        contribute(report_links)
        contribute(label_links, label_actions)
