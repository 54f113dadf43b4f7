"""The app and what it declares when Taphos starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """The cases app."""

    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Declare the permissions, and what the app shows on a case's page."""
        import cases.permissions
        import cases.services.case_rules
        import cases.services.people_rules
        import cases.services.public_rules  # noqa: F401
        from cases.case_page import contribute
        from cases.casework_page import glance as casework
        from cases.decisions import contribute as contribute_decision
        from cases.exchange.decision import AGREEMENT_SIGNING
        from cases.glance import glance
        from cases.models import Site
        from cases.public.decision import UPDATE
        from cases.public.facts import contribute as contribute_facts
        from cases.public.facts_of_cases import KINDS
        from cases.topics import contribute_number

        contribute(glance)
        contribute(casework)
        contribute_facts(KINDS)
        contribute_number(Site, "code")
        autodiscover_modules(
            "workflows",
            "casework_workflows",
            "exchange_workflows",
            "decision_sources",
            "shared_kinds",
            "start_counts",
            "tellers",
        )
        contribute_decision(UPDATE)
        contribute_decision(AGREEMENT_SIGNING)
