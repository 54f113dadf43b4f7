"""A password that somebody else has set opens nothing but the page on which one chooses one's own.

The mark is on the account (`User.must_change_password`); it goes with the change of the password, in one entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config import errors
from config.second_factor import is_verified

CHOOSE: Final = "admin:password_change"
#: What stays open before the password is chosen: the page itself, and the ways out of the session.
OPEN: Final = frozenset({CHOOSE, "admin:login", "admin:logout"})


class FirstPasswordMiddleware:
    """Lead whoever works with a password of somebody else's making to the page on which they choose their own.

    It stands behind the second factor: a session that gave only a password is led to that first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer every other view of such a session with the way to that page."""
        if not getattr(request.user, "must_change_password", False) or not is_verified(request):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in OPEN:
            return None
        if request.path_info.startswith("/api/"):
            return errors.password_to_choose(request)
        return HttpResponseRedirect(reverse(CHOOSE))
