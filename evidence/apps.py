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
        """Declare permissions and printed papers, and let custody go along with acts on finds and specimens."""
        import evidence.permissions
        import evidence.services.rules  # noqa: F401
        from cases.case_page import contribute as contribute_to_case
        from cases.papers import contribute
        from cases.record_page import contribute as contribute_to_record
        from cases.topics import contribute_number
        from evidence.admin.custody_panel import custody_parts
        from evidence.glance import glance
        from evidence.labels.views import label_actions, label_links
        from evidence.models import Consignment, Exhibit
        from evidence.reports.views import report_links
        from evidence.services.custody_along import Custody
        from remains.along import accompany

        contribute(report_links)
        contribute(label_links, label_actions)
        contribute_to_record(custody_parts)
        contribute_to_case(glance)
        accompany(Custody())
        for kind in (Exhibit, Consignment):
            contribute_number(kind, "number")
