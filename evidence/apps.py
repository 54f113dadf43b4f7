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
        """Declare the permissions and the rules."""
        import evidence.permissions
        import evidence.services.document
        import evidence.services.file_link
        import evidence.services.photograph  # noqa: F401
        from cases.record_page import contribute
        from evidence.file_panels import files_of, kinds

        for kind in kinds():
            contribute(kind, files_of)
