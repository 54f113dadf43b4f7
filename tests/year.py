"""A seeded year of work in case A, at the pace of a clock that the test turns: statuses of every kind go their ways."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from cases.ledger.context import change
from cases.refusals import Refusal
from cases.workflow import Workflow, workflow_of
from tests.actors import INSTALLER, Cast, make_cast, make_find, make_site
from tests.evidence.sent import draft
from tests.owner import as_owner

#: What tells the time in the database's own functions.
_TELLING = ("ledger_append_case", "ledger_append_own", "ledger_append_system", "ledger_status_since")
_CLOCK = "coalesce(nullif(current_setting('taphos.tests_clock', true), '')::timestamptz, clock_timestamp())"


@contextmanager
def turned_clock() -> Iterator[None]:
    """Let the ledger tell the time that a test has set."""
    with as_owner() as owner:
        written = {}
        for name in _TELLING:
            owner.execute("SELECT pg_get_functiondef(%s::regproc)", [name])
            (written[name],) = owner.fetchone() or ("",)
            owner.execute(written[name].replace("clock_timestamp()", _CLOCK))
    try:
        yield
    finally:
        with as_owner() as owner:
            for definition in written.values():
                owner.execute(definition)


def set_clock(at: dt.datetime | None) -> None:
    """Set the time, or let it be what it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('taphos.tests_clock', %s, false)", ["" if at is None else at.isoformat()]
        )


class Year:
    """Makes records and takes them along their workflows, a day or so apart."""

    cast: Cast

    def __init__(self, *, seed: int, begin: dt.datetime | None = None) -> None:
        self.random = random.Random(seed)
        self.now = begin or dt.datetime(2024, 2, 21, 8, tzinfo=dt.UTC)
        self.records: list[Any] = []

    @staticmethod
    def status_in(payload: str) -> str:
        """Return the status that a payload states."""
        return str(json.loads(payload)["status"])

    def work(self, finds: int) -> None:
        """Make the cast, and live through a year in which this many finds come up."""
        step = dt.timedelta(days=365) / (finds * 4)
        with turned_clock():
            try:
                set_clock(self.now)
                self.cast = make_cast()
                self.records = [self.cast.case_a, self.cast.site_a]
                for serial in range(2, finds + 2):
                    self._turn(step)
                    with change(INSTALLER, "tests.year.made"):
                        if serial % 20 == 0:
                            self.records.append(make_site(self.cast.case_a, f"Y{serial}"))
                        self.records.append(
                            make_find(self.cast.site_a, serial, lifted_on=self.now.date(), found_on=None)
                        )
                    if serial % 10 == 0:
                        self.records.append(draft(self.cast, self.records[-1]))
                    for _ in range(3):
                        self._turn(step)
                        self._go(self.random.choice(self.records))
            finally:
                set_clock(None)

    def _turn(self, step: dt.timedelta) -> None:
        self.now += step * self.random.uniform(0.5, 1.5)
        set_clock(self.now)

    def _go(self, record: Any) -> None:
        """Take one way out of a record's status, as whoever may; some ways are shut, and nothing happens."""
        record.refresh_from_db()
        workflow: Workflow | None = workflow_of(record._meta.label_lower)
        assert workflow is not None
        ways = [way.name for way in workflow.transitions if record.status in way.sources]
        if not ways or (record._meta.label_lower == "cases.case" and self.random.random() < 0.8):
            return
        name = self.random.choice(ways)
        for actor in (self.cast.investigator, self.cast.anthropologist, self.cast.prosecutor):
            try:
                workflow.apply(actor=actor, record=record, name=name, reason="the year goes on")
            except Refusal:
                continue
            return
