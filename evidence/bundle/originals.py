"""The originals of a bundle, and the copies by which they are looked at: each under the hash of its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case, User
from cases.refusals import WrongState
from evidence import content
from evidence.bundle.agreed import Agreed
from evidence.content import ContentFault
from evidence.models import Document, MediaType, Photograph, SealedFile
from evidence.services.stored_file import original_withheld

#: Kinds of records that seal a file, and the column that names it.
SEALED: Final[tuple[type[SealedFile], ...]] = (Photograph, Document)
_ENDINGS: Final = {
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
    MediaType.TIFF: ".tif",
    MediaType.HEIC: ".heic",
    MediaType.PDF: ".pdf",
}


def sealed_files(case: Case, viewer: User, agreed: Agreed | None = None) -> Iterator[SealedFile]:
    """Yield what seals a file in a case, as far as the viewer sees it, withdrawn ones too, or a partner is shown it."""
    for model in SEALED:
        if agreed is not None and not agreed.shows(model):
            continue
        rows: Any = model._default_manager.visible_to(viewer).filter(
            agreed.rows if agreed else Q(), case=case
        )
        yield from rows.select_related("case").order_by("serial").iterator(chunk_size=500)


def size_of(case: Case, viewer: User, agreed: Agreed | None = None) -> int:
    """Return how many bytes the originals of a case have together, at most."""
    return sum(row.size_bytes for row in sealed_files(case, viewer, agreed))


def write_originals(
    folder: Path, case: Case, viewer: User, told: Callable[[int], None], agreed: Agreed | None = None
) -> tuple[dict[str, str], list[str]]:
    """Write originals and copies; return the columns that name originals by table, and records whose is withheld.

    Each is read once, and its hash computed on the way. A partner gets no original as long as anything is withheld from
    it: an original holds what its record does not say. Raises `bundle.original_altered`.
    """
    none = agreed is not None and bool(agreed.agreement.withheld)
    withheld: list[str] = []
    for row in sealed_files(case, viewer, agreed):
        if none or original_withheld(viewer, row) is not None:
            withheld.append(str(row.pk))
        else:
            ending = _ENDINGS.get(MediaType(row.media_type), "")
            _copy(row.sha256, folder / "originals" / row.sha256[:2] / f"{row.sha256}{ending}")
        if isinstance(row, Photograph) and row.screen_sha256:
            _copy(row.screen_sha256, folder / "copies" / f"{row.screen_sha256}.jpg")
        told(row.size_bytes)
    return {model._meta.db_table: "sha256" for model in SEALED}, withheld


def _copy(sha256: str, path: Path) -> None:
    if path.exists():  # the same bytes in two records
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        content.copy_to(sha256, path)
    except ContentFault as fault:
        raise altered(fault) from fault


def altered(fault: ContentFault) -> WrongState:
    """Return the refusal of a bundle with bytes that are not what they were."""
    return WrongState(
        "bundle.original_altered",
        _("A stored file of this case is missing or is not what it was when it came in."),
        value=fault.sha256,
        way_forward=_("Run manage.py verify_files, restore it from a backup, and make the bundle again."),
    )
