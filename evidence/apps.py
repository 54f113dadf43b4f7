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
        """Declare the permissions and the rules, what can be printed of records, and what their pages show."""
        import evidence.permissions
        import evidence.services.document
        import evidence.services.file_link
        import evidence.services.photograph  # noqa: F401
        from cases import papers, record_page
        from evidence.file_panels import files_of, kinds
        from evidence.labels.views import label_actions, label_links
        from evidence.reports.views import report_links

        papers.contribute(report_links)
        papers.contribute(label_links, label_actions)
        for kind in kinds():
            record_page.contribute(kind, files_of)
