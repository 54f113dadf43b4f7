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
        """Declare permissions, reaches and rules, what can be printed of records, and what pages show."""
        import evidence.permissions
        import evidence.reach
        import evidence.services.document
        import evidence.services.expert_report
        import evidence.services.file_link
        import evidence.services.file_rules
        import evidence.services.finding
        import evidence.services.laboratory_rules
        import evidence.services.photograph
        import evidence.services.referral
        import evidence.services.referral_item
        import evidence.services.result
        import evidence.services.rules  # noqa: F401
        from cases import case_page, papers, record_page
        from cases.topics import contribute_number
        from evidence.admin import custody_panel
        from evidence.bundle.views import bundle_links
        from evidence.custody_glance import glance as custody_glance
        from evidence.file_panels import files_of, kinds, ways_of
        from evidence.labels.views import label_actions, label_links
        from evidence.models import Consignment, Exhibit
        from evidence.referral_glance import glance as referral_glance
        from evidence.referral_panels import MADE_KINDS, SENT_KINDS, came_from, referrals_of
        from evidence.reports.views import report_links
        from evidence.services.custody_along import Custody
        from remains.along import accompany

        papers.contribute(report_links)
        papers.contribute(bundle_links)
        papers.contribute(label_links, label_actions)
        for kind in kinds():
            record_page.contribute(kind, files_of)
            record_page.contribute_ways(kind, ways_of)
        for kind in ("remains.find", "remains.specimen", "evidence.exhibit"):
            record_page.contribute(kind, custody_panel.state_of, above=True)
            record_page.contribute(kind, custody_panel.story_panel)
        case_page.contribute(custody_glance)
        case_page.contribute(referral_glance)
        for kind in SENT_KINDS:
            record_page.contribute(kind, referrals_of)
        for kind in MADE_KINDS:
            record_page.contribute(kind, came_from)
        accompany(Custody())
        for model in (Exhibit, Consignment):
            contribute_number(model, "number")
