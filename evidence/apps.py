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
        """Declare the permissions, and what can be printed of records."""
        import evidence.permissions  # noqa: F401
        from cases.papers import contribute
        from evidence.labels.views import label_actions, label_links
        from evidence.reports.views import report_links

        contribute(report_links)
        contribute(label_links, label_actions)
