"""Bytes from outside on their way into a record and out again: opened apart, sealed, stored once, never unchecked.

`received` and `keep` are the way in for every record that seals a file; `original` and `copy_of` the way out.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.models.base import Handling
from cases.models.case import Case
from cases.models.membership import Role
from cases.models.site import Site
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, NoRoom, Refusal, WrongState, shown
from cases.services.record import create_record, lock
from evidence import content, names
from evidence.content import ContentFault
from evidence.decoding import apart
from evidence.decoding.apart import Seen
from evidence.decoding.kinds import MEDIA_TYPES, PICTURES
from evidence.models import Document, FileLink, NoticedBy, Photograph, SealedFile
from evidence.services import file_alarm

Sealed = TypeVar("Sealed", bound=SealedFile)

#: What may be wrong with bytes, in words. The code of the refusal is `file.` and the key.
FAULTS: Final = {
    "empty": gettext_lazy("The file is empty."),
    "damaged": gettext_lazy("The file does not open whole: it is damaged or cut off."),
    "encrypted": gettext_lazy("The document asks for a password."),
    "too_many_pixels": gettext_lazy("The picture has more pixels than any camera makes."),
    "too_many_pages": gettext_lazy("The document has more pages than are opened."),
    "too_large_to_open": gettext_lazy("The file takes more memory to open than one file may have."),
    "without_preview": gettext_lazy("The raw picture carries no preview to be shown."),
    "broke_the_decoder": gettext_lazy(
        "The file could not be opened: it broke, or held up, what opens files."
    ),
    "other_type": gettext_lazy("The file is not of the type that its name says."),
}
COPIES: Final = ("screen", "thumbnail")


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies on this machine for the moment: its seal, and what was seen in it."""

    path: Path
    name: str
    sha256: str
    size_bytes: int
    seen: Seen
    copies: Path

    @property
    def media_type(self) -> str:
        """Return what the bytes are; what could not be opened is only handed out."""
        return MEDIA_TYPES[self.seen.kind]


def largest_bytes() -> int:
    """Return how large a file may be, in bytes."""
    return int(settings.TAPHOS_LARGEST_FILE_MB) * 1_000_000


def too_large(name: str) -> Invalid:
    """Return the refusal of a file that is larger than any that is taken."""
    return Invalid(
        "file.too_large",
        _("%(name)s is larger than the %(limit)d MB that are taken.")
        % {"name": shown(names.safe(name)), "limit": settings.TAPHOS_LARGEST_FILE_MB},
        field="file",
        way_forward=_("Whoever keeps this installation can raise the limit (TAPHOS_LARGEST_FILE_MB)."),
    )


@contextmanager
def received(path: Path, name: str) -> Iterator[Received]:
    """Seal a file that lies on this machine and open it, in a process of its own; its copies last as long as this.

    Raises `file.empty`, `file.too_large`; what else is wrong with it is in `seen`, for its kind of record to judge.
    """
    size = path.stat().st_size
    if size == 0:
        raise fault("empty", name)
    if size > largest_bytes():
        raise too_large(name)
    with tempfile.TemporaryDirectory(prefix="taphos-") as folder, ThreadPoolExecutor(1) as beside:
        sealing = beside.submit(content.hash_of, path)
        seen = apart.look(path, name, Path(folder))
        sha256, size = sealing.result()
        yield Received(path, name, sha256, size, seen, Path(folder))


def fault(code: str, name: str, *, way_forward: str = "", detail: str = "") -> Invalid:
    """Return the refusal of a file whose bytes are not what they would have to be."""
    return Invalid(
        f"file.{code}",
        f"{shown(names.safe(name))}: {FAULTS[code]}",
        field="file",
        value=detail or None,
        way_forward=way_forward or _("Look at the file where it came from, and upload it again."),
    )


def same_file(user: User, model: type[Sealed], case: Case, sha256: str) -> Sealed | None:
    """Return the record of the same bytes in this case, if there is one that this person sees."""
    rows: Any = model._default_manager.visible_to(user).current()
    found: Sealed | None = rows.filter(case=case, sha256=sha256).order_by("id").first()
    return found


def already_here(record: SealedFile) -> WrongState:
    """Return the refusal of bytes that the case has already."""
    refusal = WrongState(
        "file.already_here",
        _("The same file is in this case already: %(number)s.") % {"number": record.number},
        field="file",
        value=record.number,
        way_forward=_("Open it, and link it with what else it shows."),
    )
    refusal.value = record.number
    return refusal


def keep(
    *,
    actor: User,
    record: Sealed,
    received: Received,
    rule: Callable[[Any], None] | None = None,
    then: Callable[[Sealed], None] | None = None,
    create: Callable[..., Any] = create_record,
) -> Sealed:
    """Store a received file and write its record, with its number; both or neither. `then` belongs to the same act.

    Raises `file.already_here`, `file.no_room`, and what `create` raises.
    """
    case = record.case
    same = same_file(actor, type(record), case, received.sha256)
    if same is not None:
        raise already_here(same)
    _seal(record, actor, received)

    def prepare(new: Any) -> None:
        locked: Any = lock(new.case)  # whoever numbers files of a case waits for the other
        last = type(record)._base_manager.filter(case=locked).aggregate(last=Max("serial"))["last"] or 0
        new.serial = last + 1
        new.number = f"{record.number_letter}-{new.serial:04d}"

    stored: list[str] = []
    with transaction.atomic():
        copies = _copies(received)
        _wait_for_the_same([received.sha256, *copies.values()])
        try:
            _store(record, received, copies, stored)
            create(actor=actor, record=record, prepare=prepare, rule=rule)
            if then is not None:
                then(record)
        except BaseException:
            for sha256 in stored:
                content.remove(sha256)
            raise
    return record


def _seal(record: SealedFile, actor: User, received: Received) -> None:
    record.sha256 = received.sha256
    record.size_bytes = received.size_bytes
    record.original_name = names.as_stated(received.name) or "-"
    record.media_type = received.media_type
    record.uploaded_by = actor


def _copies(received: Received) -> dict[str, str]:
    """Return the hashes of the copies that were made, by part."""
    if received.seen.refused:
        return {}
    paths = {part: received.copies / part for part in COPIES}
    return {part: content.hash_of(path)[0] for part, path in paths.items() if path.is_file()}


def _wait_for_the_same(hashes: list[str]) -> None:
    """Let nobody else store or remove the same bytes until this transaction has ended."""
    keys = sorted({int(sha256[:16], 16) - (1 << 63) for sha256 in hashes})
    with connection.cursor() as cursor:
        for key in keys:  # in order, so that nobody waits for somebody who waits for them
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _store(record: SealedFile, received: Received, copies: dict[str, str], stored: list[str]) -> None:
    try:
        _put(received.path, received.sha256, stored)
        for part, sha256 in copies.items():
            _put(received.copies / part, sha256, stored)
            setattr(record, f"{part}_sha256", sha256)
    except OSError as error:
        if is_full(error):
            raise no_room() from error
        raise


def _put(path: Path, sha256: str, stored: list[str]) -> None:
    try:
        is_new = content.put(path, sha256)
    except ContentFault as found:
        # What lies there was altered. The alarm stays; what was uploaded is what the seal says, and takes its place.
        file_alarm.sound(found, NoticedBy.UPLOAD)
        content.set_aside(sha256)
        is_new = content.put(path, sha256)
    if is_new:
        stored.append(sha256)


def is_full(error: OSError) -> bool:
    """Say whether a disk had no room, or no more of it for this account."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def no_room() -> NoRoom:
    """Return the refusal of what there is no room for."""
    return NoRoom(
        "file.no_room",
        _("The disk of the server is full. Nothing of this file was kept."),
        way_forward=_("Tell whoever keeps this installation, and upload it again when there is room."),
    )


# --- the way out


def original(user: User, record: SealedFile) -> Iterator[bytes]:
    """Return the original bytes of a record that this person sees, looked at first. Raises `file.altered` and an alarm.

    Raises `file.original_withheld`.
    """
    access.require(user, record.permission("view"), record)
    withheld = original_withheld(user, record)
    if withheld is not None:
        raise withheld
    try:
        return content.stream(record.sha256, record.size_bytes)
    except ContentFault as found:
        raise refused_as_altered(record, found) from found


def copy_of(user: User, record: SealedFile, part: str) -> bytes:
    """Return a copy of a record that this person sees: `screen` or `thumbnail`, JPEG. Raises what `original` raises.

    Raises `NotVisible` where there is no such copy.
    """
    access.require(user, record.permission("view"), record)
    if not record.hashes.get(part):
        raise access.not_visible()
    withheld = copies_withheld(user, record)
    if withheld is not None:
        raise withheld
    try:
        return content.read(record.hashes[part])
    except ContentFault as found:
        raise refused_as_altered(record, found) from found


def original_withheld(user: User, record: SealedFile) -> Forbidden | None:
    """Return why this person does not get the original, or None.

    A camera writes into it where it stood. The ICRC liaison gets copies of photographs, and of what else may tell
    where a site is that is not protected.
    """
    if access.roles_in(user, record.case) != {Role.LIAISON}:
        return None
    if record.handling == Handling.HUMANITARIAN or record.uploaded_by_id == user.pk:
        return None
    if is_picture(record) or tells_unprotected(record):
        return _withheld()
    return None


def copies_withheld(user: User, record: SealedFile) -> Forbidden | None:
    """Return why this person is not shown the copies either: a document about an unprotected site may be its map."""
    if not isinstance(record, Document) or original_withheld(user, record) is None:
        return None
    return _withheld() if tells_unprotected(record) else None


def _withheld() -> Forbidden:
    return Forbidden(
        "file.original_withheld",
        _("The original is withheld from you: it may tell where a site is that is not protected."),
        way_forward=_("Ask an investigator of the case for what you need of it."),
    )


def is_picture(record: SealedFile) -> bool:
    """Say whether the original is a picture, in which a camera may have written a place."""
    return record.media_type in {MEDIA_TYPES[kind] for kind in PICTURES}


def tells_unprotected(record: SealedFile) -> bool:
    """Say whether a file is linked with a site that is not protected, be it through a find or a bone."""
    return any(not site.is_protected for site in sites_of(record))


def sites_of(record: SealedFile) -> list[Site]:
    """Return the sites that a file is about, through whatever it is linked with."""
    column = "photograph" if isinstance(record, Photograph) else "document"
    links = FileLink.objects.current().filter(**{column: record})
    found = set()
    for path in (
        "site",
        "visit__site",
        "context__site",
        "find__site",
        "specimen__find__site",
        "injury__specimen__find__site",
        "exhibit__site",
    ):
        found |= set(links.filter(**{f"{path}__isnull": False}).values_list(path, flat=True))
    return list(Site.objects.filter(pk__in=found))


def refused_as_altered(record: SealedFile, found: ContentFault) -> Refusal:
    """Sound the alarm, and return what whoever asked is told."""
    file_alarm.sound(found, NoticedBy.READING)
    return WrongState(
        "file.missing" if found.is_missing else "file.altered",
        _("%(number)s: the stored file is missing.") % {"number": record.number}
        if found.is_missing
        else _("%(number)s: the stored file is not what it was when it came in, and is not handed out.")
        % {"number": record.number},
        value=found.found or None,
        rule=_("Its SHA-256 when it came in was %(sha256)s.") % {"sha256": found.sha256},
        way_forward=_("The alarm is recorded. Whoever keeps this installation restores it from a backup."),
    )
