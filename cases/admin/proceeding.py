"""The pages of court proceedings, with what was disclosed in them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.filters import HandlingFilter, StatusFilter, VisibleListFilter, WithdrawnFilter
from cases.admin.related import Related, related
from cases.models.disclosure import Disclosure
from cases.models.proceeding import Proceeding
from cases.services import proceeding as service


@admin.register(Proceeding)
class ProceedingAdmin(RecordAdmin):
    """Court proceedings."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = ["court", "number", "kind", "from_on", "until_on", "status_as_stated", columns.case]
    list_select_related = ["case"]
    search_fields = ["court", "number", "status_as_stated"]
    list_filter = [
        ("case", VisibleListFilter),
        ("kind", StatusFilter),
        ("from_on", RangeDateFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    carry_over = ("case", "court")
    fieldsets = [
        (_("Which proceedings"), {"fields": ["case", "court", ("number", "kind")]}),
        (
            _("How they stand, as stated"),
            {"fields": [("from_on", "until_on"), ("status_as_stated", "source"), "remarks"]},
        ),
        (_("Who sees it"), {"fields": ["handling"]}),
    ]

    def related(self, request: HttpRequest, obj: Any) -> list[Related]:
        """Return what was disclosed in them."""
        rows = Disclosure.objects.filter(proceeding=obj)
        return [
            related(
                request,
                obj,
                rows,
                by="proceeding",
                title=_("Disclosures"),
                add_label=_("Record a disclosure"),
            )
        ]
