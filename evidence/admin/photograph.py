"""The pages of photographs: the gallery, one photograph with what it shows, and the taking-in of many at once."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter

from cases import access
from cases.admin.base import RecordAdmin
from cases.admin.filters import CaseFilter, HandlingFilter, StatusFilter, WithdrawnFilter
from cases.admin.forms import RecordForm
from cases.indexed_search import begins, search_rows
from evidence.admin.file_filter import LinkedFilter, PersonFilter, SiteFilter
from evidence.admin.file_link import is_list, links_for, links_of
from evidence.admin.file_rows import camera_rows, file_rows
from evidence.admin.serving import ServingPages
from evidence.admin.upload import UploadPages
from evidence.admin.upload_form import PhotographUploadForm, SaidField, UploadForm
from evidence.models import Photograph
from evidence.models.photograph import PHOTOGRAPH_WORDS
from evidence.services import photograph as service
from evidence.services import stored_file
from remains.admin.below import Leaner
from remains.admin.choices import people_of


@admin.register(Photograph)
class PhotographAdmin(ServingPages, UploadPages, Leaner, RecordAdmin):
    """Photographs."""

    form = RecordForm
    upload_form = PhotographUploadForm
    upload_words = {
        "title": gettext_lazy("Add photographs"),
        "choose": gettext_lazy("Choose photographs, or drop them here"),
        "kinds": gettext_lazy("JPEG, PNG, TIFF, HEIC, and raw files with a preview"),
    }
    accepted = (
        ".jpg,.jpeg,.png,.tif,.tiff,.heic,.heif,.dng,.nef,.cr2,.cr3,.arw,.raf,.orf,.rw2,.pef,.srw,image/*"
    )
    add_label = gettext_lazy("Add photographs")
    change = staticmethod(service.change)
    change_list_template = "evidence/photograph_list.html"
    change_form_outer_before_template = "evidence/photograph_header.html"
    list_per_page = 48
    list_display = ["number", "caption", "taken_on"]
    sortable_by = ["number", "taken_on"]
    list_select_related = ["taken_by"]
    list_filter = [
        ("case", CaseFilter),
        SiteFilter,
        LinkedFilter,
        ("subject", StatusFilter),
        ("taken_on", RangeDateFilter),
        ("taken_by", PersonFilter),
        ("uploaded_by", PersonFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["number", "caption", "taken_by_as_named"]
    search_help_text = gettext_lazy("Number, or words of the caption")
    readonly_fields = ["taken_on"]
    fieldsets = [
        (gettext_lazy("What it shows"), {"fields": ("caption", "subject", "shows_remains")}),
        (gettext_lazy("In the picture"), {"fields": (("scale_present", "north_arrow_present"),)}),
        (
            gettext_lazy("By whom and when"),
            {"fields": (("taken_by", "taken_by_as_named"), "taken_at")},
        ),
        (gettext_lazy("Remarks and handling"), {"fields": ("remarks", "handling")}),
    ]

    class Media:
        js = ["evidence/veils.js"]

    def take_in(self, user: Any, form: UploadForm, received: stored_file.Received) -> Photograph:
        """Write the record of one photograph."""
        return service.create(actor=user, record=form.record(), received=received, shows=form.targets)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by number and by the beginnings of words."""

        def conditions(word: str) -> Any:
            if named := re.fullmatch(r"(?:P-?)?0*([0-9]{1,9})", word, re.IGNORECASE):
                yield Q(serial=int(named[1]))
            yield begins(PHOTOGRAPH_WORDS, word)

        return search_rows(queryset, search_term, conditions, lambda term: []), False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the people of the viewer's cases as those who may have taken it."""
        if db_field.name == "taken_by":
            kwargs["queryset"] = people_of(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read with the gallery what each photograph is linked with."""
        rows = super().get_queryset(request)
        return rows.prefetch_related(links_for(request.user)) if is_list(request) else rows

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ask what was seen by yes, no, or nothing said."""
        if isinstance(db_field, models.BooleanField) and db_field.null:
            return SaidField(label=capfirst(db_field.verbose_name), help_text=db_field.help_text)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the picture, what the camera says, and what it is linked with."""
        user: Any = request.user
        hidden = access.hidden_fields(user, obj)
        return {
            **super().record_head(request, obj),
            "links": links_of(user, obj),
            "link_add": reverse("admin:evidence_filelink_add") + f"?photograph={obj.pk}"
            if obj.withdrawn_at is None and access.may(user, "evidence.filelink:create", obj.case)
            else "",
            "withheld": stored_file.original_withheld(user, obj),
            "file_rows": file_rows(obj, hidden),
            "camera_rows": camera_rows(obj, hidden),
            "page_title": obj.caption or obj.number,
        }
