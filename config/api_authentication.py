"""Who calls the interface: a client with a token, or a person with a whole login in the browser."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from cases.api.throttling import count_call
from cases.models.client import Client, ClientToken, Scope
from cases.services import client as service
from cases.services.access_log import address_of
from config.second_factor import is_verified


class ClientBearer(BaseAuthentication):
    """A client that shows a token, from where it may. A wrong one is refused, and counted by its address."""

    def authenticate(self, request: Request) -> tuple[Client, ClientToken] | None:
        """Return the client and its token, or nobody where no token is shown."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        address = address_of(request._request)
        shown = service.token_shown(token.strip())
        if shown is None or not service.calls_from(shown.secret.client, address):
            early = count_call(f"address {address}", settings.TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE)
            if early:
                raise Throttled(early)
            error = AuthenticationFailed(_("This token does not open anything, or not any longer."))
            error.problem_code = "auth.token"  # type: ignore[attr-defined]
            raise error
        client = shown.secret.client
        service.note_use(client, address)
        return client, shown

    def authenticate_header(self, request: Request) -> str:
        """Say how a program authenticates."""
        return 'Bearer realm="Taphos"'


class WithinScope(BasePermission):
    """A client reads with the scope `read` and does the rest with `contribute`; people have no scopes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the token is for this."""
        if not isinstance(request.auth, ClientToken):
            return True
        needed = Scope.READ if request.method in SAFE_METHODS else Scope.CONTRIBUTE
        # What was taken from the client since, its tokens have lost too.
        return needed in request.auth.scopes and needed in request.auth.secret.client.scopes

    code = "auth.scope"
    message = gettext_lazy("This token is not for that.")


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


class ClientBearerDescribed(OpenApiAuthenticationExtension):
    """Describes how clients authenticate."""

    target_class = "config.api_authentication.ClientBearer"
    name = "client"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the flow by which a client gets its token."""
        return {
            "type": "oauth2",
            "description": "Programs of partner agencies. A token lasts a quarter of an hour.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/v1/token",
                    "scopes": {str(scope.value): str(scope.label) for scope in Scope},
                }
            },
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Name the scope that an operation needs."""
        return {self.name: ["read" if auto_schema.method == "GET" else "contribute"]}
