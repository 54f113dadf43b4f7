"""The import of sites, with validation and ledger, beside a plain COPY of the same rows; and its peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from cases.ledger.context import change
from cases.models import Case, Membership, Site
from tests.actors import INSTALLER, SINCE, make_user
from tests.bench.bench_ledger import make_ground
from tests.bench.ground import Say, size
from tests.owner import connect

TWIN = "bench_site_twin"

#: In a process of its own, so that its memory is the import's alone.
IMPORT = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
import django
django.setup()
from django.db import connection
connection.settings_dict.update({server!r})
from cases.models import Case, User
from cases.services.site_import import import_sites
from tests.bench.ground import memory_kb
before = memory_kb()
begin = time.perf_counter()
result = import_sites(
    actor=User.objects.select_related("agency").get(username="importer"),
    case=Case.objects.get(number={number!r}),
    path={path!r},
)
seconds = time.perf_counter() - begin
assert not result.refused, result.refused_rows[:3]
print(json.dumps([result.created, result.already_there, seconds, before, memory_kb()]))
"""


def run(say: Say) -> None:
    """Import many sites, load them again, and copy the same rows into a table of their own."""
    many = size("sites", 100_000)
    case = make_case_to_import()
    with tempfile.TemporaryDirectory() as folder:
        path = table(Path(folder), many)
        created, _there, seconds, before, peak = imported(case, path)
        assert created == many
        _new, there, again, _before, peak_again = imported(case, path)
        assert there == many
    copied = copy(case)
    say(
        f"import: {many:,} rows at {created / seconds:,.0f} rows/s, {seconds / copied:.1f}x the time of a plain COPY"
        f" of the same rows [{many / copied:,.0f} rows/s]"
    )
    say(f"memory of the import: peak {peak / 1024:.0f} MB, {before / 1024:.0f} MB of it before it began")
    say(
        f"the same file again: {again / seconds:.2f}x the time of the first, nothing written"
        f" [peak {peak_again / 1024:.0f} MB]"
    )


def make_case_to_import() -> Case:
    """Return a new case with somebody who may import into it."""
    case, _site = make_ground("BENCH-I")
    with change(INSTALLER, "tests.ground.made"):
        person = make_user("importer", case.lead_agency)
        Membership.objects.create(case=case, user=person, role="investigator", from_on=SINCE)
    return case


def table(folder: Path, many: int) -> Path:
    """Return a CSV of sites with what such tables hold: places, points, dates, remarks."""
    path = folder / "sites.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("code,name,municipality,region,longitude,latitude,burial_edtf,remarks\n")
        for n in range(many):
            stream.write(
                f"G{n:06d},Grave {n} at the old road,Village {n % 900},Region {n % 17},"
                f"{n % 360 - 180 + 0.1234567:.7f},{n % 170 - 85 + 0.7654321:.7f},"
                f'19{n % 90 + 10}-0{n % 9 + 1},"As told by a witness, on the day of the visit"\n'
            )
    return path


def imported(case: Case, path: Path) -> Any:
    """Import in a process of its own; return rows created and there, seconds, memory before and at its peak (kB)."""
    server = {key: connection.settings_dict[key] for key in ("NAME", "USER", "HOST", "PORT", "PASSWORD")}
    script = IMPORT.format(
        root=str(Path(__file__).resolve().parents[2]), server=server, number=case.number, path=str(path)
    )
    answer = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


def copy(case: Case) -> float:
    """Copy the same rows from a file into a table without triggers, with the same indexes; return the seconds."""
    with connect(settings.TAPHOS_OWNER_ROLE) as owner, owner.cursor() as cursor:
        owner.execute(f"CREATE TABLE {TWIN} (LIKE {Site._meta.db_table} INCLUDING ALL)")
        with tempfile.TemporaryFile() as rows:
            query = f"SELECT * FROM {Site._meta.db_table} WHERE case_id = '{case.id}' AND import_key <> ''"
            with cursor.copy(f"COPY ({query}) TO STDOUT") as out:
                for part in out:
                    rows.write(part)
            rows.seek(0)
            begin = time.perf_counter()
            with cursor.copy(f"COPY {TWIN} FROM STDIN") as into:
                while block := rows.read(1 << 16):
                    into.write(block)
            seconds = time.perf_counter() - begin
        owner.execute(f"DROP TABLE {TWIN}")
    return seconds
