"""The pages of public pages: their short address, their titles, and whether the public sees them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from cases import access
from cases.admin import columns
from cases.admin.base import PartAdmin, RecordAdmin, TabularPart
from cases.admin.filters import HandlingFilter, StatusFilter, VisibleListFilter, WithdrawnFilter
from cases.models.public_page import PublicPage, PublicPageStatus, PublicTitle
from cases.services import public_page as service
from cases.workflows import PUBLIC_PAGE

STATUS_LABELS = {PublicPageStatus.PUBLIC: "success", PublicPageStatus.CLOSED: "info"}


class PublicTitlePart(TabularPart):
    """What the page is called, by language."""

    model = PublicTitle
    fields = ["language", "title", "publisher"]
    extra = 1
    create = staticmethod(service.create_title)
    verbose_name = _("title")
    verbose_name_plural = _("Titles, one for each language in which the page can be read")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A title that the public knows stays as it is."""
        if isinstance(obj, PublicPage) and obj.status != PublicPageStatus.DRAFT:
            return False
        return super().has_change_permission(request, obj)


@admin.register(PublicPage)
class PublicPageAdmin(RecordAdmin):
    """Public pages."""

    workflow = PUBLIC_PAGE
    create = staticmethod(service.create)
    change = staticmethod(service.change)
    change_form_outer_before_template = "cases/public_page_header.html"
    list_display = ["slug", "state", "language", columns.handling, columns.case]
    list_select_related = ["case"]
    search_fields = ["slug"]
    list_filter = [
        ("case", VisibleListFilter),
        ("status", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    ordering = ["-id"]
    inlines = [PublicTitlePart]
    fieldsets = [
        (_("Where the public finds it"), {"fields": ["case", "slug", "language"]}),
        (_("Handling"), {"fields": ["handling"]}),
    ]

    @display(description=_("status"), ordering="status", label=STATUS_LABELS)
    def state(self, record: PublicPage) -> tuple[str, str]:
        """Name the status, in its colour."""
        return record.status, record.get_status_display()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A page that is public keeps its address and its main language."""
        readonly = super().get_readonly_fields(request, obj)
        public = obj is not None and obj.status != PublicPageStatus.DRAFT
        return [*readonly, "slug", "language"] if public else readonly

    def may_withdraw(self, request: HttpRequest, obj: Any) -> bool:
        """Only what was never public is withdrawn."""
        return obj.status == PublicPageStatus.DRAFT and super().may_withdraw(request, obj)

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add where the public reads it."""
        link = reverse("public_page", args=[obj.slug])
        public = obj.status != PublicPageStatus.DRAFT
        may_draft = access.may(request.user, "cases.publicupdate:create", obj.case)
        return {
            **super().record_head(request, obj),
            "address": request.build_absolute_uri(link) if public else None,
            "will_be": link,
            "draft_link": f"{reverse('admin:cases_publicupdate_add')}?page={obj.pk}" if may_draft else None,
        }


@admin.register(PublicTitle)
class PublicTitleAdmin(PartAdmin):
    """Titles of public pages, each on its own page."""

    case_from = "page"
    list_display = ["title", "language", "page", columns.handling, columns.case]
    list_select_related = ["case", "page"]
    search_fields = ["title", "page__slug"]
    list_filter = [("case", VisibleListFilter), WithdrawnFilter]
    fields = ["page", "language", "title", "publisher", "handling"]
