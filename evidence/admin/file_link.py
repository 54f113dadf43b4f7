"""The pages of links between files and what they show, and what other pages show of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from cases import access
from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import CaseFilter, HandlingFilter, StatusFilter, WithdrawnFilter
from cases.models.base import Handling
from cases.refusals import Invalid
from evidence.models import FileLink
from evidence.models.file_link import FILES, TARGETS
from evidence.services import file_link as service

#: What the names of linked records are made of.
NAMED = (
    "photograph",
    "document",
    "site",
    "visit",
    "context",
    "find",
    "specimen",
    "injury__specimen",
    "injury__mechanism",
    "exhibit",
    "linked_by",
)


def links_for(user: Any) -> Prefetch:
    """Return what reads with a list of files the links that the viewer sees."""
    rows = FileLink.objects.visible_to(user).current().select_related(*NAMED)
    return Prefetch("links", rows, to_attr="shown_links")


def is_list(request: HttpRequest) -> bool:
    """Say whether a list is asked for, and no single record."""
    match = request.resolver_match
    return match is not None and (match.url_name or "").endswith("_changelist")


def links_of(user: Any, record: Any) -> list[dict[str, Any]]:
    """Return what a file is linked with, as its page shows it."""
    rows = FileLink.objects.visible_to(user).current().filter(**{record._meta.model_name: record})
    may = record.withdrawn_at is None and access.may(user, FileLink.permission("withdraw"), record.case)
    shown = []
    for link in rows.select_related(*NAMED):
        target = link.target
        page = f"admin:{target._meta.app_label}_{target._meta.model_name}_change"
        shown.append(
            {
                "kind": str(target._meta.verbose_name).capitalize(),
                "label": str(target),
                "link": reverse(page, args=[target.pk]),
                "by": link.linked_by or _("read from its label"),
                "at": link.linked_at,
                "withdraw": reverse("admin:evidence_filelink_withdraw", args=[link.pk]) if may else "",
            }
        )
    return shown


@admin.register(FileLink)
class FileLinkAdmin(RecordAdmin):
    """Links of photographs and documents."""

    create = staticmethod(service.create)
    add_label = gettext_lazy("Link a photograph or document")
    carry_over = (*FILES,)
    list_display = ["of", "shows", "basis", "linked_by", "linked_at", columns.handling, columns.case]
    list_select_related = NAMED
    list_filter = [
        ("case", CaseFilter),
        ("basis", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    autocomplete_fields = [*FILES, *TARGETS]
    readonly_fields = ["basis", "linked_by", "linked_at"]
    fieldsets = [
        (gettext_lazy("What is linked"), {"fields": [*FILES]}),
        (
            gettext_lazy("With what it shows or is about"),
            {"fields": [*TARGETS], "description": gettext_lazy("Choose one.")},
        ),
    ]

    @display(description=gettext_lazy("photograph or document"))
    def of(self, link: FileLink) -> str:
        """Name the file."""
        return str(link.file)

    @display(description=gettext_lazy("shows or is about"))
    def shows(self, link: FileLink) -> str:
        """Name the record."""
        target = link.target
        return f"{str(target._meta.verbose_name).capitalize()} {target}" if target is not None else "-"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask only for the kind of file that is chosen already, and show only what is set."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            names = [name for name in (*FILES, *TARGETS) if getattr(obj, f"{name}_id") is not None]
            return [(None, {"fields": [*names, "basis", "linked_by", "linked_at"]})]
        given = [name for name in FILES if request.GET.get(name)] or list(FILES)
        return [(fieldsets[0][0], {**fieldsets[0][1], "fields": given}), *fieldsets[1:]]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A link is made and withdrawn; nobody edits one."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Take the case of the file that is linked."""
        if obj.file is None:
            raise Invalid("file_link.one_file", _("Choose a photograph or a document."), field=FILES[0])
        obj.case = obj.file.case
        obj.handling = Handling.OPEN
        super().save_model(request, obj, form, change)
