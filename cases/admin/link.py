"""The pages of links between sites, with what proves them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cases.admin import columns
from cases.admin.base import PartAdmin, RecordAdmin, TabularPart
from cases.admin.filters import (
    CodeFilter,
    HandlingFilter,
    StatusFilter,
    VisibleFilter,
    VisibleListFilter,
    WithdrawnFilter,
)
from cases.models.site import LinkProof, SiteLink


class LinkProofPart(TabularPart):
    """Kinds of proof."""

    model = LinkProof
    fields = ["kind", "note"]
    extra = 1


@admin.register(SiteLink)
class SiteLinkAdmin(RecordAdmin):
    """Links between sites."""

    case_from = "first"
    list_display = ["first", "kind", "second", columns.handling, columns.case]
    list_select_related = ["case", "first", "second"]
    search_fields = ["first__code", "first__name", "second__code", "second__name", "basis"]
    list_filter = [
        ("case", VisibleListFilter),
        ("first", VisibleFilter),
        ("kind", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    ordering = ["-id"]
    autocomplete_fields = ["first", "second"]
    inlines = [LinkProofPart]
    carry_over = ("first", "kind")
    fieldsets = [
        (_("The link"), {"fields": ["first", "kind", "second", "basis"]}),
        (_("Handling"), {"fields": ["handling"]}),
    ]


@admin.register(LinkProof)
class LinkProofAdmin(PartAdmin):
    """Proofs of links, each on its own page."""

    case_from = "link"
    list_display = ["kind", "link", "note", columns.handling, columns.case]
    list_select_related = ["case", "kind", "link__first", "link__second"]
    search_fields = ["note", "link__basis", "link__first__code", "link__second__code"]
    list_filter = [("case", VisibleListFilter), ("kind", CodeFilter), WithdrawnFilter]
    fields = ["link", "kind", "note", "handling"]
