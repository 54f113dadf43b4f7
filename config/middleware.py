"""How long a session lasts, and how a refusal that no form caught is answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.refusals import Refusal
from config import errors

STARTED = "taphos_started_at"
SEEN = "taphos_seen_at"
#: A session is written at most this often (seconds) to keep the time of the last request.
RESOLUTION_SECONDS = 15


def begin_session(request: HttpRequest) -> None:
    """Start both clocks; called at a login, so that a login in an old session starts a new twelve hours."""
    request.session[STARTED] = request.session[SEEN] = int(time.time())


class SessionLimitMiddleware:
    """End a session that was idle too long or is too old, and say so on the page that follows.

    The request goes on as an anonymous one, so that each door answers it in its own way: the admin leads to
    the login and back to the page that was asked for, the API says 401.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the clocks of an authenticated request before it is answered."""
        if request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        now = int(time.time())
        started, seen = request.session.get(STARTED), request.session.get(SEEN)
        if started is None or seen is None:
            begin_session(request)
        elif now - seen >= settings.SESSION_IDLE_SECONDS:
            minutes = max(1, settings.SESSION_IDLE_SECONDS // 60)
            self._end(
                request,
                ngettext(
                    "You were logged out after %(count)d minute without activity, to protect the case.",
                    "You were logged out after %(count)d minutes without activity, to protect the case.",
                    minutes,
                )
                % {"count": minutes},
            )
        elif now - started >= settings.SESSION_ABSOLUTE_SECONDS:
            hours = max(1, settings.SESSION_ABSOLUTE_SECONDS // 3600)
            self._end(
                request,
                ngettext(
                    "You were logged out: a session lasts at most %(count)d hour.",
                    "You were logged out: a session lasts at most %(count)d hours.",
                    hours,
                )
                % {"count": hours},
            )
        elif now - seen >= RESOLUTION_SECONDS:
            request.session[SEEN] = now

    def _end(self, request: HttpRequest, reason: str) -> None:
        unsaved = request.method not in {"GET", "HEAD", "OPTIONS"}
        logout(request)
        if request.path_info.startswith("/api/"):
            return
        if unsaved:
            unsaid = _(
                "What you last sent was not saved: after the login, your browser's Back button finds it."
            )
            reason = f"{reason} {unsaid}"
        messages.warning(request, reason)


class RefusalMiddleware:
    """Answer a refusal that no form caught with its own status and sentence, never with a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a refusal into the page of its status."""
        if not isinstance(exception, Refusal):
            return None
        if exception.status == HTTPStatus.NOT_FOUND:
            return errors.page_not_found(request, exception)
        return errors.refused(request, exception)
