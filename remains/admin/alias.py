"""The page of one other label of a find; labels are listed and entered on the find's own page."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cases.admin.base import PartAdmin
from cases.admin.filters import VisibleFilter, WithdrawnFilter
from remains.admin.below import BelowFind
from remains.admin.below_search import SearchedBelow
from remains.models import FindAlias


@admin.register(FindAlias)
class FindAliasAdmin(SearchedBelow, BelowFind, PartAdmin):
    """Other labels of finds."""

    case_from = "find"
    list_display = ["label", "find", "origin"]
    list_select_related = ["find"]
    list_filter = [("find__site", VisibleFilter), WithdrawnFilter]
    search_fields = ["label", "find__number"]
    search_help_text = _("Label, or number of the find")
    fields = ["find", "label", "origin", "handling"]
