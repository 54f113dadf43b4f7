"""How long records were in each status, from the ledger; and whether what their rows say of it is what the ledger says.

A row's `status_since` is set by the database when its status is (`sql/status_since.sql`), and is under the hash of the
entry that records the change. Lists and start pages count by it; here it is told record by record, with who did it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext as _

from cases import access
from cases.ledger.entries import Chain
from cases.ledger.faults import Report, What
from cases.ledger.payloads import Sight
from cases.ledger.tables import recorded_tables

#: How far the server's clock may have been set back between two changes of one record.
SET_BACK_US: Final = 60_000_000
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
#: Each entry of some records with the status in it, and the status in the entry before it.
_STEPS = """
    SELECT table_name, record_id, seq, at_us, actor_name, agency, p.status, p.handling,
           (extract(epoch FROM p.status_since) * 1000000)::bigint AS since_us,
           lag(p.status) OVER record AS status_before, lag(p.handling) OVER record AS handling_before,
           lag(at_us) OVER record AS at_us_before
    FROM ledger_entry, json_to_record(payload::json) AS p(status text, status_since timestamptz, handling text)
    WHERE {which}
    WINDOW record AS (PARTITION BY table_name, record_id ORDER BY seq)
"""
_STAYS = f"""
    SELECT record_id, seq, coalesce(since_us, at_us), at_us, actor_name, agency, status, coalesce(handling, 'open'),
           status_before IS DISTINCT FROM status
    FROM ({_STEPS.format(which="table_name = %s AND record_id = ANY(%s)")}) step
    WHERE status_before IS DISTINCT FROM status OR handling_before IS DISTINCT FROM handling
    ORDER BY record_id, seq
"""
#: Where a row says another instant than the ledger, or the ledger one that no change of status could have had.
_WRONG = f"""
    WITH step AS ({_STEPS.format(which="table_name = %(table)s{of_chain}")}), last AS (
        SELECT DISTINCT ON (record_id) record_id, seq, coalesce(since_us, at_us) AS since_us,
               coalesce(since_us, at_us) BETWEEN coalesce(at_us_before - {SET_BACK_US}, 0) AND at_us AS possible
        FROM step WHERE status_before IS DISTINCT FROM status ORDER BY record_id, seq DESC
    )
    SELECT l.record_id, l.seq FROM last l JOIN {{table}} t ON t.id::text = l.record_id
    WHERE NOT l.possible OR (extract(epoch FROM t.status_since) * 1000000)::bigint <> l.since_us
    ORDER BY l.seq LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Stay:
    """The time that a record was in one status. `until` is None while it lasts, or when it is not for the viewer."""

    status: str
    since: dt.datetime
    until: dt.datetime | None
    actor_name: str
    agency: str
    seq: int

    def lasted(self, now: dt.datetime) -> dt.timedelta:
        """Return how long it was, or is."""
        return (self.until or now) - self.since


def stays_of(records: Iterable[Any], viewer: access.Person | None = None) -> dict[UUID, list[Stay]]:
    """Return the statuses that records of one kind have been in, oldest first, in one question to the ledger.

    For a viewer, as far as they might see the record then: what happened while it was kept from them is left out, and
    their next sight of it begins when it was given to them.
    """
    by_id = {str(record.pk): record for record in records}
    if not by_id:
        return {}
    kind: type[models.Model] = type(next(iter(by_id.values())))
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, [kind._meta.db_table, list(by_id)])
        rows = cursor.fetchall()
    steps: dict[str, list[Any]] = {record_id: [] for record_id in by_id}
    for record_id, *step in rows:
        steps[record_id].append(step)
    return {
        record.pk: _folded(steps[record_id], None if viewer is None else Sight.of(viewer, record.case))
        for record_id, record in by_id.items()
    }


def _folded(steps: list[Any], sight: Sight | None) -> list[Stay]:
    stays: list[Stay] = []
    hidden = False
    for seq, since_us, at_us, actor_name, agency, status, handling, changed in steps:
        if sight is not None and handling not in sight.handlings:
            hidden = True
            continue
        if not changed and not hidden:
            continue
        since = _EPOCH + dt.timedelta(microseconds=at_us if hidden else since_us)
        if stays and not hidden:
            stays[-1] = replace(stays[-1], until=since)
        stays.append(Stay(status, since, None, actor_name, agency, seq))
        hidden = False
    return stays


def timed_tables() -> dict[str, type[models.Model]]:
    """Return every table whose rows say since when they are in their status."""
    return {
        name: table.model
        for name, table in recorded_tables().items()
        if any(field.name == "status_since" for field in table.model._meta.local_fields)
    }


def check_states(chain: Chain | None) -> Report:
    """Compare what rows say of the time in their status with the ledger, for all or for one chain."""
    report = Report(_("time in status") if chain is None else chain.label)
    of_chain = "" if chain is None else " AND chain = %(chain)s"
    for table in timed_tables():
        query = _WRONG.format(of_chain=of_chain, table=table)
        with connection.cursor() as cursor:
            cursor.execute(query, {"table": table, "chain": None if chain is None else chain.id})
            wrong = cursor.fetchall()
        for record_id, seq in wrong:
            report.add(
                What.STATE,
                _("%(table)s %(record)s says another time since when it is in its status")
                % {"table": table, "record": record_id},
                seq,
            )
    return report
