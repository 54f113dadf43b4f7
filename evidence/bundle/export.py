"""Making the bundle of a case: written beside its place, sealed, and only then put there, whole or not at all."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.languages import written_in
from cases.ledger.checkpoints import Checkpoint, read_file, sign
from cases.ledger.entries import Chain, Head, heads, snapshot
from cases.ledger.keys import signing_key
from cases.ledger.payloads import Sight
from cases.ledger.verify import verify_chain
from cases.models import Case
from cases.models.membership import Role
from cases.refusals import Invalid, WrongState
from evidence.bundle import seal
from evidence.bundle.agreed import Agreed, agreement_with
from evidence.bundle.originals import size_of, write_originals
from evidence.bundle.pages import write_pages
from evidence.bundle.papers import papers_of, write_papers
from evidence.bundle.provenance import write_provenance
from evidence.bundle.records import write_code_lists, write_ledger, write_people, write_records
from evidence.bundle.redaction import Redaction

FORMAT: Final = "taphos-bundle-1"
VERIFIER: Final = Path(__file__).with_name("verify_bundle.py")
#: Told what is done now, how much of it there is, and then how much more of it is done.
Progress = Callable[[str, int], Callable[[int], None]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was made."""

    path: Path
    seq: int
    hash: str


def export_case(
    case: Case, output: Path, *, redact_for: str = "", papers: str = "some", progress: Progress | None = None
) -> Bundle:
    """Write the bundle of a case into the folder `output`.

    `redact_for` leaves out what somebody who holds that role alone may not see, or what the agreement in force with
    that agency does not cover; without it, everything is in it. `papers` is "some", "all" (of each find too) or "none";
    a partner gets none, because a paper holds more than an agreement names.
    Raises `bundle.no_agreement`, `bundle.exists`, `bundle.no_folder`, `bundle.disk_full`, `bundle.ledger_broken`, and
    `ledger.no_key` where there is no key to seal it with.
    """
    agreed = (
        Agreed.under(agreement_with(case, redact_for))
        if redact_for and redact_for not in access.SEES
        else None
    )
    role = "" if agreed else redact_for
    key = signing_key()
    with _put_there(output) as place, snapshot():
        verified = verify_chain(Chain(case.pk, case.number))
        if not verified.intact:
            raise WrongState(
                "bundle.ledger_broken",
                _("The ledger of this case is broken: %(fault)s") % {"fault": verified.first},
                value=case.number,
                way_forward=_("Run manage.py verify_ledger, and find out what happened first."),
            )
        head = heads(case.pk)[0]
        folder = place(_name(case, head, redact_for.lower()))
        making = _Making(
            case, folder, head, agreed or role, progress or (lambda what, many: lambda more: None)
        )
        _refuse_without_room(output, size_of(case, making.viewer, agreed))
        making.write("none" if agreed else papers)
        making.seal(key)
    return Bundle(output / folder.name, head.seq, head.hash.hex())


class _Making:
    """One bundle on its way: a folder, and what goes into it one after the other."""

    def __init__(self, case: Case, folder: Path, head: Head, whom: Agreed | str, progress: Progress) -> None:
        self.case = case
        self.folder = folder
        self.head = head
        self.progress = progress
        self.agreed = whom if isinstance(whom, Agreed) else None
        role = "" if isinstance(whom, Agreed) else whom
        # Who sees everything is nobody in person: an auditor of no agency, who holds no other role.
        self.viewer = access.as_role(case, Role(role) if role else Role.AUDITOR)
        self.sight = self.agreed or (Sight.of(self.viewer, case) if role else None)
        self.language = case.language or settings.LANGUAGE_CODE
        self.about: dict[str, Any] = {
            "format": FORMAT,
            "case": case.number,
            "chain": str(case.pk),
            "seq": head.seq,
            "hash": head.hash.hex(),
            "made_at": timezone.now().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "redacted_for": self.agreed.agreement.partner.short_name if self.agreed else role or None,
            "language": self.language,
        }

    def write(self, papers: str) -> None:
        """Write everything that is read from the database."""
        folder, case = self.folder, self.case
        redaction = Redaction(case, self.sight)
        write_ledger(folder / "ledger.ndjson", case, redaction, self.progress(_("Ledger"), self.head.seq))
        told = self.progress(_("Records"), self.head.seq)
        records = write_records(folder / "records", case, redaction, told)
        self.about |= {"records": records}
        write_code_lists(folder / "codes.ndjson")
        write_people(folder / "people.ndjson", folder / "records", records)
        told = self.progress(_("Originals"), size_of(case, self.viewer, self.agreed))
        columns, withheld = write_originals(folder, case, self.viewer, told, self.agreed)
        self.about |= {"originals_of": columns, "originals_withheld": withheld}
        wanted = papers_of(case, self.viewer, papers)
        told = self.progress(_("Papers"), len(wanted))
        write_papers(folder / "papers", wanted, self.viewer, self.language, told)
        with written_in(self.language):
            write_pages(folder, self.about, self.told_of_case, self.sight or Sight.of(self.viewer, case))
        write_provenance(folder, self.about, self.told_of_case)
        (folder / "about.json").write_text(
            json.dumps(self.about, ensure_ascii=False, indent=1), encoding="utf-8"
        )

    @property
    def told_of_case(self) -> Case:
        """Return the case as far as it is told: of one that a partner is not sent, its number alone."""
        if self.agreed is None or self.agreed.shows(Case):
            return self.case
        return Case(pk=self.case.pk, number=self.case.number, lead_agency=self.case.lead_agency, status="")

    def seal(self, key: Ed25519PrivateKey) -> None:
        """Put in the checkpoints, make a bag of it, and sign what is in it."""
        told = self.progress(_("Sealing"), 1)
        newest = sign(self.head, self.case.number, key, dt.datetime.fromisoformat(self.about["made_at"]))
        lines = [one.as_line() for one in (*_checkpoints(self.case, key, self.head.seq), newest)]
        (self.folder / "checkpoints.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (self.folder / "checkpoint.pub").write_bytes(public)
        _bagit("make", self.folder, self._info())
        shutil.copyfile(VERIFIER, self.folder / VERIFIER.name)
        seal.write(self.folder, self.about, key)
        _bagit("save", self.folder)
        told(1)

    def _info(self) -> dict[str, str]:
        said = {
            "Source-Organization": self.case.lead_agency.name,
            "External-Identifier": f"{self.case.number}, entry {self.head.seq}",
            "External-Description": self.told_of_case.title or self.case.number,
            "Bagging-Date": self.about["made_at"][:10],
            "Bag-Software-Agent": "Taphos, with bagit.py",
            "Taphos-Ledger-Hash": self.about["hash"],
        }
        # Each is one line of a tag file.
        return {name: " ".join(value.split()) for name, value in said.items()}


def _checkpoints(case: Case, key: Ed25519PrivateKey, upto: int) -> Iterator[Checkpoint]:
    """Yield the signed checkpoints of the case that this installation has."""
    path = Path(settings.TAPHOS_CHECKPOINT_FILE)
    if path.exists():
        for _line, found in read_file(path, [key.public_key()]):
            if isinstance(found, Checkpoint) and found.chain == case.pk and found.seq <= upto:
                yield found


def _name(case: Case, head: Head, role: str) -> str:
    """Return the name of the folder: the case, the entry it stands on, and for whom."""
    plain, whom = (re.sub(r"[^A-Za-z0-9.-]+", "-", part).strip("-.") for part in (case.number, role))
    return "_".join(part for part in (plain or "case", str(head.seq), whom) if part)


def _refuse_without_room(output: Path, originals: int) -> None:
    """Refuse beforehand where the originals alone have no room."""
    if shutil.disk_usage(output).free < originals:
        raise _full(output)


def _full(output: Path) -> WrongState:
    return WrongState(
        "bundle.disk_full",
        _("The disk of %(path)s is full. Nothing was left there.") % {"path": output},
        value=output,
        way_forward=_("Make room, or name a folder on another disk."),
    )


@contextmanager
def _put_there(output: Path) -> Iterator[Callable[[str], Path]]:
    """Give a folder to write in, and put it into `output` when everything in it is on the disk; else leave nothing."""
    if not output.is_dir():
        raise Invalid(
            "bundle.no_folder",
            _("There is no folder %(path)s.") % {"path": output},
            field="output",
            value=output,
            way_forward=_("Make it, or name another one."),
        )
    made: list[Path] = []
    hidden = Path(tempfile.mkdtemp(prefix=".taphos-bundle-", dir=output))

    def place(name: str) -> Path:
        if (output / name).exists():
            raise WrongState(
                "bundle.exists",
                _("This bundle is there already: %(path)s.") % {"path": output / name},
                value=name,
                way_forward=_("Use it, or name another folder."),
            )
        made.append(hidden / name)
        made[0].mkdir()
        return made[0]

    try:
        yield place
        _to_disk(made[0])
        made[0].rename(output / made[0].name)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise _full(output) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _to_disk(folder: Path) -> None:
    """Wait until every file is on the disk and not only on its way."""
    for path in (*folder.rglob("*"), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _bagit(what: str, folder: Path, info: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "evidence.bundle.bagging", what, str(folder)],
        input=json.dumps(info or {}),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        full = os.strerror(errno.ENOSPC) in done.stderr
        raise OSError(errno.ENOSPC if full else errno.EIO, done.stderr[-2000:])
