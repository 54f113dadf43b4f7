"""What a browser may do on our pages: Content-Security-Policy by path, and Permissions-Policy.

Strict everywhere but under the admin's prefix, and on the two pages that show the interface's description. Unfold
needs two exceptions there: Alpine evaluates the expressions in its attributes (`'unsafe-eval'`), and the colours of the
theme come as a `<style>` element (`'unsafe-inline'` for styles). No inline script is allowed anywhere.
"""

from __future__ import annotations

from typing import Any, Final

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

#: The one prefix with Unfold's exceptions.
ADMIN_PREFIX: Final = "/admin/"

STRICT: Final[dict[str, list[str]]] = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}

#: What Unfold needs beyond `STRICT`; it replaces these directives under the admin's prefix.
ADMIN: Final[dict[str, list[str]]] = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

#: The pages that show the description of the interface, and what the scripts on them need beyond `STRICT`: they write
#: style elements themselves.
DESCRIPTION_PAGES: Final = ("/api/v1/docs", "/api/v1/redoc")
DESCRIPTION: Final[dict[str, list[str]]] = {"style-src": [SELF, UNSAFE_INLINE]}

#: Features of the device that no page of ours uses.
PERMISSIONS: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class ContentPolicyMiddleware(CSPMiddleware):
    """Send the strict policy, or the admin's under its prefix, and the Permissions-Policy."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the parts of this response's policy; a view's own decorators still win."""
        parts = super().get_policy_parts(request, response, report_only)
        ours = None
        if request.path_info.startswith(ADMIN_PREFIX):
            ours = ADMIN
        elif request.path_info in DESCRIPTION_PAGES:
            ours = DESCRIPTION
        if not report_only and ours is not None:
            exceptions: dict[str, Any] = {**ours, **(parts.replace or {})}
            parts.replace = exceptions
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add both headers to a response that does not have them yet."""
        answered: HttpResponseBase = super().process_response(request, response)
        answered.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return answered
