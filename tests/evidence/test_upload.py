"""Uploads: piece by piece, broken off and gone on with, as a plain form, too large, and on a full disk."""

from __future__ import annotations

import errno
import hashlib
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import AccessLogEntry
from evidence import content, incoming
from evidence.models import Document, FileLink, Photograph
from evidence.storage import PrivateFiles
from tests.actors import Cast
from tests.evidence.files import jpeg, pdf, picture, take_photograph
from tests.signed_in import signed_in

BEGIN = reverse("admin:evidence_photograph_upload")
ADD = reverse("admin:evidence_photograph_add")
TUS = "application/offset+octet-stream"


def begin(client: Client, cast: Cast, data: bytes, **more: Any) -> Any:
    said = {
        "case": str(cast.case_a.pk),
        "handling": "open",
        "name": "IMG_1.JPG",
        "size": str(len(data)),
        "fingerprint": hashlib.sha256(data).hexdigest(),
        **more,
    }
    return client.post(BEGIN, said)


def send(client: Client, link: str, data: bytes, offset: int) -> Any:
    return client.patch(link, data, content_type=TUS, headers={"upload-offset": str(offset)})


@pytest.fixture
def photo(request: pytest.FixtureRequest) -> bytes:
    """Return a photograph that no other test has: bytes stay stored when a test's records are gone."""
    return jpeg(picture(200, 100, shade=77), comment=request.node.name.encode())


def test_a_file_arrives_in_pieces_and_goes_on_after_a_break(cast: Cast, photo: bytes) -> None:
    client = signed_in(cast.investigator)
    half = len(photo) // 2
    link = begin(client, cast, photo, find=str(cast.find_a.pk)).json()["link"]
    assert send(client, link, photo[:half], 0)["Upload-Offset"] == str(half)
    assert client.post(link).json()["code"] == "upload.cut_off"
    assert not Photograph.objects.exists()
    # A page that was loaded anew begins the same file again, and is told where it stands.
    again = begin(client, cast, photo, find=str(cast.find_a.pk), shows_remains="no").json()
    assert again == {"link": link, "offset": half}
    assert client.head(link)["Upload-Offset"] == str(half)
    assert send(client, link, photo[half:], 0).json()["code"] == "upload.offset"
    send(client, link, photo[half:], half)
    answer = client.post(link)
    assert answer.status_code == 201
    made = Photograph.objects.get(number=answer.json()["number"])
    assert (made.shows_remains, made.original_name) == (False, "IMG_1.JPG")
    assert FileLink.objects.get(photograph=made).find == cast.find_a
    assert client.post(link).status_code == 404
    assert not list(Path(conf.TAPHOS_INCOMING).iterdir())
    assert begin(client, cast, photo).json()["already"]


def test_what_is_no_photograph_is_refused_when_it_has_arrived(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    link = begin(client, cast, b"<html><script>alert(1)</script>").json()["link"]
    send(client, link, b"<html><script>alert(1)</script>", 0)
    answer = client.post(link)
    assert (answer.status_code, answer.json()["code"]) == (422, "file.not_a_photograph")
    assert not list(Path(conf.TAPHOS_INCOMING).iterdir())


def test_a_file_that_changed_on_its_way_is_refused(cast: Cast, photo: bytes) -> None:
    client = signed_in(cast.investigator)
    link = begin(client, cast, photo).json()["link"]
    send(client, link, photo[:-1] + b"\x00", 0)
    assert client.post(link).json()["code"] == "upload.changed"
    link = begin(client, cast, photo).json()["link"]
    assert send(client, link, photo + b"\x00", 0).json()["code"] == "upload.too_long"


def test_an_upload_is_its_persons_own(cast: Cast, photo: bytes) -> None:
    link = begin(signed_in(cast.investigator), cast, photo).json()["link"]
    other = signed_in(cast.custodian)
    assert other.head(link).status_code == other.delete(link).status_code == 404
    assert send(other, link, photo, 0).status_code == 404
    assert begin(signed_in(cast.outsider), cast, photo).status_code == 422
    assert signed_in(cast.investigator).delete(link).status_code == 204


def test_an_upload_that_nobody_went_on_with_is_removed(
    cast: Cast, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = begin(signed_in(cast.investigator), cast, photo).json()["link"]
    monkeypatch.setattr(incoming, "LIFETIME_S", -1)
    incoming.sweep()
    assert signed_in(cast.investigator).head(link).status_code == 404


def test_too_much_is_refused_before_it_is_sent(cast: Cast, photo: bytes, settings: Any) -> None:
    client = signed_in(cast.investigator)
    settings.TAPHOS_LARGEST_FILE_MB = 1
    assert begin(client, cast, photo, size="1000001").json()["code"] == "file.too_large"
    assert begin(client, cast, photo, size="0").json()["code"] == "file.empty"
    assert begin(client, cast, photo, fingerprint="../x").json()["code"] == "upload.fingerprint"


def test_a_full_disk_takes_back_the_piece_and_lets_it_be_sent_again(
    cast: Cast, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.investigator)
    link = begin(client, cast, photo).json()["link"]
    send(client, link, photo[:100], 0)
    with monkeypatch.context() as full:
        full.setattr(incoming.Incoming, "_held", _full(incoming.Incoming._held))
        answer = send(client, link, photo[100:], 100)
    assert (answer.status_code, answer.json()["code"]) == (507, "file.no_room")
    assert client.head(link)["Upload-Offset"] == "100"
    send(client, link, photo[100:], 100)
    with monkeypatch.context() as full:
        full.setattr("evidence.storage.os.fsync", _raise_full)
        answer = client.post(link)
    assert (answer.status_code, answer.json()["code"]) == (507, "file.no_room")
    assert not Photograph.objects.exists()
    storage: Any = default_storage
    assert not list(Path(storage.location).glob("drafts/*"))
    assert not default_storage.exists(content.name_of(hashlib.sha256(photo).hexdigest()))
    assert client.post(link).status_code == 201, "it need not be sent again"


def test_a_full_disk_is_believed_from_the_system_itself(cast: Cast, photo: bytes) -> None:
    client = signed_in(cast.investigator)
    link = begin(client, cast, photo).json()["link"]
    with files_of_at_most(len(photo) // 2):
        answer = send(client, link, photo, 0)
    assert (answer.status_code, answer.json()["code"]) == (507, "file.no_room")
    send(
        client,
        link,
        photo[int(client.head(link)["Upload-Offset"]) :],
        int(client.head(link)["Upload-Offset"]),
    )
    with files_of_at_most(len(photo) // 2):
        answer = client.post(link)
    assert (answer.status_code, answer.json()["code"]) == (507, "file.no_room")
    assert not Photograph.objects.exists()
    assert not default_storage.exists(content.name_of(hashlib.sha256(photo).hexdigest()))
    assert client.post(link).status_code == 201


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse this process every byte of a file beyond so many, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _raise_full(*_anything: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _full(held: Any) -> Any:
    """Return a way to hold an upload on a disk that takes ten more bytes and no eleventh."""

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def write(self, piece: bytes) -> None:
            self.file.write(piece[:10])
            _raise_full()

    @contextmanager
    def hold(self: Any) -> Any:
        with held(self) as file:
            yield Full(file)

    return hold


def test_a_disk_without_room_is_told_before_anything_is_sent(
    cast: Cast, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "SPARE_BYTES", 10**18)
    assert begin(signed_in(cast.investigator), cast, photo).json()["code"] == "file.no_room"


def test_a_page_without_scripts_sends_them_all_in_one_form(cast: Cast, photo: bytes) -> None:
    client = signed_in(cast.investigator)
    files = [
        SimpleUploadedFile("../../etc/a.jpg", photo),
        SimpleUploadedFile("b.jpg", jpeg(picture(shade=78))),
        SimpleUploadedFile("c.jpg", b"GIF89a<script>"),
    ]
    page = client.post(ADD, {"case": str(cast.case_a.pk), "handling": "open", "files": files})
    assert page.status_code == 200
    assert [refusal.code for refusal in page.context["refusals"]] == ["file.not_a_photograph"]
    assert [p.original_name for p in Photograph.objects.order_by("serial")] == ["a.jpg", "b.jpg"]
    assert client.post(ADD, {"case": str(cast.case_a.pk), "handling": "open"}).context["refusals"]


def test_an_upload_begins_with_the_record_from_whose_page_it_came(cast: Cast) -> None:
    page = signed_in(cast.investigator).get(ADD, {"find": str(cast.find_a.pk)})
    assert page.context["shown"] == [("find", cast.find_a)]
    assert page.context["form"].initial["case"] == cast.case_a.pk
    foreign = signed_in(cast.investigator).get(ADD, {"find": str(cast.find_b.pk)})
    assert foreign.context["shown"] == []


def test_a_document_is_taken_in_by_the_liaison_in_confidence(cast: Cast) -> None:
    client = signed_in(cast.liaison)
    url = reverse("admin:evidence_document_add")
    assert client.get(url).context["form"].initial["handling"] == "humanitarian"
    said = {"case": str(cast.case_a.pk), "handling": "humanitarian", "kind": "medical"}
    sent = {**said, "files": [SimpleUploadedFile("x-ray.pdf", pdf(2))]}
    assert client.post(url, sent).status_code == 302
    made = Document.objects.get()
    assert (made.handling, made.title, made.page_count, made.fault) == ("humanitarian", "x-ray.pdf", 2, "")
    page = signed_in(cast.investigator).get(reverse("admin:evidence_document_change", args=[made.pk]))
    assert page.status_code == 404


def test_an_original_is_only_ever_saved_and_its_copy_shown(cast: Cast, tmp_path: Path, photo: bytes) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, photo, name="a\u202egpj.exe\r\n.jpg")
    client = signed_in(cast.custodian)
    answer = client.get(reverse("admin:evidence_photograph_original", args=[made.pk]))
    assert b"".join(answer) == photo
    assert answer["Content-Disposition"] == 'attachment; filename="P-0001_agpj.exe .jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    entry = AccessLogEntry.objects.get(kind="downloaded")
    assert (entry.user_id, entry.record_id) == (cast.custodian.pk, str(made.pk))
    link = reverse("admin:evidence_photograph_copy", args=[made.pk, "thumbnail"])
    copy = client.get(link)
    assert (copy["Content-Type"], copy["Cache-Control"]) == ("image/jpeg", "private, no-cache")
    assert client.get(link, headers={"if-none-match": copy["ETag"]}).status_code == 304
    assert client.get(link.replace("thumbnail", "original")).status_code == 404


def test_the_disk_keeps_files_for_this_account_alone(tmp_path: Path) -> None:
    from django.core.files.base import ContentFile

    storage = PrivateFiles(location=tmp_path / "files")
    storage.save("ab/cd/x", ContentFile(b"bytes"))
    modes = [(tmp_path / "files" / name).stat().st_mode & 0o777 for name in ("ab/cd/x", "ab/cd", "ab")]
    assert modes == [0o400, 0o700, 0o700]
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0
