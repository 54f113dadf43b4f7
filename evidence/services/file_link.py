"""Links of photographs and documents with what they show: by people, and by the labels that a photograph shows."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import Actor, change
from cases.models.base import CaseRecord, Handling
from cases.models.user import User
from cases.refusals import Invalid, Refusal, WrongState
from cases.services.record import check_fields, create_record
from cases.services.rules import DatabaseRule, declare_rules, told_kindly
from evidence.models import FileLink, LinkBasis, Photograph, SealedFile
from evidence.models.file_link import TARGETS

#: A program read the label; whoever uploaded the photograph said nothing about it.
READER = Actor.system("reader of labels")

declare_rules(
    {
        "evidence_filelink_once": DatabaseRule(
            "file_link.once", gettext_lazy("It is linked with this already."), kind=WrongState
        ),
        "evidence_filelink_one_file": DatabaseRule(
            "file_link.one_file", gettext_lazy("A link is of one photograph or one document.")
        ),
        "evidence_filelink_one_target": DatabaseRule(
            "file_link.one_target",
            gettext_lazy("A link leads to one record."),
            way_forward=gettext_lazy("Make another link for another record."),
        ),
    }
)


def reference_to(record: Any) -> str:
    """Return the name of the reference by which a link leads to this kind of record, or refuse a kind without one."""
    for name in TARGETS:
        if FileLink._meta.get_field(name).related_model is type(record):
            return name
    raise Invalid(
        "file_link.no_target",
        _("Photographs and documents are not linked with this kind of record."),
        value=record._meta.verbose_name,
        rule=", ".join(TARGETS),
    )


def attach(*, actor: User, file: SealedFile, target: CaseRecord) -> FileLink:
    """Link a photograph or document with a record of its case that it shows or is about.

    Raises `file_link.once`, `file_link.two_handlings`, `file_link.no_target`, `record.other_case`,
    `record.parent_withdrawn`, and what `create_record` raises.
    """
    link = _link(file, target, LinkBasis.PERSON)
    link.linked_by = actor
    if not access.sees(actor, target):
        raise access.not_visible()
    link.handling = _handling(file, target)
    return create_record(actor=actor, record=link)


def attach_by_label(*, photograph: Photograph, target: CaseRecord) -> FileLink | None:
    """Link a photograph with the record whose label it shows; None where it is linked, or may not be.

    Nobody said so, and the ledger names nobody: the program that read the label did it.
    """
    if target.case_id != photograph.case_id or target.withdrawn_at is not None:
        return None
    link = _link(photograph, target, LinkBasis.LABEL)
    try:
        link.handling = _handling(photograph, target)
        with transaction.atomic(), told_kindly(link), change(READER, "evidence.filelink.read_from_label"):
            refuse_closed(link)
            check_fields(link)
            link.save(force_insert=True)
    except Refusal:
        return None
    return link


def create(*, actor: User, record: FileLink) -> FileLink:
    """Link as a form says it."""
    file, target = record.file, record.target
    if file is None or target is None:
        rule = "one_file" if file is None else "one_target"
        raise Invalid(
            f"file_link.{rule}",
            _("Choose a photograph or document, and one record that it shows."),
            way_forward=_("A link is between two records of one case."),
        )
    made = attach(actor=actor, file=file, target=target)
    record.__dict__.update(made.__dict__)
    return made


def _link(file: SealedFile, target: CaseRecord, basis: LinkBasis) -> FileLink:
    column = "photograph" if isinstance(file, Photograph) else "document"
    return FileLink(
        case=file.case,
        basis=basis,
        linked_at=timezone.now(),
        **{column: file, reference_to(target): target},
    )


def _handling(file: SealedFile, target: CaseRecord) -> str:
    """Return the handling of a link: that of the one of its two ends that is not open to all."""
    kept = {file.handling, target.handling} - {Handling.OPEN}
    if len(kept) > 1:
        raise Invalid(
            "file_link.two_handlings",
            _("%(file)s is %(one)s, and %(target)s is %(other)s: nobody but an auditor would see the link.")
            % {
                "file": file,
                "one": file.get_handling_display(),
                "target": target,
                "other": target.get_handling_display(),
            },
            way_forward=_("Upload the file a second time, with the handling of what it is linked with."),
        )
    return str(kept.pop()) if kept else str(Handling.OPEN)
