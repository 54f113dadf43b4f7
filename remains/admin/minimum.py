"""The pages of minimum numbers as somebody stated them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from cases.admin.base import RecordAdmin, StackedPart
from cases.admin.filters import HandlingFilter, VisibleFilter, WithdrawnFilter
from remains.admin.below import BelowFind, Leaner
from remains.models import StatedGroup, StatedMinimum
from remains.services import minimum


class StatedGroupPart(Leaner, StackedPart):
    """Some of the people, of whom more is said."""

    model = StatedGroup
    create = staticmethod(minimum.create_group)
    change = staticmethod(minimum.change_group)
    fields = [("number", "certainty"), ("age_min_years", "age_max_years"), "sex", "wording"]


@admin.register(StatedMinimum)
class StatedMinimumAdmin(Leaner, RecordAdmin):
    """Stated minimum numbers."""

    create = staticmethod(minimum.create)
    change = staticmethod(minimum.change)
    case_from = "site"
    carry_over = ("site",)
    list_display = ["at_least", "site_code", "source", "stated_on"]
    list_select_related = ["site"]
    list_filter = [
        ("site", VisibleFilter),
        ("stated_on", RangeDateFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["source", "wording", "site__code", "site__name"]
    search_help_text = _("Source, wording, or code and name of the site")
    autocomplete_fields = ["site"]
    inlines = [StatedGroupPart]
    fieldsets = [
        (_("What was stated"), {"fields": ("site", "minimum", "wording")}),
        (_("By whom and when"), {"fields": ("source", "stated_on", "handling")}),
    ]

    class Media(BelowFind.Media):
        pass

    @display(description=_("stated"), ordering="minimum")
    def at_least(self, stated: StatedMinimum) -> str:
        """Say the number as a minimum."""
        return str(stated)

    @display(description=_("site"), ordering="site__code")
    def site_code(self, stated: StatedMinimum) -> Any:
        """Name the site by its code."""
        return stated.site.code
