"""Documents: taken in with their bytes sealed. Whatever does not open is kept too, and only handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from cases.models.base import CaseRecord
from cases.models.user import User
from cases.refusals import WrongState
from cases.services.record import change_record, create_record
from cases.services.rules import DatabaseRule, declare_rules
from evidence.decoding.kinds import HEAD, Kind, kind_of
from evidence.models import Document, MediaType
from evidence.services import file_link, stored_file
from evidence.services.stored_file import Received

declare_rules(
    {
        "evidence_document_once": DatabaseRule(
            "file.already_here", gettext_lazy("The same file is in this case already."), kind=WrongState
        ),
        "evidence_document_seal_stays": DatabaseRule(
            "file.sealed", gettext_lazy("What came in with the file stays as it was."), kind=WrongState
        ),
        "evidence_document_titled": DatabaseRule(
            "document.titled", gettext_lazy("A document has a title."), "title"
        ),
    }
)
#: Endings of names, and what the bytes then would be.
_ENDINGS = {
    ".pdf": Kind.PDF,
    ".jpg": Kind.JPEG,
    ".jpeg": Kind.JPEG,
    ".png": Kind.PNG,
    ".tif": Kind.TIFF,
    ".tiff": Kind.TIFF,
    ".heic": Kind.HEIC,
    ".heif": Kind.HEIC,
}


def create(
    *,
    actor: User,
    record: Document,
    received: Received,
    about: Iterable[CaseRecord] = (),
    door: Callable[..., Any] = create_record,
) -> Document:
    """Take in a document, and link it with records that it is about, all or nothing.

    What does not open whole, or is not of a type that is opened, is kept as it is and only ever handed out; `fault` of
    the record says so. `door` writes the record, where another permission than that of documents leads to it.
    Raises `file.already_here`, `file.no_room`, and what `door` and `file_link.attach` raise.
    """
    seen = received.seen
    record.page_count = seen.pages
    record.fault = seen.refused or ("other_type" if _named_otherwise(received) else "")
    targets = list(about)

    def link(new: Document) -> None:
        for target in targets:
            file_link.attach(actor=actor, file=new, target=target)

    def inert(new: Any) -> None:
        if seen.refused:
            new.media_type = MediaType.OTHER

    inert(record)
    return stored_file.keep(actor=actor, record=record, received=received, rule=inert, then=link, create=door)


def change(*, actor: User, record: Document, version: int) -> Document:
    """Change what people say of a document. What came in with the file stays (`file.sealed`)."""
    return change_record(actor=actor, record=record, version=version)


def _named_otherwise(received: Received) -> bool:
    """Say whether the name promises a type that the bytes are not."""
    ending = next((end for end in _ENDINGS if received.name.lower().endswith(end)), None)
    if ending is None:
        return False
    with received.path.open("rb") as file:
        return kind_of(file.read(HEAD), received.name) != _ENDINGS[ending]
