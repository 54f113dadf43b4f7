"""How often who may call: one row for each caller in the database, so that all workers count together."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from cases.services.access_log import address_of

#: Calls are due evenly; whoever was quiet may call up to a minute's worth at once.
_CALL = """
    INSERT INTO cases_callrate AS known (caller, due, allowed)
    VALUES (%(caller)s, clock_timestamp() + %(each)s * interval '1 second', true)
    ON CONFLICT (caller) DO UPDATE SET
        allowed = greatest(known.due, clock_timestamp()) + %(each)s * interval '1 second'
                  <= clock_timestamp() + interval '60 seconds',
        due = CASE WHEN greatest(known.due, clock_timestamp()) + %(each)s * interval '1 second'
                        <= clock_timestamp() + interval '60 seconds'
                   THEN greatest(known.due, clock_timestamp()) + %(each)s * interval '1 second'
                   ELSE known.due END
    RETURNING allowed, extract(epoch FROM due - clock_timestamp()) + %(each)s - 60
"""


def count_call(caller: str, per_minute: int) -> float:
    """Count one call; return how many seconds it comes too early, or 0 where it may be answered."""
    with connection.cursor() as cursor:
        cursor.execute(_CALL, {"caller": caller[:120], "each": 60.0 / per_minute})
        allowed, early = cursor.fetchone()
    return 0.0 if allowed else max(float(early), 0.1)


class CallerThrottle(BaseThrottle):
    """So many calls a minute for each person and client, and fewer for each address that says nothing of itself."""

    early = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Say whether this call may be answered now."""
        if request.user.is_authenticated:
            self.early = count_call(f"caller {request.user.pk}", settings.TAPHOS_API_CALLS_PER_MINUTE)
        else:
            self.early = count_call(
                f"address {address_of(request)}", settings.TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE
            )
        return self.early == 0.0

    def wait(self) -> float | None:
        """Return after how many seconds the next call may be answered."""
        return self.early
