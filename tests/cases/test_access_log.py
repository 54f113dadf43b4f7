"""From where a line of the access log says that somebody came."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from cases.models import AccessKind, AccessLogEntry
from cases.services.access_log import log_access
from tests.actors import Cast


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "address"),
    [
        (False, "203.0.113.7", "10.0.0.1"),
        (True, "203.0.113.7", "203.0.113.7"),
        (True, "198.51.100.1, 2001:db8::7", "2001:db8::7"),
        (True, "203.0.113.7, unknown", None),
        (True, "", "10.0.0.1"),
    ],
)
def test_the_address_is_what_the_proxy_added(
    cast: Cast, settings: Any, behind_proxy: bool, forwarded: str, address: str | None
) -> None:
    settings.TAPHOS_BEHIND_PROXY = behind_proxy
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1")
    log_access(AccessKind.READ, cast.investigator, request=request)
    assert AccessLogEntry.objects.get(kind="read").address == address
