"""The sharing log, and the page on which fields of a record are chosen and released."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from cases import access, topics
from cases.admin import columns
from cases.admin.about import RECORD
from cases.admin.base import RecordAdmin
from cases.admin.filters import StatusFilter, VisibleListFilter
from cases.admin.related import NAMED_ROWS, Related, address, contribute
from cases.models.agency import Agency, AgencyKind
from cases.models.base import Handling
from cases.models.sharing import Recipient, Sharing, SharingSource
from cases.refusals import Invalid, Refusal
from cases.services import sharing as service


@admin.register(Sharing)
class SharingAdmin(RecordAdmin):
    """The sharing log."""

    #: An entry for the ICRC is open to it, and one for another body is not; nobody chooses.
    chooses_handling = False
    list_display = ["title", "body", "shared_at", "shared_by", "fields_shared", columns.case]
    list_select_related = ["case", "shared_by"]
    search_fields = ["title", "body", "basis"]
    list_filter = [("case", VisibleListFilter), ("recipient", StatusFilter)]
    fieldsets = [
        (gettext_lazy("What was shared"), {"fields": ["case", "title", "words"]}),
        (
            gettext_lazy("With whom, on what basis"),
            {"fields": [("recipient", "body"), "basis", ("shared_by", "shared_at")]},
        ),
        (gettext_lazy("Taken from"), {"fields": ["taken_from"]}),
    ]
    readonly_fields = ["words", "taken_from", "shared_by", "shared_at", "title"]

    @display(description=gettext_lazy("fields"))
    def fields_shared(self, row: Sharing) -> str:
        """Name the fields that were shared."""
        return ", ".join(field["label"] for field in row.content)

    @display(description=gettext_lazy("words"))
    def words(self, row: Sharing) -> str:
        """Return the words as they were released."""
        return format_html_join(
            "", "<p><strong>{}</strong>: {}</p>", ((field["label"], field["value"]) for field in row.content)
        )

    @display(description=gettext_lazy("record"))
    def taken_from(self, row: Sharing) -> str:
        """Name the record, with the way to it, to whoever sees where it is."""
        viewer = row.viewer  # type: ignore[attr-defined]
        source = SharingSource.objects.visible_to(viewer).filter(sharing=row).select_related("about").first()
        if source is None:
            return str(_("a record that is not shown to you"))
        version = _("version %(number)s") % {"number": source.record_version}
        return format_html(
            '<a class="text-link" href="{}">{}</a> ({})', source.about.link, source.about, version
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Remember with the entry who reads it."""
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            entry.viewer = request.user
        return entry

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An entry stays as it was written."""
        return False

    # --- sharing

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer the fields of the record whose page led here, and release those that are chosen."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        named = request.POST.get(RECORD) or request.GET.get(RECORD) or ""
        record = topics.at_address(request.user, named)
        if named and record is None:
            raise Http404
        if record is not None and not access.may(request.user, Sharing.permission("create"), record.case):
            raise PermissionDenied
        refusal: Refusal | None = None
        if request.method == "POST" and record is not None:
            try:
                entry = self._share(request, record)
            except Refusal as caught:
                if caught.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                    raise
                refusal = caught
            else:
                messages.success(
                    request, _("%(record)s: shared with %(body)s.") % {"record": entry, "body": entry.body}
                )
                return HttpResponseRedirect(reverse("admin:cases_sharing_change", args=[entry.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Share"),
            "subtitle": topics.name_of(record) if record is not None else "",
            "refusal": refusal,
            **(self._offered(request, record) if record is not None else {}),
        }
        status = refusal.status if refusal is not None else HTTPStatus.OK
        return TemplateResponse(request, "cases/sharing_share.html", context, status=status)

    @staticmethod
    def _share(request: HttpRequest, record: Any) -> Sharing:
        version = request.POST.get("version", "")
        if not version.isdecimal():
            raise Invalid(
                "record.version_missing", _("The form does not say which version it was opened with.")
            )
        return service.share(
            actor=request.user,  # type: ignore[arg-type]
            record=record,
            names=request.POST.getlist("fields"),
            recipient=request.POST.get("recipient", ""),
            body=request.POST.get("body", ""),
            basis=request.POST.get("basis", ""),
            version=int(version),
        )

    @staticmethod
    def _offered(request: HttpRequest, record: Any) -> dict[str, Any]:
        humanitarian = Agency.objects.filter(kind=AgencyKind.HUMANITARIAN).order_by("name")
        chosen = set(request.POST.getlist("fields"))
        return {
            "record": record,
            "address": topics.address_of(record),
            "name": topics.name_of(record),
            "restricted": record.handling != Handling.OPEN,
            "offered": [(field, field.name in chosen) for field in service.fields_of(record)],
            "recipients": [
                (value, label, value == request.POST.get("recipient")) for value, label in Recipient.choices
            ],
            "bodies": [agency.name for agency in humanitarian],
            "body": request.POST.get("body", ""),
            "basis": request.POST.get("basis", ""),
            "version": record.version,
        }


def about(request: HttpRequest, record: Any) -> Iterator[Related]:
    """Yield with whom something of a record was shared, for its page."""
    may_share = access.may(request.user, Sharing.permission("create"), record.case)
    if not topics.may_be_topic(type(record)):
        return
    sources = SharingSource.objects.visible_to(request.user).filter(
        about__table_name=record._meta.db_table, about__record_id=record.pk
    )
    found = list(sources.select_related("sharing").order_by("-id")[: NAMED_ROWS + 1])
    if not found and not may_share:
        return
    yield Related(
        title=gettext_lazy("Shared with others"),
        rows=[
            (
                f"{source.sharing.shared_at:%Y-%m-%d} {source.sharing.body}",
                address("cases_sharing_change", source.sharing_id),
            )
            for source in found[:NAMED_ROWS]
        ],
        add_link=address("cases_sharing_add", **{RECORD: topics.address_of(record)}) if may_share else None,
        add_label=gettext_lazy("Share fields of it"),
        more=len(found) > NAMED_ROWS,
    )


contribute(about)
