"""Who may log in by password: active accounts, and the demonstration's only in a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class TaphosBackend(ModelBackend):
    """Refuse the demonstration's accounts wherever `TAPHOS_DEMO` is off: their passwords are public.

    Asked at each login and at each request of a session, so that a demonstration's database that is put to
    earnest use lets none of them in, not even one that was logged in before.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether this account may be used here at all."""
        return super().user_can_authenticate(user) and (settings.TAPHOS_DEMO or not user.is_demonstration)
