"""The pages of storage places."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cases.admin.base import RecordAdmin
from cases.admin.filters import CaseFilter, HandlingFilter, StatusFilter, WithdrawnFilter
from evidence.models import StoragePlace
from evidence.services import storage
from remains.admin.below import Leaner


@admin.register(StoragePlace)
class StoragePlaceAdmin(Leaner, RecordAdmin):
    """Storage places."""

    create = staticmethod(storage.create)
    change = staticmethod(storage.change)
    carry_over = ("case", "parent", "agency", "kind")
    list_display = ["name", "kind", "parent", "agency", "conditions"]
    list_select_related = ["parent", "agency"]
    list_filter = [
        ("case", CaseFilter),
        ("kind", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["name", "parent__name"]
    search_help_text = _("Name of the place, or of the one it is inside of")
    autocomplete_fields = ["parent", "agency"]
    fieldsets = [
        (_("Which place"), {"fields": ("case", ("kind", "name"), ("parent", "agency"))}),
        (_("Conditions"), {"fields": ("conditions", "remarks", "handling")}),
    ]

    class Media:
        css: dict[str, Any] = {"all": ["remains/remains.css"]}
