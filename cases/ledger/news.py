"""What others changed in somebody's cases since they were last here: how much of it in each case, and what.

Counted are changes of records that the viewer sees now and might see when they were made, as in every history. Of a
case at most the newest `LOOKED` entries are looked at, so that a page never reads a whole ledger.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from cases import access
from cases.models.ledger import AccessKind, AccessLogEntry
from cases.models.user import User

#: The newest entries of a case that are looked at.
LOOKED: Final = 500
#: How far back the first entry before the last visit is looked for, in leaps.
_LEAPS: Final = (5, 20, 80, 250)
_HANDLING: Final = """coalesce(substring({payload} FROM '"handling":"([a-z]+)"'), 'open')"""
_NEWS = f"""
    WITH seen(chain, handlings) AS (
        SELECT chain, string_to_array(handlings, ',') FROM unnest(%(cases)s::uuid[], %(handlings)s::text[])
            AS given(chain, handlings)
    ), head AS (
        SELECT seen.*, newest.seq FROM seen CROSS JOIN LATERAL (
            SELECT seq, at_us FROM ledger_entry e WHERE e.chain = seen.chain ORDER BY seq DESC LIMIT 1
        ) newest
        WHERE newest.at_us > %(since)s
        ORDER BY newest.at_us DESC LIMIT %(cases_shown)s
    ), begun AS (
        SELECT head.*, coalesce((
            SELECT max(e.seq) FROM ledger_entry e
            WHERE e.chain = head.chain AND e.at_us <= %(since)s
              AND e.seq IN ({", ".join(f"head.seq - {leap}" for leap in _LEAPS)})
        ), head.seq - {LOOKED}) AS after
        FROM head
    )
    SELECT {{wanted}}
    FROM begun JOIN ledger_entry e ON e.chain = begun.chain AND e.seq > begun.after
    WHERE e.at_us > %(since)s AND e.actor_id IS DISTINCT FROM %(viewer)s
      AND {_HANDLING.format(payload="e.payload")} = ANY(begun.handlings)
      AND (SELECT {_HANDLING.format(payload="now.payload")} FROM ledger_entry now
           WHERE now.table_name = e.table_name AND now.record_id = e.record_id
           ORDER BY now.seq DESC LIMIT 1) = ANY(begun.handlings)
"""


@dataclass(frozen=True, slots=True)
class News:
    """How many changes there were in one case. `more` says that only its newest entries were looked at."""

    case_id: UUID
    number: int
    more: bool


def last_here(user: User) -> dt.datetime | None:
    """Return when the viewer's visit before this one ended, or began if its end is not known; None at the first."""
    kinds = (AccessKind.SIGNED_IN, AccessKind.SIGNED_OUT)
    steps = list(
        AccessLogEntry.objects.filter(user_id=user.pk, kind__in=kinds)
        .order_by("-id")
        .values_list("kind", "at")[:3]
    )
    begun = next((place for place, (kind, _at) in enumerate(steps) if kind == AccessKind.SIGNED_IN), None)
    if begun is None or begun + 1 >= len(steps):
        return None
    at: dt.datetime = steps[begun + 1][1]
    return at


def news_of(user: User, scope: access.Scope, since: dt.datetime, *, cases_shown: int = 8) -> list[News]:
    """Return how much changed in the viewer's cases, the last changed first, in one question."""
    wanted = f"begun.chain, count(*), begun.after > 0 AND begun.after = begun.seq - {LOOKED}, max(e.at_us)"
    rows = _asked(
        f"{_NEWS.format(wanted=wanted)} GROUP BY begun.chain, begun.after, begun.seq ORDER BY 4 DESC",
        user,
        scope,
        since,
        cases_shown,
    )
    return [News(case_id, number, more) for case_id, number, more, _at in rows]


def news_in(user: User, case: Any, since: dt.datetime) -> list[int]:
    """Return the numbers of the entries that `news_of` counts in one case, newest first."""
    held = access.roles_in(user, case)
    scope = access.Scope({case.pk: held} if access.handlings_seen(held) else {})
    rows = _asked(f"{_NEWS.format(wanted='e.seq')} ORDER BY e.seq DESC", user, scope, since, 1)
    return [seq for (seq,) in rows]


def _asked(
    query: str, user: User, scope: access.Scope, since: dt.datetime, cases_shown: int
) -> Iterable[tuple[Any, ...]]:
    if not scope.roles:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "cases": list(scope.roles),
                "handlings": [",".join(sorted(access.handlings_seen(held))) for held in scope.roles.values()],
                "since": int(since.timestamp() * 1_000_000),
                "viewer": user.pk,
                "cases_shown": cases_shown,
            },
        )
        return list(cursor.fetchall())
