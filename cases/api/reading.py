"""What is looked at of a request before anything else: its address, its size and its media type."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.request import Request

from cases.api.problems import Malformed, TooLarge
from cases.refusals import Refusal

#: Where clients that mean well put a secret, and proxies, logs and histories keep it.
_SECRETS: Final = frozenset(
    {"access_token", "api_key", "apikey", "auth", "authorization", "bearer", "client_secret", "key"}
    | {"password", "secret", "token"}
)


def refuse_secrets_in_address(request: Request) -> None:
    """Refuse a secret in the address, whether it is right or not: addresses are written down on their way."""
    for name in request.query_params:
        if name.lower() in _SECRETS:
            raise Malformed(
                "auth.secret_in_address",
                _("A token or secret does not belong into an address."),
                field=name,
                way_forward=_(
                    "Send it in the Authorization header; and since this one may be known now, replace it."
                ),
            )


def read_body(request: Request) -> None:
    """Read the body once, if it is JSON and not too large; it is hashed, and parsed from memory."""
    raw: Any = request._request
    request.body_sent = b""  # type: ignore[attr-defined]
    if request.method not in {"POST", "PATCH", "PUT"}:
        return
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and not raw.META.get(
        "CONTENT_LENGTH"
    ):
        refusal = Refusal(
            "request.length_missing",
            _("The request does not say how long its body is."),
            way_forward=_("Send a Content-Length."),
        )
        refusal.status = HTTPStatus.LENGTH_REQUIRED
        raise refusal
    limit = settings.TAPHOS_API_BODY_BYTES
    length = raw.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length[:12]) > limit:
        raise TooLarge(limit)
    body = raw.read(limit + 1)
    if len(body) > limit:
        raise TooLarge(limit)
    raw._body = request.body_sent = body  # type: ignore[attr-defined]
