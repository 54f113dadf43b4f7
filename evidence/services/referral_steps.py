"""Who took which step of a referral, and when, as the ledger has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_STEPS: Final = """
    SELECT record_id, status, at_us, actor_name
    FROM (
        SELECT e.record_id, e.seq, e.at_us, e.actor_name, e.payload::jsonb ->> 'status' AS status,
               lag(e.payload::jsonb ->> 'status') OVER (PARTITION BY e.record_id ORDER BY e.seq) AS before
        FROM ledger_entry e
        WHERE e.table_name = 'evidence_referral' AND e.record_id = ANY(%s)
    ) steps
    WHERE before IS DISTINCT FROM status
    ORDER BY record_id, seq
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the status that it led to, when, and by whom."""

    status: str
    at: dt.datetime
    by: str


def steps_of(referrals: Iterable[Any]) -> dict[UUID, list[Step]]:
    """Return the steps of referrals, the first at the front, by one query for all of them."""
    keys = [str(row.pk) for row in referrals]
    found: dict[UUID, list[Step]] = {UUID(key): [] for key in keys}
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_STEPS, [keys])
            for record_id, status, at_us, actor in cursor.fetchall():
                at = _EPOCH + dt.timedelta(microseconds=at_us)
                found[UUID(str(record_id))].append(Step(status, at, actor))
    return found
