"""How long referrals have been in each state, computed from the ledger: nobody keeps such days by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cases.models import Agency
from evidence.models import Referral, ReferralStatus
from evidence.models.referral import AT_LABORATORY, ENDED

#: The states in which a referral waits for somebody, in the order of the way.
WAITING: Final = tuple(status for status in ReferralStatus if status not in ENDED)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
#: One row for each stay in a state: the entry that began it, until the entry that ended it.
_STAYS: Final = """
    SELECT record_id, status, at_us,
           lead(at_us) OVER (PARTITION BY record_id ORDER BY seq) AS until_us
    FROM (
        SELECT e.record_id, e.seq, e.at_us, e.payload::jsonb ->> 'status' AS status,
               lag(e.payload::jsonb ->> 'status') OVER (PARTITION BY e.record_id ORDER BY e.seq) AS before
        FROM ledger_entry e
        WHERE e.table_name = 'evidence_referral' AND e.record_id = ANY(%s)
    ) steps
    WHERE before IS DISTINCT FROM status
"""


@dataclass(slots=True)
class Age:
    """The days one referral has spent in each state, and since when it is in the one it is in."""

    days: dict[str, float] = field(default_factory=dict)
    since: dt.datetime | None = None

    @property
    def days_now(self) -> int:
        """Return the whole days in the present state."""
        return 0 if self.since is None else (timezone.now() - self.since).days


def ages(referrals: Iterable[Any]) -> dict[UUID, Age]:
    """Return the ages of referrals, by one query for all of them."""
    keys = [str(row.pk) for row in referrals]
    found: dict[UUID, Age] = {UUID(key): Age() for key in keys}
    if not keys:
        return found
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, [keys])
        for record_id, status, at_us, until_us in cursor.fetchall():
            age = found[UUID(record_id)]
            begun = _EPOCH + dt.timedelta(microseconds=at_us)
            ended = now if until_us is None else _EPOCH + dt.timedelta(microseconds=until_us)
            age.days[status] = age.days.get(status, 0.0) + (ended - begun) / dt.timedelta(days=1)
            if until_us is None:
                age.since = begun
    return found


@dataclass(frozen=True, slots=True)
class Stay:
    """What the referrals of a laboratory spent in one state: days in the middle, and the longest still there."""

    status: str
    median_days: float
    waiting: int
    oldest_days: int


@dataclass(slots=True)
class OfLaboratory:
    """One laboratory: the referrals that wait, how late they are, and the days in each state."""

    laboratory: Agency
    open: int = 0
    at_laboratory: int = 0
    overdue: int = 0
    stays: list[Stay] = field(default_factory=list)
    pending: list[Any] = field(default_factory=list)


def by_laboratory(rows: Any) -> list[OfLaboratory]:
    """Return the ageing of visible referrals, laboratory by laboratory, the one with most that is late first.

    `rows` is narrowed to the viewer already. Two queries, however many referrals there are.
    """
    referrals = list(rows.select_related("laboratory", "case").exclude(status=ReferralStatus.CANCELLED))
    known = ages(referrals)
    today = timezone.localdate()
    found: dict[UUID, OfLaboratory] = {}
    of: dict[UUID, list[Any]] = {}
    for row in referrals:
        one = found.setdefault(row.laboratory_id, OfLaboratory(row.laboratory))
        of.setdefault(row.laboratory_id, []).append(row)
        row.age = known[row.pk]
        row.late_days = late(row, today)
        if row.status not in ENDED:
            one.open += 1
            one.at_laboratory += row.status in AT_LABORATORY
            one.overdue += row.late_days > 0
            one.pending.append(row)
    for key, one in found.items():
        one.stays = _stays(of[key])
        one.pending.sort(key=lambda row: (row.due_on, row.number))
    return sorted(found.values(), key=lambda one: (-one.overdue, -one.open, one.laboratory.name))


def late(referral: Referral, today: dt.date | None = None) -> int:
    """Return by how many days the report of a referral is late; 0 once it is in, or while there is time."""
    waited = (*AT_LABORATORY, ReferralStatus.REQUESTED, ReferralStatus.APPROVED)
    if referral.status not in waited:
        return 0
    return max(0, ((today or timezone.localdate()) - referral.due_on).days)


def _stays(referrals: list[Any]) -> list[Stay]:
    stays = []
    for status in WAITING:
        spent = [row.age.days[status] for row in referrals if status in row.age.days]
        if not spent:
            continue
        there = [row.age.days_now for row in referrals if row.status == status]
        stays.append(
            Stay(
                status=str(status.label),
                median_days=round(median(spent), 1),
                waiting=len(there),
                oldest_days=max(there, default=0),
            )
        )
    return stays
