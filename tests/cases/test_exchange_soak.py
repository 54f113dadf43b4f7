"""Eight people write while a partner pulls over real HTTP, and both ends break: its copy is what the agreement allows.

`SOAK=100000` makes the long run as long as that.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from cases.exchange.lines import Line
from cases.exchange.pull import _write, compare, mirror_of, pull
from cases.exchange.remote import Remote, RemoteFault
from cases.models import Mirror
from cases.services import client as clients
from tests.actors import Cast
from tests.cases.sharing import Partner, signed
from tests.cases.test_ledger_concurrency import FIND
from tests.mortal_server import served
from tests.other_end import other_end
from tests.owner import NAMED, connect

WRITERS = 8
#: Changes of one transaction, at most.
AT_ONCE = 12
HANDLINGS = ("open", "open", "open", "investigation", "humanitarian")
ALLOWED = """
    SELECT l.table_name, l.record_id, l.payload FROM (
        SELECT DISTINCT ON (table_name, record_id) * FROM ledger_entry WHERE chain = %s
        ORDER BY table_name, record_id, seq DESC
    ) l WHERE l.table_name IN ('cases_case', 'cases_site', 'cases_context', 'remains_find', 'remains_specimen')
    AND (l.table_name = 'cases_case' OR l.payload::json ->> 'handling' = 'open')
    AND l.payload::json ->> 'withdrawn_at' IS NULL
"""


class Writer(threading.Thread):
    """One person who finds, changes, restricts, opens and withdraws; takes back; and whose connection is killed."""

    def __init__(self, number: int, cast: Cast, changes: int) -> None:
        super().__init__()
        self._chance = random.Random(number)
        self._case, self._site = cast.case_a, cast.site_a
        self._serial = 100_000 * (number + 1)
        self._left = changes
        self._finds: list[UUID] = []
        self.fault: BaseException | None = None

    def run(self) -> None:
        """Write until all is written."""
        try:
            while self._left > 0:
                with suppress(psycopg.OperationalError), connect(settings.TAPHOS_APP_ROLE) as own:
                    while self._left > 0:
                        self._transaction(own)
        except Exception as fault:  # noqa: BLE001 - told to the test
            self.fault = fault

    def _transaction(self, own: Any) -> None:
        made: list[UUID] = []
        fate = self._chance.random()
        number = self._chance.randint(1, AT_ONCE)
        with own.transaction(force_rollback=fate < 0.08):
            own.execute(NAMED)
            own.execute("SELECT set_config('taphos.reason', 'because', true)")
            for _ in range(number):
                self._change(own, made)
            if fate > 0.98:
                own.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        if fate >= 0.08:
            self._finds += made
            self._left -= number

    def _change(self, own: Any, made: list[UUID]) -> None:
        known = self._finds + made
        what = self._chance.random()
        if not known or what < 0.4:
            self._serial += 1
            find = uuid4()
            own.execute(FIND, [find, self._case.pk, self._site.pk, f"S-{self._serial}", self._serial])
            made.append(find)
        elif what < 0.75:
            own.execute(
                "UPDATE remains_find SET bags = coalesce(bags, 0) + 1 WHERE id = %s",
                [self._chance.choice(known)],
            )
        elif what < 0.97:
            own.execute(
                "UPDATE remains_find SET handling = %s WHERE id = %s",
                [self._chance.choice(HANDLINGS), self._chance.choice(known)],
            )
        else:
            find = self._chance.choice(known)
            own.execute(
                "UPDATE remains_find SET withdrawn_at = now(), withdrawn_reason = 'x' "
                "WHERE id = %s AND withdrawn_at IS NULL",
                [find],
            )
            for held in (self._finds, made):
                if find in held:
                    held.remove(find)


class Breaking(Remote):
    """An end that dies while it reads, now and then."""

    chance = random.Random(7)
    breaks = 0

    def lines(self, path: str, **parameters: int) -> Iterator[bytes]:
        """Yield some or all."""
        dies_after = self.chance.choice([3, 40, 700, None, None, None])
        for number, line in enumerate(super().lines(path, **parameters)):
            if number == dies_after:
                self.breaks += 1
                raise RemoteFault("died")
            yield line


def kill_streams(stop: threading.Event, killed: list[int]) -> None:
    """Kill what streams to the partner in the database, now and then: the other end breaks in the middle."""
    chance = random.Random(11)
    with connect(settings.TAPHOS_APP_ROLE) as own:
        while not stop.wait(chance.uniform(0.01, 0.2)):
            rows = own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'COPY (%' AND state = 'active'"
            ).fetchall()
            killed.append(len(rows))


def noting(applied: list[int]) -> Any:
    """Return what writes portions, and notes which entries stay."""

    def write(mirror: Mirror, portion: list[Line]) -> None:
        _write(mirror, portion)
        transaction.on_commit(lambda: applied.extend(line.seq for line in portion))

    return write


def allowed_now(cast: Cast) -> tuple[dict[tuple[str, str], str], int]:
    """Return what the agreement allows of the case as it stands, by record, and the number of its newest entry."""
    with connection.cursor() as cursor:
        cursor.execute(ALLOWED, [cast.case_a.pk])
        allowed = {(table, record): payload for table, record, payload in cursor.fetchall()}
        cursor.execute("SELECT max(seq) FROM ledger_entry WHERE chain = %s", [cast.case_a.pk])
        ((newest,),) = cursor.fetchall()
    return allowed, newest


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("changes", "breaks"),
    [
        (300, True),
        pytest.param(int(os.environ.get("SOAK", "4000")), False, marks=pytest.mark.slow),
        pytest.param(int(os.environ.get("SOAK", "4000")), True, marks=pytest.mark.slow),
    ],
)
def test_a_partners_copy_is_what_the_agreement_allows(
    cast: Cast, live_server: Any, settings: Any, monkeypatch: Any, changes: int, breaks: bool
) -> None:
    applied: list[int] = []
    monkeypatch.setattr("cases.exchange.pull._write", noting(applied))
    settings.TAPHOS_API_CALLS_PER_MINUTE = 10**6
    signed(cast)
    client = Partner(cast).record
    secret = clients.issue_secret(actor=cast.administrator, client=client)
    remote = (Breaking if breaks else Remote)(live_server.url, str(client.pk), secret)
    mirror = mirror_of(remote, cast.case_b, cast.agency, cast.case_a.number)
    writers = [Writer(number, cast, changes // WRITERS) for number in range(WRITERS)]
    stop, killed = threading.Event(), [0]
    killer = threading.Thread(target=kill_streams, args=(stop, killed))
    begin = time.monotonic()
    for thread in [*writers, *([killer] if breaks else [])]:
        thread.start()
    pulls, failed = 0, 0
    try:
        while any(writer.is_alive() for writer in writers):
            pulls += 1
            failed += not _pulled(remote, mirror)
        for writer in writers:
            writer.join()
    finally:
        stop.set()
    if breaks:
        killer.join()
    took = time.monotonic() - begin
    assert [writer.fault for writer in writers if writer.fault] == []
    while not _pulled(remote, mirror):
        failed += 1
    mirror.refresh_from_db()
    allowed, newest = allowed_now(cast)
    held = {
        (table, record): payload
        for table, record, payload in mirror.records.values_list("table_name", "record_id", "payload")
    }
    missed = [key for key, payload in allowed.items() if held.get(key) != payload]
    surplus = held.keys() - allowed.keys()
    print(
        f"\n{newest} entries in {took:.0f} s, {pulls} pulls, {failed} broke off, {sum(killed)} killed there: "
        f"{len(allowed)} records allowed, {len(missed)} missed, {len(surplus)} too many, "
        f"{len(applied) - len(set(applied))} doubled"
    )
    assert (missed, surplus, len(applied) - len(set(applied))) == ([], set(), 0)
    assert mirror.seq == newest
    assert failed or not breaks

    while True:
        with suppress(RemoteFault):
            assert compare(remote, mirror).is_same
            break


def _pulled(remote: Remote, mirror: Mirror) -> bool:
    mirror.refresh_from_db()
    try:
        pull(remote, mirror)
    except RemoteFault:
        return False
    return True


def kill_workers(master: int, stop: threading.Event, killed: list[int]) -> None:
    """Kill a process that answers, now and then; another takes its place."""
    chance = random.Random(13)
    while not stop.wait(chance.uniform(0.5, 4)):
        workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if workers:
            with suppress(ProcessLookupError):
                os.kill(int(chance.choice(workers)), signal.SIGKILL)
                killed.append(1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_installations_hold_the_same_whatever_is_killed(cast: Cast, tmp_path: Path) -> None:
    """Each end in processes of its own, on a database of its own; both are killed at any moment."""
    changes = int(os.environ.get("SOAK", "4000"))
    chance = random.Random(17)
    signed(cast)
    client = Partner(cast).record
    secret = tmp_path / "secret"
    secret.write_text(clients.issue_secret(actor=cast.administrator, client=client))
    with other_end() as end, served() as (url, master):
        known = (url, "--case", "A-1", "--client", str(client.pk), "--secret", str(secret))
        pull_it = ("pull", *known, "--into", "B-1", "--agency", "POA")
        writers = [Writer(number, cast, changes // WRITERS) for number in range(WRITERS)]
        stop, workers, streams = threading.Event(), [0], [0]
        killers = [
            threading.Thread(target=kill_workers, args=(master, stop, workers)),
            threading.Thread(target=kill_streams, args=(stop, streams)),
        ]
        for thread in (*writers, *killers):
            thread.start()
        pullers = 0
        try:
            while any(writer.is_alive() for writer in writers):
                puller = end.start(*pull_it, "--every", "1")
                with suppress(subprocess.TimeoutExpired):
                    puller.wait(chance.uniform(5, 20))
                puller.kill()
                puller.wait()
                pullers += 1
            for writer in writers:
                writer.join()
        finally:
            stop.set()
            for killer in killers:
                killer.join()
        assert [writer.fault for writer in writers if writer.fault] == []
        assert end.run(*pull_it) == 0
        assert end.run("compare", *known) == 0
        allowed, newest = allowed_now(cast)
        rows = end.rows("SELECT table_name, record_id, payload FROM cases_mirroredrecord")
        held = {(table, record): payload for table, record, payload in rows}
        print(
            f"\n{newest} entries, {pullers} pullers and {sum(workers)} servers killed, {sum(streams)} streams: "
            f"{len(allowed)} records allowed, {len(held)} held"
        )
        assert len(rows) == len(held)
        assert held == allowed
        assert end.rows("SELECT seq FROM cases_mirror") == [(newest,)]
