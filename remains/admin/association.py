"""The pages of associations between specimens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from cases import access
from cases.admin.base import RecordAdmin
from cases.admin.filters import HandlingFilter, StatusFilter, VisibleFilter, WithdrawnFilter
from remains.admin.below import Leaner
from remains.admin.below_search import SearchedBelow
from remains.admin.choices import person, uuid_or_none
from remains.models import Association, Specimen
from remains.models.association import ASSOCIATION_WORDS, Stage
from remains.services import association
from remains.services.individual import individual_of

STAGE_LABELS = {Stage.POSSIBLE: "info", Stage.FINAL: "success", Stage.EXCLUDED: "danger"}
_ENDS = ("first", "second")


@admin.register(Association)
class AssociationAdmin(SearchedBelow, Leaner, RecordAdmin):
    """Associations. Specimens, kind and stage are recorded once; the next stage is a record of its own."""

    search_words = ASSOCIATION_WORDS
    create = staticmethod(association.create)
    change = staticmethod(association.change)
    withdraw = staticmethod(association.withdraw_association)
    case_from = "first"
    carry_over = ("first", "kind", "observer", "observed_on")
    change_form_outer_before_template = "remains/association_header.html"
    list_display = ["pair", "kind", "state", "observer", "observed_on"]
    list_select_related = ["first", "second"]
    list_filter = [
        ("kind", StatusFilter),
        ("stage", StatusFilter),
        ("first__find__site", VisibleFilter),
        ("observed_on", RangeDateFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["first__number", "second__number", "basis", "observer"]
    search_help_text = _("Number of either specimen, basis or observer")
    autocomplete_fields = list(_ENDS)
    radio_fields = {"kind": admin.VERTICAL, "stage": admin.VERTICAL}
    fieldsets = [
        (_("Which two"), {"fields": (_ENDS,)}),
        (_("What they are to each other"), {"fields": ("kind", "stage")}),
        (_("What it rests on"), {"fields": ("basis", ("observer", "observed_on"), "handling")}),
    ]

    class Media:
        css = {"all": ["remains/remains.css"]}

    @display(description=_("specimens"))
    def pair(self, row: Association) -> str:
        """Name both ends."""
        return f"{row.first.number} - {row.second.number}"

    @display(description=_("stage"), ordering="stage", label=STAGE_LABELS)
    def state(self, row: Association) -> tuple[str, str]:
        """Name the stage, in its colour."""
        return row.stage, row.get_stage_display()

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today and the viewer, never with a stage."""
        return {"observer": person(request).full_name, "observed_on": timezone.localdate()}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what the address says, as far as it can be true."""
        initial = super().get_changeform_initial_data(request)
        return {
            name: value
            for name, value in initial.items()
            if name not in _ENDS or uuid_or_none(value) is not None
        }

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep what was recorded."""
        readonly = list(super().get_readonly_fields(request, obj))
        return readonly if obj is None else [*{*readonly, *_ENDS, "kind", "stage"}]

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the way to the next stage."""
        may = access.may(request.user, Association.permission("create"), obj.case)
        waits = obj.withdrawn_at is None and obj.stage == Stage.POSSIBLE
        return {**super().record_head(request, obj), "may_decide": may and waits}


def of_specimen(request: HttpRequest, specimen: Specimen) -> dict[str, Any]:
    """Return what a specimen's page shows of its associations, past ones too, and of its individual."""
    viewer = person(request)
    part = individual_of(specimen)
    current = specimen.withdrawn_at is None
    return {
        "associations": association.associations_of(viewer, specimen),
        "may_associate": current and access.may(viewer, Association.permission("create"), specimen.case),
        "part": part if part and access.sees(viewer, part) and access.sees(viewer, part.individual) else None,
        "may_gather": current
        and part is None
        and access.may(viewer, "remains.individual:create", specimen.case),
    }
