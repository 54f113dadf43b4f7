"""Files: photographs taken in, against bare SHA-256 and one full decode; the check of all files, against bare SHA-256;
and the memory of an upload and a download, which does not grow with the file.
"""

from __future__ import annotations

import hashlib
import io
import random
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory, override_settings
from django.urls import reverse
from PIL import Image

from cases import access
from cases.ledger.context import change
from cases.models import Appointment, Membership
from evidence.decoding import apart
from evidence.models import Document, Photograph
from evidence.services import document, photograph
from evidence.services.file_check import check_files
from evidence.services.stored_file import received
from tests.actors import INSTALLER, SINCE, make_case, make_user
from tests.bench.ground import Say, alternate, memory_kb, rounds, size, timed
from tests.signed_in import signed_in

PIECE = 8_000_000
#: A page of memory is reset in the kernel's record of the most that a process held.
RESET = "5"


def run(say: Say) -> None:
    """Measure, and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="taphos-bench-") as folder:
        storages: Any = {
            "default": {
                "BACKEND": "evidence.storage.PrivateFiles",
                "OPTIONS": {"location": Path(folder) / "files"},
            },
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
        with override_settings(
            STORAGES=storages,
            TAPHOS_INCOMING=Path(folder) / "incoming",
            TAPHOS_LARGEST_FILE_MB=2_000,
            SECURE_SSL_REDIRECT=False,
            ALLOWED_HOSTS=["testserver"],
        ):
            case, person = _ground()
            _memory(say, case, person)  # first, while this process holds little
            _ingest(say, case, person, Path(folder))
            _check(say, case, person, Path(folder))


def _ground() -> tuple[Any, Any]:
    from cases.models import Agency

    with change(INSTALLER, "bench.ground.made"):
        agency = Agency.objects.create(name="Bench", short_name="B", kind="prosecution")
        case = make_case("FILES-1", agency)
        person = make_user("photographer", agency)
        Membership.objects.create(case=case, user=person, role="investigator", from_on=SINCE)
        Appointment.objects.create(agency=agency, user=person, role="supervisor", from_on=SINCE)
    access.forget_standing(person)
    return case, person


def _camera() -> bytes:
    """Return a JPEG of 24 million points, about as heavy as a camera's."""
    image = (
        Image.effect_noise((3000, 2000), 28).convert("RGB").resize((6000, 4000), Image.Resampling.BILINEAR)
    )
    ground = Image.linear_gradient("L").resize((6000, 4000)).convert("RGB")
    written = io.BytesIO()
    Image.blend(image, ground, 0.5).save(written, "JPEG", quality=92)
    return written.getvalue()


def _distinct(data: bytes, number: int) -> bytes:
    """Return the same picture with another hash."""
    comment = b"%032d" % number
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]


def _ingest(say: Say, case: Any, person: Any, folder: Path) -> None:
    data, count = _camera(), size("photographs", 8)
    bench = folder / "camera"
    bench.mkdir()
    waiting = []
    for number in range(count * (rounds() + 1)):
        waiting.append(bench / f"{number}.jpg")
        waiting[-1].write_bytes(_distinct(data, number))

    def bare() -> None:
        for path in sorted(bench.iterdir())[:count]:
            given = path.read_bytes()
            hashlib.sha256(given).hexdigest()
            Image.open(io.BytesIO(given)).load()

    def take_in() -> None:
        for _turn in range(count):
            with received(waiting.pop(), "IMG.JPG") as arrived:
                photograph.create(actor=person, record=Photograph(case=case), received=arrived)

    take_in()  # the process that opens files is started once
    ours, limit = alternate(take_in, bare, rounds())
    say(
        f"{count} photographs of 24 MP, {len(data) / 1e6:.1f} MB each: taken in {count / ours:.1f}/s, "
        f"bare SHA-256 and full decode {count / limit:.1f}/s: {limit / ours:.0%} of it (aim 80 %)"
    )


def _check(say: Say, case: Any, person: Any, folder: Path) -> None:
    count, each = size("files", 60), 5_000_000
    generator = random.Random(7)
    hashes = []
    path = folder / "some.bin"
    for number in range(count):
        path.write_bytes(generator.randbytes(each - 8) + struct.pack(">Q", number))
        with received(path, "some.bin") as arrived:
            record = Document(case=case, title=f"{number}", kind="other")
            hashes.append(document.create(actor=person, record=record, received=arrived).sha256)
    paths = sorted((folder / "files").glob("??/??/*"))
    total = sum(path.stat().st_size for path in paths)

    def bare() -> None:
        for stored in paths:
            with stored.open("rb") as file:
                hashlib.file_digest(file, "sha256")

    def check() -> None:
        assert not list(check_files())

    ours, limit = alternate(check, bare, rounds())
    held = _most_held(check)
    say(
        f"verify_files over {len(paths)} files, {total / 1e6:.0f} MB: {total / ours / 1e6:.0f} MB/s, bare SHA-256 "
        f"{total / limit / 1e6:.0f} MB/s: {limit / ours:.0%} of it (aim 70 %), {held:.1f} MB more memory"
    )


def _most_held(work: Callable[[], object]) -> float:
    """Return how many MB more than before this process held at most while it worked."""
    before = memory_kb("VmRSS")
    Path("/proc/self/clear_refs").write_text(RESET)
    work()
    return (memory_kb() - before) / 1000


class _Body:
    """A request's body that is made while it is read."""

    def __init__(self, length: int) -> None:
        self.left = length

    def readline(self, wanted: int = -1) -> bytes:
        return self.read(wanted)

    def read(self, wanted: int = -1) -> bytes:
        count = self.left if wanted < 0 else min(wanted, self.left)
        self.left -= count
        return b"\x5a" * count


def _begun(*_anything: Any) -> Any:
    """Take the beginning of an answer, as a server would."""


def _memory(say: Say, case: Any, person: Any) -> None:
    session = signed_in(person).cookies["sessionid"].value
    application = get_wsgi_application()
    factory = RequestFactory()

    def ask(method: str, path: str, body: Any = b"", **headers: str) -> Any:
        request: Any = factory.generic(method, path, body if isinstance(body, bytes) else b"", **headers)  # type: ignore[arg-type]
        environ = request.environ
        environ["HTTP_COOKIE"] = f"sessionid={session}; csrftoken={'a' * 32}"
        environ["HTTP_X_CSRFTOKEN"] = "a" * 32
        if isinstance(body, _Body):
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(body.left)
        answer: Any = application(environ, _begun)
        return answer

    stem = "admin:evidence_document"
    for megabytes in (size("small_mb", 20), size("large_mb", 200)):
        length = megabytes * 1_000_000

        def upload(length: int = length) -> None:
            said = {"case": str(case.pk), "handling": "open", "kind": "other", "title": "large"}
            sent = urlencode({**said, "name": "x.bin", "size": str(length), "fingerprint": f"{length}-1"})
            begun = ask(
                "POST",
                reverse(f"{stem}_upload"),
                sent.encode(),
                content_type="application/x-www-form-urlencoded",
            )
            assert begun.status_code == 201, begun.content[:500]
            link = begun["Location"]
            for offset in range(0, length, PIECE):
                piece = _Body(min(PIECE, length - offset))
                assert ask("PATCH", link, piece, HTTP_UPLOAD_OFFSET=str(offset)).status_code == 204
            assert ask("POST", link).status_code == 201

        def download(length: int = length) -> None:
            made = Document.objects.get(size_bytes=length)
            answer = ask("GET", reverse(f"{stem}_original", args=[made.pk]))
            assert sum(len(piece) for piece in answer) == length

        up = _most_held(upload)
        down = _most_held(download)
        seconds = timed(download)
        say(
            f"{megabytes} MB: upload {up:.1f} MB more memory, download {down:.1f} MB more (aim below 64 MB each), "
            f"downloaded at {length / seconds / 1e6:.0f} MB/s"
        )
    apart._decoders.end()
