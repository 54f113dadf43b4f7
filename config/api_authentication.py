"""Who calls the interface: a person with a whole login in the browser."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from config.second_factor import is_verified


class SessionPerson(SessionAuthentication):
    """A person whose session has given password and second factor, with the token against forged requests."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the person, or nobody."""
        user = getattr(request._request, "user", None)
        if user is None or not user.is_active or not is_verified(request._request):
            return None
        self.enforce_csrf(request)
        return user, None

    def enforce_csrf(self, request: Request) -> None:
        """Refuse what another site may have had the browser send."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            error.problem_code = "auth.csrf"  # type: ignore[attr-defined]
            raise

    def authenticate_header(self, request: Request) -> str:
        """Say how a program authenticates."""
        return 'Bearer realm="Taphos"'


class SessionPersonDescribed(OpenApiAuthenticationExtension):
    """Describes how people authenticate."""

    target_class = "config.api_authentication.SessionPerson"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the cookie of the session."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "People, in the browser in which they signed in with password and second factor. "
            "What they change needs the token against forged requests in `X-CSRFToken`.",
        }
