"""Files made to break or mislead: refused with the reason, or kept and only handed out. None is shown, none crashes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from cases.refusals import Refusal
from evidence.decoding import apart, limits
from evidence.models import SealedFile
from tests.actors import Cast
from tests.evidence.files import take_document, take_photograph
from tests.evidence.hostile import Hostile, corpus
from tests.evidence.test_photograph import segments
from tests.signed_in import signed_in

AT_LEAST = 60
#: What the process that opens files ever holds in memory, of what it may.
HELD_MB = 1_000


@pytest.fixture
def decoders(monkeypatch: pytest.MonkeyPatch) -> apart.Decoders:
    """Return one process that opens every file of the test, so that what it held can be asked at the end."""
    own = apart.Decoders(at_once=1)
    monkeypatch.setattr(apart, "_decoders", own)
    return own


def held_mb(decoders: apart.Decoders) -> int:
    """Return the most memory that the process ever held, in MB."""
    [process] = decoders._idle
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) // 1000


def test_no_hostile_file_is_shown_or_breaks_anything(
    cast: Cast, tmp_path: Path, decoders: apart.Decoders
) -> None:
    files = corpus()
    assert len({file.what or file.name for file in files}) >= AT_LEAST
    client = signed_in(cast.investigator)
    wrong = []
    for number, file in enumerate(files):
        said = as_photograph(cast, tmp_path, file, client)
        if said != file.photograph:
            wrong.append(f"{file}: {said or 'taken in'}, not {file.photograph or 'taken in'}")
        if file.data:
            title = {"title": f"{number} {file}"[:300], "kind": "other"}
            kept = take_document(cast.investigator, cast.case_a, tmp_path, file.data, file.name, **title)
            look_at_what_is_served(client, kept, file.data)
    assert not wrong, "\n".join(wrong)
    processes = decoders._idle
    assert [process.turns for process in processes] == [2 * len(files) - 2], "no file broke the process"
    assert held_mb(decoders) < HELD_MB < limits.MEMORY / 1_000_000
    decoders.end()


def as_photograph(cast: Cast, folder: Path, file: Hostile, client: Client) -> str:
    """Take a file in as a photograph; return the code of the refusal, or nothing."""
    try:
        made = take_photograph(cast.investigator, cast.case_a, folder, file.data, file.name)
    except Refusal as refusal:
        return refusal.code
    look_at_what_is_served(client, made, file.data)
    return ""


def look_at_what_is_served(client: Client, made: SealedFile, data: bytes) -> None:
    """Ask for everything that a browser can get of a file."""
    stem = f"admin:evidence_{made._meta.model_name}"
    original = client.get(reverse(f"{stem}_original", args=[made.pk]))
    assert b"".join(original) == data
    disposition = original["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert not re.search(r"[/\\\r\n\u202a-\u202e]|%2F|%5C|%E2%80%AE", disposition.split("=", 1)[1])
    assert original["X-Content-Type-Options"] == "nosniff"
    assert original["Content-Security-Policy"].startswith("sandbox;")
    assert not re.search("html|svg|xml|javascript", original["Content-Type"])
    for part in ("screen", "thumbnail"):
        copy = client.get(reverse(f"{stem}_copy", args=[made.pk, part]))
        if not made.hashes.get(part):
            assert copy.status_code == 404
            continue
        assert copy["Content-Type"] == "image/jpeg"
        assert segments(copy.content) <= {0xD8, 0xE0, 0xDB, 0xC0, 0xC4}
        assert max(Image.open(io.BytesIO(copy.content)).size) <= limits.SCREEN_SIDE
        assert b"script" not in copy.content


def test_a_file_that_breaks_the_process_is_refused_and_the_next_one_opens(tmp_path: Path) -> None:
    from tests.evidence.files import jpeg

    decoders = apart.Decoders(at_once=1)
    path = tmp_path / "x"
    path.write_bytes(jpeg())
    asked = {"task": "look", "path": str(path), "name": "x.jpg", "copies": str(tmp_path)}
    assert decoders.ask(asked)["kind"] == "jpeg"
    [process] = decoders._idle
    process.process.kill()
    process.process.wait()
    assert decoders.ask({**asked, "task": "labels"})["labels"] == []
    assert decoders.ask({**asked, "path": str(tmp_path / "none")})["refused"] == "broke_the_decoder"
    assert decoders.ask(asked)["kind"] == "jpeg"
    decoders.end()


def test_a_file_that_takes_too_long_or_too_much_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.evidence.files import jpeg

    path = tmp_path / "x"
    path.write_bytes(jpeg())
    asked = {"task": "look", "path": str(path), "name": "x.jpg", "copies": str(tmp_path)}
    monkeypatch.setattr(apart, "PATIENCE_S", 0)
    decoders = apart.Decoders(at_once=1)
    assert decoders.ask(asked)["refused"] == "broke_the_decoder"
    assert decoders._idle == []


def test_the_process_that_opens_files_knows_no_secret_and_is_bounded(tmp_path: Path) -> None:
    decoders = apart.Decoders(at_once=1)
    path = tmp_path / "x"
    path.write_bytes(b"x")
    decoders.ask({"task": "look", "path": str(path), "name": "x", "copies": str(tmp_path)})
    [process] = decoders._idle
    known = Path(f"/proc/{process.process.pid}/environ").read_bytes()
    assert b"SECRET" not in known
    assert b"DATABASE" not in known
    bounds = Path(f"/proc/{process.process.pid}/limits").read_text()
    assert re.search(rf"Max address space\s+{limits.MEMORY} ", bounds)
    assert re.search(r"Max core file size\s+0 ", bounds)
    assert re.search(rf"Max file size\s+{limits.LARGEST_COPY} ", bounds)
    maps = Path(f"/proc/{process.process.pid}/maps").read_text()
    assert "psycopg" not in maps
    decoders.end()
