"""Bundles that people ask for in the browser: made in the background, kept for some days, for who asked alone.

A request is a folder, and what is in it is its state: what was asked, then the bag, or why there is none. It is no
record of the case: a bundle that nobody fetches says nothing. Asking and fetching are in the access log.
"""

from __future__ import annotations

import io
import json
import secrets
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.models import Case, User
from cases.refusals import Refusal, WrongState
from evidence.bundle.export import export_case

PERMISSION: Final = "evidence.bundle:make"
#: After so many seconds a bundle is removed, fetched or not.
KEPT_SECONDS: Final = 3 * 24 * 3600
#: What nobody worked on for so long is given up: a worker ended in the middle of it.
GIVEN_UP_SECONDS: Final = 12 * 3600
ASKED, FAILED, BAG = "asked.json", "failed.json", "bag"
PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """One bundle that was asked for."""

    token: str
    case: UUID
    user: UUID
    role: str
    asked_at: datetime
    #: Where its bag is, once it is made.
    bag: Path | None
    #: Why there is none.
    failure: str

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return the request of a folder, or None where it is none."""
        try:
            asked = json.loads((folder / ASKED).read_text())
            failure = json.loads((folder / FAILED).read_text()) if (folder / FAILED).exists() else ""
        except (OSError, ValueError):
            return None
        made = next(iter((folder / BAG).glob("[!.]*")), None) if (folder / BAG).exists() else None
        at = datetime.fromisoformat(asked["asked_at"])
        return cls(folder.name, UUID(asked["case"]), UUID(asked["user"]), asked["role"], at, made, failure)

    @property
    def waits(self) -> bool:
        """Say whether it is still to be made."""
        return self.bag is None and not self.failure


def root() -> Path:
    """Return where requests are kept, for this account alone."""
    folder = Path(settings.TAPHOS_VAR) / "bundles"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def role_of(user: User, case: Case) -> str | None:
    """Return in which role this person takes bundles out of a case, or None where they do not."""
    held = access.roles_in(user, case) & access.roles_with(PERMISSION)
    return min(held, default=None)


def ask(user: User, case: Case) -> BundleRequest:
    """Ask for a bundle of a case, as it is shown to the asker's role.

    Raises `access.forbidden`, and `bundle.asked_already` while another one is on its way.
    """
    access.require(user, PERMISSION, case)
    remove_old()
    if any(request.waits for request in requests_of(user, case)):
        raise WrongState(
            "bundle.asked_already",
            _("A bundle of this case is being made for you already."),
            way_forward=_("Wait until it is there."),
        )
    folder = root() / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    asked = {
        "case": str(case.pk),
        "user": str(user.pk),
        "role": role_of(user, case),
        "asked_at": timezone.now().astimezone(UTC).isoformat(timespec="seconds"),
    }
    (folder / ASKED).write_text(json.dumps(asked))
    from evidence.tasks import make_bundle

    make_bundle.defer(token=folder.name)
    found = BundleRequest.read(folder)
    assert found is not None  # noqa: S101 - it was written above
    return found


def requests_of(user: User, case: Case) -> list[BundleRequest]:
    """Return what this person asked for of a case, the newest first."""
    found = (BundleRequest.read(folder) for folder in root().iterdir())
    own = [one for one in found if one is not None and (one.user, one.case) == (user.pk, case.pk)]
    return sorted(own, key=lambda one: one.asked_at, reverse=True)


def make(token: str) -> None:
    """Make a bundle that was asked for. What keeps it from being made is kept for who asked."""
    folder = root() / token
    asked = BundleRequest.read(folder)
    if asked is None or not asked.waits:
        return
    (folder / BAG).mkdir(mode=0o700, exist_ok=True)
    try:
        case = Case.objects.select_related("lead_agency").get(pk=asked.case)
        export_case(case, folder / BAG, redact_for=asked.role)
    except Refusal as refusal:
        (folder / FAILED).write_text(json.dumps(str(refusal)))
    except Exception:
        (folder / FAILED).write_text(
            json.dumps(_("It went wrong. The administrator finds why in the journal."))
        )
        raise


def remove_old() -> None:
    """Remove bundles that were kept long enough, and give up what nobody makes any more."""
    for folder in root().iterdir():
        age = time.time() - folder.stat().st_mtime
        found = BundleRequest.read(folder)
        if age > KEPT_SECONDS or found is None:
            shutil.rmtree(folder, ignore_errors=True)
        elif found.waits and age > GIVEN_UP_SECONDS:
            (folder / FAILED).write_text(json.dumps(_("It was not finished in time. Ask for it again.")))


class _Outlet(io.RawIOBase):
    """Takes what is written into a file that nobody keeps, and hands it on."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def writable(self) -> bool:
        """It takes everything."""
        return True

    def write(self, data: Any) -> int:
        """Keep it until it is taken."""
        self.held.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        data, self.held = b"".join(self.held), []
        return data


def zipped(bag: Path) -> Iterator[bytes]:
    """Yield a bag as one ZIP file, piece by piece; nothing is written to the disk and little is held."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for path in sorted(bag.rglob("*")):
            if not path.is_file():
                continue
            name = f"{bag.name}/{path.relative_to(bag).as_posix()}"
            entry = zipfile.ZipInfo(name, date_time=time.gmtime(path.stat().st_mtime)[:6])
            entry.external_attr = 0o644 << 16
            with path.open("rb") as file, archive.open(entry, "w", force_zip64=True) as target:
                while piece := file.read(PIECE):
                    target.write(piece)
                    yield outlet.taken()
    yield outlet.taken()
