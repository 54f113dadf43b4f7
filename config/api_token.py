"""Where a client shows its secret and gets a token: OAuth 2.0 client credentials (RFC 6749, 4.4) and no more.

The protocol is `oauthlib`'s; who a client is, and what becomes of tokens, is `cases.services.client`'s.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from oauthlib.oauth2 import BackendApplicationServer, RequestValidator

from cases.api.throttling import count_call
from cases.models.client import Client
from cases.models.ledger import AccessKind
from cases.services import client as service
from cases.services.access_log import address_of, log_access

#: A request for a token is short.
LONGEST: Final = 8_000
#: Refusals of one client that are logged a minute, at most: nobody shall fill the log.
LOGGED_A_MINUTE: Final = 6


class ClientCredentials(RequestValidator):
    """What `oauthlib` asks about a client; everything that it does not ask here is refused by it."""

    #: The client that was named, and did not show what opens it.
    refused: Client | None = None

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Say whether the client has shown a valid secret, from where it may."""
        named, secret = shown_in(request)
        found = service.secret_shown(named, secret) if named and secret else None
        if found is None or not service.calls_from(found.client, request.headers.get("X-Taphos-Address")):
            self.refused = service.client_named(named)
            return False
        request.client, request.secret_row = found.client, found
        request.client.client_id = str(found.client.pk)
        return True

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Every client has a secret."""
        return True

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Give tokens for credentials only."""
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """Give all that the client may, unless less is asked for."""
        return list(request.client.scopes)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Give no more than the client may."""
        return set(scopes) <= set(client.scopes)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Put a token of ours in the place of the one that was drawn."""
        issued = service.issue_token(request.secret_row, tuple(request.scopes))
        token.update(access_token=issued.token, expires_in=issued.seconds, scope=" ".join(issued.scopes))
        token.pop("refresh_token", None)


def shown_in(request: Any) -> tuple[str, str]:
    """Return the identifier and the secret that a request shows: in its Authorization header, or in its body."""
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            named, _colon, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote_plus(named), unquote_plus(secret)
    return request.client_id or "", request.client_secret or ""


@method_decorator(csrf_exempt, name="dispatch")
class TokenView(View):
    """`POST /api/v1/token`: a secret in, a token out. Answers are those of RFC 6749, which clients of OAuth expect."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer a client with a token, or with what is wrong."""
        address = address_of(request)
        early = count_call(f"token {address}", settings.TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE)
        if early:
            answer = _refused(429, "slow_down", "Too many requests for tokens.")
            answer["Retry-After"] = str(int(early) + 1)
            return answer
        if request.GET:
            return _refused(400, "invalid_request", "Nothing of this belongs into the address.")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:9]) > LONGEST:
            return _refused(413, "invalid_request", "The request is too long.")
        headers = {
            "Authorization": request.headers.get("Authorization", ""),
            "Content-Type": request.content_type or "",
            "X-Taphos-Address": address or "",
        }
        validator = ClientCredentials()
        said, body, status = BackendApplicationServer(validator).create_token_response(
            request.build_absolute_uri(), "POST", request.body.decode("utf-8", "replace"), headers
        )
        if validator.refused is not None and not count_call(
            f"refused {validator.refused.pk}", LOGGED_A_MINUTE
        ):
            log_access(AccessKind.REFUSED, validator.refused, request=request, detail="client's secret")
        return HttpResponse(body, status=status, headers={**said, "Cache-Control": "no-store"})


def _refused(status: int, error: str, description: str) -> HttpResponse:
    return HttpResponse(
        json.dumps({"error": error, "error_description": description}),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
