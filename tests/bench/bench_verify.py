"""How fast the ledger is proved, beside plain SHA-256 over the same bytes, and whether memory stays the same."""

from __future__ import annotations

import hashlib
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection

from cases.ledger.context import change
from cases.ledger.entries import Chain, snapshot
from cases.ledger.verify import verify_all, verify_entries
from tests.actors import INSTALLER
from tests.bench.bench_ledger import finds, make_ground
from tests.bench.ground import Say, rounds, size, timed

BATCH = 5_000


def run(say: Say) -> None:
    """Print every ratio."""
    many = size("entries", 200_000)
    small = fill("BENCH-V1", many // 10)
    large = fill("BENCH-V2", many)
    speed(say, large)
    memory(say, small, large)
    whole = min(timed(lambda: list(verify_all(records=True))) for _ in range(rounds(3)))
    bare = min(timed(lambda: list(verify_all(records=False))) for _ in range(rounds(3)))
    say(f"the tables compared with the ledger as well: {whole / bare:.2f}x the time of the entries alone")


def fill(number: str, many: int) -> Chain:
    """Return the chain of a new case with this many finds, and about as many entries."""
    from remains.models import Find

    case, site = make_ground(number)
    batch = min(many, 50_000)
    for begin in range(0, many, batch):
        with change(INSTALLER, "remains.find.imported", reason="benchmark"):
            Find.objects.bulk_create(finds(Find, case, site, min(batch, many - begin)), batch_size=BATCH)
    return Chain(case.id, number)


def speed(say: Say, chain: Chain) -> None:
    """Verify the entries of a chain, and hash as many bytes as it holds, in one piece."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(octet_length(payload) + 400) FROM ledger_entry WHERE chain = %s", [chain.id]
        )
        entries, hashed = cursor.fetchone()
    body = bytes(int(hashed))

    def verify() -> None:
        with snapshot():
            assert verify_entries(chain).intact

    verified = statistics.median(timed(verify) for _ in range(rounds()))
    plain = statistics.median(timed(lambda: hashlib.sha256(body).digest()) for _ in range(rounds()))
    rowwise = statistics.median(
        timed(lambda: chained(entries, int(hashed) // entries)) for _ in range(rounds())
    )
    say(
        f"verification: {entries / verified:,.0f} entries/s (aim 100,000), {plain / verified:.3f} of the speed of one "
        f"sha256 over the same {hashed / 1e6:,.0f} MB, {rowwise / verified:.2f} of hashing them one by one in memory"
    )


def chained(entries: int, width: int) -> None:
    """Hash a chain of this many entries, two hashes each, with nothing to read."""
    payload, front, before = bytes(width - 300), bytes(268), bytes(32)
    for _ in range(entries):
        inner = hashlib.sha256(payload).digest()
        before = hashlib.sha256(before + front + inner).digest()


PEAK = """
import json, sys
sys.path.insert(0, {root!r})
import django
django.setup()
from django.db import connection
connection.settings_dict.update({server!r})
from uuid import UUID
from cases.ledger.entries import Chain
from cases.ledger.verify import verify_chain
from tests.bench.ground import memory_kb
report = verify_chain(Chain(UUID({chain!r}), None))
print(json.dumps([report.checked, memory_kb()]))
"""


def memory(say: Say, small: Chain, large: Chain) -> None:
    """Verify a chain and one ten times as long, each in a process of its own."""
    server = {key: connection.settings_dict[key] for key in ("NAME", "USER", "HOST", "PORT", "PASSWORD")}

    def peak(chain: Chain) -> Any:
        script = PEAK.format(
            root=str(Path(__file__).resolve().parents[2]), server=server, chain=str(chain.id)
        )
        answer = subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True
        ).stdout
        return json.loads(answer)

    (few, low), (lot, high) = peak(small), peak(large)
    say(
        f"memory: {lot / few:.1f}x the entries took {high / low:.2f}x the peak memory"
        f" [{low / 1024:.0f} MB at {few:,}, {high / 1024:.0f} MB at {lot:,}]"
    )
