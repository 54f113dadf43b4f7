"""Names the door of each request for the ledger."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cases.ledger.context import Channel, through


class ChannelMiddleware:
    """Everything under /api/ comes through the API, everything else through the admin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the channel."""
        channel = Channel.API if request.path_info.startswith("/api/") else Channel.ADMIN
        with through(channel):
            return self.get_response(request)
