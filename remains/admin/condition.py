"""The pages of condition notes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from cases.admin.base import RecordAdmin
from cases.admin.filters import CodeFilter, HandlingFilter, VisibleFilter, WithdrawnFilter
from remains.admin.at_zone import AtZone
from remains.admin.below import BelowFind
from remains.admin.below_search import SearchedBelow
from remains.admin.choices import person
from remains.models import ConditionNote
from remains.models.condition import CONDITION_WORDS
from remains.services import condition


@admin.register(ConditionNote)
class ConditionNoteAdmin(SearchedBelow, AtZone, BelowFind, RecordAdmin):
    """Condition notes."""

    search_words = CONDITION_WORDS
    of_specimen = "condition_notes"
    without_zone = _("at no single zone")
    create = staticmethod(condition.create)
    change = staticmethod(condition.change)
    case_from = "find"
    carry_over = ("find", "specimen", "observed_on", "observer")
    list_display = ["short_note", "kind", "find", "specimen", "observed_on", "observer"]
    list_select_related = ["find", "kind", "specimen"]
    list_filter = [
        ("find__site", VisibleFilter),
        ("kind", CodeFilter),
        ("observed_on", RangeDateFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["note", "find__number", "specimen__number", "observer"]
    search_help_text = _("Words of the note, number or other label of the find, observer")
    autocomplete_fields = ["find", "specimen"]
    fieldsets = [
        (_("What was seen"), {"fields": ("find", "kind", "note")}),
        (_("Where, if on one bone or tooth"), {"fields": ("specimen", "zone")}),
        (_("By whom and when"), {"fields": (("observed_on", "observer"), "handling")}),
    ]

    @display(description=_("note"))
    def short_note(self, note: ConditionNote) -> str:
        """Show the beginning of the note."""
        return note.note if len(note.note) <= 60 else f"{note.note[:59]}…"

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today and the viewer, and the find of the specimen that the address names."""
        begin = {"observed_on": timezone.localdate(), "observer": person(request).full_name}
        bone = self.specimen_at_hand(request)
        return begin if bone is None else {**begin, "find": bone.find_id}
