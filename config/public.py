"""Public pages are answered before anybody asks who is there: no session is looked for, no cookie set or read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation

from cases.public import pages

#: The one prefix of public pages.
PREFIX: Final = "/updates/"
BARE: Final = PREFIX.rstrip("/")


class PublicMiddleware:
    """Answer public pages here, in front of sessions and logins, so that nothing behind can touch them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a public page, pass everything else on."""
        if request.path_info == BARE:
            return pages.to_updates(request)
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.get_host()  # refuses a forged name of the host
        with translation.override("en"):
            try:
                match = resolve(request.path_info)
                answered: HttpResponse = match.func(request, *match.args, **match.kwargs)
            except Http404:
                answered = pages.missing(request)
        return answered
