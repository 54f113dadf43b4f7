"""What pages show of the photographs and documents of their record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access
from cases.case_page import Panel
from cases.models.user import User
from evidence.models import Document, FileLink, Photograph
from evidence.models.file_link import TARGETS
from evidence.services.file_link import reference_to

#: Photographs and documents named on a page; the list has the rest.
SHOWN = 12


def kinds() -> list[str]:
    """Return the kinds of records whose pages have the panel."""
    models: list[Any] = [FileLink._meta.get_field(name).related_model for name in TARGETS]
    return [model._meta.label_lower for model in models]


def ways_of(record: Any, user: User) -> Iterator[dict[str, Any]]:
    """Yield the way to the upload of photographs of a record, for the head of its page."""
    if record.withdrawn_at is None and access.may(user, Photograph.permission("create"), record.case):
        query = urlencode({reference_to(record): str(record.pk)})
        yield {
            "label": _("Add photographs"),
            "link": f"{reverse('admin:evidence_photograph_add')}?{query}",
        }


def files_of(record: Any, user: User) -> Iterator[Panel]:
    """Yield the panel of what a record's photographs and documents are."""
    name = reference_to(record)
    links = FileLink.objects.visible_to(user).current().filter(**{name: record})
    photographs, documents = (
        list(
            model.objects.visible_to(user)
            .current()
            .filter(pk__in=links.filter(**{f"{column}__isnull": False}).values(column))
            .order_by("-id")[:SHOWN]
        )
        for model, column in ((Photograph, "photograph"), (Document, "document"))
    )
    adding = record.withdrawn_at is None
    query = urlencode({name: str(record.pk)})
    data = {
        "photographs": photographs,
        "documents": documents,
        "all_photographs": f"{reverse('admin:evidence_photograph_changelist')}?linked={name}:{record.pk}"
        if photographs
        else "",
        "add_photographs": f"{reverse('admin:evidence_photograph_add')}?{query}"
        if adding and access.may(user, Photograph.permission("create"), record.case)
        else "",
        "add_documents": f"{reverse('admin:evidence_document_add')}?{query}"
        if adding and access.may(user, Document.permission("create"), record.case)
        else "",
    }
    yield Panel(_("Photographs and documents"), "evidence/file_strip.html", data, position=30)
