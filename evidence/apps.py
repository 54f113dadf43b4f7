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
        """Declare the permissions, and let custody go along with acts on finds and specimens."""
        import evidence.permissions
        import evidence.services.rules  # noqa: F401
        from evidence.along import Custody
        from remains.along import accompany

        accompany(Custody())
