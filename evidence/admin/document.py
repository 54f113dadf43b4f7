"""The pages of documents."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from cases import access
from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import CaseFilter, HandlingFilter, StatusFilter, WithdrawnFilter
from cases.indexed_search import begins, search_rows
from evidence import names
from evidence.admin.file_filter import LinkedFilter, PersonFilter, SiteFilter
from evidence.admin.file_link import links_of
from evidence.admin.file_rows import file_rows, size_in_words
from evidence.admin.serving import ServingPages
from evidence.admin.upload import UploadPages
from evidence.admin.upload_form import DocumentUploadForm, UploadForm
from evidence.models import Document, SealedFile
from evidence.models.document import DOCUMENT_WORDS
from evidence.services import document as service
from evidence.services import stored_file
from remains.admin.below import Leaner


@admin.register(Document)
class DocumentAdmin(ServingPages, UploadPages, Leaner, RecordAdmin):
    """Documents."""

    upload_form = DocumentUploadForm
    upload_words = {
        "title": gettext_lazy("Add documents"),
        "choose": gettext_lazy("Choose documents, or drop them here"),
        "kinds": gettext_lazy("PDF and pictures are shown here; any other file is kept and only handed out"),
    }
    add_label = gettext_lazy("Add documents")
    change = staticmethod(service.change)
    change_form_outer_before_template = "evidence/document_header.html"
    list_display = [
        "number",
        "title",
        "kind",
        columns.said_day("dated", gettext_lazy("dated")),
        "pages",
        "size",
        columns.handling,
        columns.case,
    ]
    list_filter = [
        ("case", CaseFilter),
        SiteFilter,
        LinkedFilter,
        ("kind", StatusFilter),
        ("dated_earliest_on", RangeDateFilter),
        ("uploaded_by", PersonFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["number", "title", "author"]
    search_help_text = gettext_lazy("Number, or words of title and author")
    fieldsets = [
        (gettext_lazy("What it is"), {"fields": ("title", ("kind", "author"), "dated_edtf")}),
        (gettext_lazy("Remarks and handling"), {"fields": ("remarks", "handling")}),
    ]

    @display(description=gettext_lazy("pages"))
    def pages(self, document: Document) -> str:
        """Say how many pages a PDF has."""
        return str(document.page_count) if document.page_count else "-"

    @display(description=gettext_lazy("size"))
    def size(self, document: Document) -> str:
        """Say how large the file is."""
        return size_in_words(document.size_bytes)

    def take_in(self, user: Any, form: UploadForm, received: stored_file.Received) -> Document:
        """Write the record of one document; without a title it gets the name of its file."""
        record = form.record()
        record.title = record.title or names.safe(received.name)
        return service.create(actor=user, record=record, received=received, about=form.targets)

    def note_on(self, record: SealedFile) -> str:
        """Say what was wrong with a file that was kept all the same."""
        return str(fault_in_words(record))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by number and by the beginnings of words."""

        def conditions(word: str) -> Any:
            if named := re.fullmatch(r"(?:D-?)?0*([0-9]{1,9})", word, re.IGNORECASE):
                yield Q(serial=int(named[1]))
            yield begins(DOCUMENT_WORDS, word)

        return search_rows(queryset, search_term, conditions, lambda term: []), False

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the first page, and what the document is linked with."""
        user: Any = request.user
        may_link = obj.withdrawn_at is None and access.may(user, "evidence.filelink:create", obj.case)
        return {
            **super().record_head(request, obj),
            "links": links_of(user, obj),
            "link_add": f"{reverse('admin:evidence_filelink_add')}?document={obj.pk}" if may_link else "",
            "withheld": stored_file.original_withheld(user, obj),
            "copies_withheld": stored_file.copies_withheld(user, obj),
            "file_rows": file_rows(obj, access.hidden_fields(user, obj)),
            "fault": fault_in_words(obj),
        }


def fault_in_words(document: Any) -> Any:
    """Return what was wrong with a file when it came in, or nothing."""
    return stored_file.FAULTS.get(document.fault, "")
