"""The app and what it declares when Taphos starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemainsConfig(AppConfig):
    """The remains app."""

    name = "remains"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Remains")

    def ready(self) -> None:
        """Declare the permissions, and what the app shows on a case's page."""
        import remains.permissions
        import remains.services.association_rules
        import remains.services.estimate_rules
        import remains.services.rules  # noqa: F401
        from cases.case_page import contribute
        from cases.public.facts import contribute as contribute_facts
        from cases.site_page import contribute as contribute_to_site
        from cases.topics import contribute_number
        from remains.glance import glance, site_glance
        from remains.models import Find, Individual, Specimen
        from remains.public_facts import KINDS

        contribute(glance)
        contribute_to_site(site_glance)
        contribute_facts(KINDS)
        for kind in (Find, Specimen, Individual):
            contribute_number(kind, "number")
