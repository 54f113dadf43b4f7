"""How fast a case is taken out and verified, beside what the disk and the hash alone take, and in how much memory."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection

from cases.ledger.context import change
from evidence import content
from evidence.models import Document
from remains.models import Find
from tests.actors import INSTALLER, make_site, make_user
from tests.bench.bench_ledger import finds, make_ground
from tests.bench.ground import Say, size, timed

PIECE = 1 << 20
MAKE = """
import json, resource, sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
import django
django.setup()
from django.db import connection
connection.settings_dict.update({server!r})
from cases.models import Case
from evidence.bundle.export import export_case
from tests.bench.ground import memory_kb
case = Case.objects.select_related("lead_agency").get(number="BENCH-BUNDLE")
begin = time.perf_counter()
made = export_case(case, Path({output!r}), papers={papers!r})
took = time.perf_counter() - begin
peak = max(memory_kb(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(json.dumps([str(made.path), made.seq, took, peak]))
"""
VERIFY = """
import json, resource, subprocess, sys, time
begin = time.perf_counter()
status = subprocess.run([sys.executable, {bag!r} + "/verify_bundle.py", {bag!r}], capture_output=True).returncode
print(json.dumps([status, time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


def run(say: Say) -> None:
    """Take out a case with many entries and large originals, and verify what came of it."""
    many, megabytes = size("bundle_entries", 10_000), size("bundle_megabytes", 1_000)
    with TemporaryDirectory(prefix="taphos-bench-", dir=settings.TAPHOS_VAR) as name:
        folder = Path(name)
        fill(many, megabytes, folder / "files")
        path, entries, bare_took, peak = ran(MAKE, folder, output=str(folder), papers="none")
        alone = timed(lambda: copied(folder / "files", folder / "copy"))
        shutil.rmtree(folder / "copy")
        say(
            f"a bundle of {entries:,} entries and {megabytes:,} MB, without papers: {bare_took:.1f} s, "
            f"{bare_took / alone:.1f}x a copy of its originals to the disk with their hash; "
            f"peak memory {peak / 1024:.0f} MB (aim under 300)"
        )
        shutil.rmtree(path)
        path, _entries, took, peak = ran(MAKE, folder, output=str(folder), papers="some")
        say(
            f"with the reports of its ten sites: {took:.1f} s; peak memory {peak / 1024:.0f} MB (aim under 300)"
        )
        status, verified, peak = ran(VERIFY, folder, bag=path)
        assert status == 0
        hashed = timed(lambda: [hashed_once(file) for file in Path(path).rglob("*") if file.is_file()])
        say(
            f"verified in {verified:.1f} s, {verified / hashed:.1f}x one SHA-256 over its files; "
            f"peak memory {peak / 1024:.0f} MB (aim under 300)"
        )


def fill(many: int, megabytes: int, files: Path) -> None:
    """Make a case of ten sites, with finds and with originals of a hundred megabytes."""
    case, site = make_ground("BENCH-BUNDLE")
    with change(INSTALLER, "tests.bench.made"):
        sites = [site, *(make_site(case, f"BB{n:02d}") for n in range(1, 10))]
        for place in sites:
            Find.objects.bulk_create(finds(Find, case, place, many // 10), batch_size=5_000)
        by = make_user("bench.uploader", case.lead_agency)
        each = min(megabytes, 100)
        for serial in range(1, megabytes // each + 1):
            data = os.urandom(each * PIECE)
            sha256 = hashlib.sha256(data).hexdigest()
            path = files / content.name_of(sha256)
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
            Document.objects.create(
                case=case, serial=serial, number=f"D-{serial:04d}", sha256=sha256, size_bytes=len(data),
                original_name="scan", media_type="application/octet-stream", uploaded_by=by, title="Scan", kind="other",
            )  # fmt: skip


def ran(script: str, folder: Path, **values: str) -> Any:
    """Run a measurement in a process of its own."""
    server = {key: connection.settings_dict[key] for key in ("NAME", "USER", "HOST", "PORT", "PASSWORD")}
    root = str(Path(__file__).resolve().parents[2])
    answer = subprocess.run(
        [sys.executable, "-c", script.format(root=root, server=server, **values)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TAPHOS_FILES": str(folder / "files")},
    )
    return json.loads(answer.stdout)


def copied(source: Path, target: Path) -> None:
    """Copy files while hashing them, and wait until the disk has them."""
    for path in source.rglob("*"):
        if path.is_file():
            to = target / path.name
            to.parent.mkdir(exist_ok=True)
            seen = hashlib.sha256()
            with path.open("rb") as file, to.open("wb") as copy:
                while piece := file.read(PIECE):
                    seen.update(piece)
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())


def hashed_once(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
