"""Stored bytes that changed: refused wherever somebody asks for them, found by the check, answered by a person."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from cases.ledger.context import change
from cases.models import AccessLogEntry, LedgerEntry
from evidence import content
from evidence.content import ContentFault
from evidence.models import FileAlarm, Photograph
from evidence.services import file_alarm, stored_file
from evidence.services.file_check import Grade, check_files
from tests.actors import INSTALLER, Cast
from tests.evidence.files import jpeg, picture, take_photograph
from tests.refused import database_refuses, refused
from tests.scene import PIXEL
from tests.signed_in import signed_in

FILES = 1000


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the files of each test apart: a check reads all that are there. No test waits for the disk."""
    monkeypatch.setattr("evidence.storage.os.fsync", lambda descriptor: None)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "evidence.storage.PrivateFiles", "OPTIONS": {"location": tmp_path / "files"}},
    }


def place(sha256: str) -> Path:
    storage: Any = default_storage
    return Path(storage.path(content.name_of(sha256)))


def flip(sha256: str, bit: int = 0) -> None:
    """Turn one bit of stored bytes round."""
    path = place(sha256)
    data = bytearray(path.read_bytes())
    data[bit // 8 % len(data)] ^= 1 << (bit % 8)
    path.chmod(0o600)
    path.write_bytes(bytes(data))


def checked() -> tuple[int, str]:
    """Run the command; return its exit status and what it said."""
    said = io.StringIO()
    try:
        call_command("verify_files", stdout=said, stderr=said)
    except SystemExit as end:
        return int(str(end.code)), said.getvalue()
    return 0, said.getvalue()


def many(cast: Cast, number: int) -> list[Photograph]:
    """Write photographs whose originals are small and each its own."""
    copy, _size = content.put_bytes(PIXEL)
    rows = []
    for serial in range(1, number + 1):
        sha256, size = content.put_bytes(b"original %d of the camera" % serial)
        rows.append(
            Photograph(
                case=cast.case_a,
                serial=serial,
                number=f"P-{serial:04d}",
                sha256=sha256,
                size_bytes=size,
                original_name="x.jpg",
                media_type="image/jpeg",
                screen_sha256=copy,
                thumbnail_sha256=copy,
                uploaded_by=cast.investigator,
                width_px=1,
                height_px=1,
            )
        )
    with change(INSTALLER, "tests.photographs.made"):
        return Photograph.objects.bulk_create(rows)


def test_a_thousand_files_with_one_flipped_bit_each_are_all_refused_and_listed(cast: Cast) -> None:
    made = many(cast, FILES)
    assert checked()[0] == 0
    for number, photograph in enumerate(made):
        flip(photograph.sha256, number)
        with pytest.raises(ContentFault):
            content.stream(photograph.sha256, photograph.size_bytes)
    status, said = checked()
    assert status == 1
    assert said.count("altered: ") == FILES
    assert {photograph.sha256 for photograph in made} == {
        line.split()[1] for line in said.splitlines() if line.startswith("altered")
    }
    assert FileAlarm.objects.filter(kind="altered").count() == FILES


def test_a_flipped_bit_is_refused_at_every_door_and_sounds_one_alarm(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(picture(900, 600, shade=21)))
    for sha256 in made.hashes.values():
        flip(sha256, 900)
    client = signed_in(cast.custodian)
    original = reverse("admin:evidence_photograph_original", args=[made.pk])
    for url in (
        original,
        reverse("admin:evidence_photograph_copy", args=[made.pk, "screen"]),
        reverse("admin:evidence_photograph_copy", args=[made.pk, "thumbnail"]),
    ):
        answer = client.get(url)
        assert (answer.status_code, answer.streaming) == (409, False)
        assert "not what it was" in answer.content.decode()
    assert client.get(original).status_code == 409
    assert FileAlarm.objects.count() == 3
    assert not AccessLogEntry.objects.filter(kind="downloaded").exists(), "nobody got it"
    entry = LedgerEntry.objects.filter(action="evidence.filealarm.sounded").first()
    assert entry is not None
    assert entry.actor_name == "Taphos (check of files)"
    start = client.get(reverse("admin:index")).content.decode()
    assert "stored files missing or altered, not answered yet" in start
    assert "taphos-alarm" in start


def test_bytes_that_change_on_their_way_never_make_a_finished_answer(cast: Cast, tmp_path: Path) -> None:
    data = b"x" * (content.PIECE * 2 + 10)
    path = tmp_path / "large"
    path.write_bytes(data)
    sha256, size = content.hash_of(path)
    content.put(path, sha256)
    pieces = content.stream(sha256, size)
    sent = next(pieces)
    flip(sha256, 8 * (content.PIECE * 2 + 5))
    sent += next(pieces)
    with pytest.raises(ContentFault):
        next(pieces)
    assert len(sent) < size


def test_what_is_missing_altered_or_nobodys_is_told_apart(cast: Cast, tmp_path: Path) -> None:
    first, second, whole = many(cast, 3)
    place(first.sha256).unlink()
    flip(second.sha256)
    stray, _size = content.put_bytes(b"nobody's")
    found = {finding.grade: finding for finding in check_files()}
    assert found[Grade.MISSING].sha256 == first.sha256
    assert found[Grade.ALTERED].records == ("A-1 P-0002",)
    assert found[Grade.STRAY].sha256 == stray
    assert whole.sha256 not in {finding.sha256 for finding in found.values()}
    assert {finding.grade for finding in check_files(case=cast.case_b.pk)} == set()
    with pytest.raises(CommandError):
        call_command("verify_files", "--case", "no such")


def test_an_alarm_is_answered_with_what_was_done_and_then_stays(cast: Cast) -> None:
    made = many(cast, 1)[0]
    flip(made.sha256)
    assert checked()[0] == 1
    alarm = FileAlarm.objects.get()
    with refused("access.not_found"):
        file_alarm.answer(actor=cast.outsider, alarm=alarm, reason="x")
    with refused("access.forbidden"):
        file_alarm.answer(actor=cast.investigator, alarm=alarm, reason="x")
    with refused("record.reason_required"):
        file_alarm.answer(actor=cast.custodian, alarm=alarm, reason=" ")
    client = signed_in(cast.custodian)
    page = client.get(reverse("admin:evidence_filealarm_change", args=[alarm.pk]))
    assert page.context["record_head"]["files"][0][0] == "Photograph P-0001"
    link = page.context["record_head"]["answer_link"]
    assert client.post(link, {"reason": "restored from the backup of Monday"}).status_code == 302
    alarm.refresh_from_db()
    assert (alarm.answer, alarm.answered_by) == ("restored from the backup of Monday", cast.custodian)
    with refused("file_alarm.answered"):
        file_alarm.answer(actor=cast.prosecutor, alarm=alarm, reason="again")
    with database_refuses("evidence_filealarm_answered_stays"):
        FileAlarm.objects.filter(pk=alarm.pk).update(answer="never mind")
    assert checked()[0] == 1
    assert FileAlarm.objects.count() == 2, "altered still: a new alarm after the old one was answered"


def test_the_same_file_uploaded_again_takes_the_place_of_altered_bytes(cast: Cast, tmp_path: Path) -> None:
    data = jpeg(picture(shade=22))
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, data)
    flip(made.sha256)
    other = take_photograph(cast.outsider, cast.case_b, tmp_path, data)
    assert b"".join(stored_file.original(cast.investigator, made)) == data
    assert FileAlarm.objects.get().noticed_by == "upload"
    assert default_storage.exists(f"altered/{other.sha256}")
    assert checked()[0] == 0
