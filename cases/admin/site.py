"""The pages of sites, and of what threatens, protects and contradicts them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from cases import selections
from cases.admin import columns
from cases.admin.base import PartAdmin, RecordAdmin, TabularPart
from cases.admin.filters import (
    CodeFilter,
    HandlingFilter,
    SelectionFilter,
    StatusFilter,
    StillFilter,
    VisibleListFilter,
    WithdrawnFilter,
)
from cases.admin.incident import StatedFigurePart
from cases.admin.related import Related, address, finds_at, related
from cases.admin.site_import import SiteImportPages
from cases.admin.site_matrix import matrix_view
from cases.exporting.places import point
from cases.models.context import Context
from cases.models.report import DiscoveryReport
from cases.models.site import (
    ProtectionBreach,
    ProtectionMeasure,
    Site,
    SiteContradiction,
    SiteHazard,
    SiteLink,
)
from cases.models.visit import SiteVisit
from cases.services import site as service
from cases.site_page import panels_of
from cases.workflows import SITE


class SiteHazardPart(TabularPart):
    """What at the site may hurt those who work there."""

    model = SiteHazard
    fields = ["kind", "description", "reported_on", "cleared_on"]


class ProtectionMeasurePart(TabularPart):
    """Measures that protect the site."""

    model = ProtectionMeasure
    fields = ["kind", "description", "ordered_by", "from_on", "until_on"]


class ProtectionBreachPart(TabularPart):
    """Breaches of the protection."""

    model = ProtectionBreach
    fields = ["noticed_on", "description", "reported_to"]


class SiteContradictionPart(TabularPart):
    """Statements of a source that cannot both hold, until a person resolves them."""

    model = SiteContradiction
    fields = ["description", "resolution"]
    readonly_fields = ["description"]

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        """Contradictions are found by the import, from what the source says."""
        return False


class ProtectionFilter(SelectionFilter):
    """By what protects a site."""

    title = _("protection")
    parameter_name = "protection"
    selections = {"none": (_("verified, none in force"), selections.unprotected)}


class SiteFigurePart(StatedFigurePart):
    """Figures as stated about the site."""

    fk_name = "site"


@admin.register(Site)
class SiteAdmin(SiteImportPages, RecordAdmin):
    """Sites."""

    workflow = SITE
    change_form_outer_before_template = "cases/site_page.html"
    actions_list = ["import_table"]
    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = [
        "code",
        "name",
        columns.status,
        columns.since,
        "place",
        "site_type",
        columns.said_day("burial", _("burial as stated")),
        columns.handling,
        columns.case,
    ]
    list_select_related = ["case", "site_type"]
    search_fields = ["code", "name", "municipality", "region", "place_description", "import_key"]
    list_filter = [
        ("case", VisibleListFilter),
        ("status", StatusFilter),
        ("site_type", CodeFilter),
        ("handling", HandlingFilter),
        ("burial_earliest_on", RangeDateFilter),
        ProtectionFilter,
        StillFilter,
        WithdrawnFilter,
    ]
    export_places = True
    export_fields = (
        "municipality",
        "region",
        "place_description",
        "burial_edtf",
        "longitude",
        "latitude",
        "accuracy_m",
        "elevation_m",
    )
    inlines = [
        SiteHazardPart,
        ProtectionMeasurePart,
        ProtectionBreachPart,
        SiteFigurePart,
        SiteContradictionPart,
    ]
    carry_over = ("case", "municipality", "region")
    readonly_fields = [
        "burial_earliest_on",
        "burial_latest_on",
        "status_as_stated",
        "import_source",
        "import_key",
        "row_of_source",
    ]
    fieldsets = [
        (_("Which site"), {"fields": ["case", ("code", "name")]}),
        (
            _("Where it is"),
            {
                "fields": [
                    "place_description",
                    ("municipality", "region"),
                    ("latitude", "longitude"),
                    ("accuracy_m", "elevation_m"),
                    "outline",
                    "owner",
                    "access",
                ]
            },
        ),
        (
            _("What kind of grave"),
            {
                "fields": [("site_type", "shape"), ("deposition", "disturbance")],
                "description": _("Four separate facts. Leave empty what is not known."),
            },
        ),
        (_("When it was made"), {"fields": ["burial_edtf", ("burial_earliest_on", "burial_latest_on")]}),
        (_("Remarks and handling"), {"fields": ["remarks", "handling"]}),
        (
            _("As the source states it"),
            {"fields": [("import_source", "import_key"), "status_as_stated", "source_row"]},
        ),
    ]

    @display(description=_("place"), ordering="municipality")
    def export_geometry(
        self, request: HttpRequest, record: Any, hidden: frozenset[str]
    ) -> dict[str, Any] | None:
        """Return the outline of a site, or its point, as far as the viewer may know of it."""
        if record.outline is not None and "outline" not in hidden:
            return dict(record.outline)
        return None if "longitude" in hidden else point(record.longitude, record.latitude)

    def place(self, site: Site) -> str:
        """Name municipality and region in one column."""
        return ", ".join(part for part in (site.municipality, site.region) if part) or "-"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what only an imported site has, and what is derived, while there is nothing to show."""
        fieldsets = super().get_fieldsets(request, obj)
        kept = []
        for title, options in fieldsets:
            fields = options["fields"]
            if "status_as_stated" in fields and (obj is None or not obj.import_source):
                continue
            if "burial_edtf" in fields and (obj is None or not obj.burial_edtf):
                fields = ["burial_edtf"]
            if fields:
                kept.append((title, {**options, "fields": fields}))
        return kept

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show contradictions where there are any."""
        found = super().get_inline_instances(request, obj)
        if obj is None or not SiteContradiction.objects.visible_to(request.user).filter(site=obj).exists():
            return [inline for inline in found if not isinstance(inline, SiteContradictionPart)]
        return found

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add what other apps show of a site."""
        return {**super().record_head(request, obj), "panels": panels_of(obj, request.user)}  # type: ignore[arg-type]

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the Harris matrix."""
        view = self.admin_site.admin_view(self.matrix_view)
        return [path("<path:object_id>/matrix/", view, name="cases_site_matrix"), *super().get_urls()]

    def matrix_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show in which order the contexts of the site came to be."""
        return matrix_view(self, request, object_id)

    def related(self, request: HttpRequest, obj: Any) -> list[Related]:
        """Return what hangs on the site."""
        links = SiteLink.objects.filter(Q(first=obj) | Q(second=obj)).select_related("first", "second")
        return [
            finds_at(
                request,
                obj,
                all_link=address("remains_find_changelist", site__id__exact=obj.pk),
                add_link=address("remains_find_add", site=obj.pk),
            ),
            related(
                request,
                obj,
                SiteVisit.objects.filter(site=obj),
                by="site",
                title=_("Visits"),
                add_label=_("Record a visit"),
            ),
            related(
                request,
                obj,
                DiscoveryReport.objects.filter(site=obj),
                by="site",
                title=_("Discovery reports"),
                add_label=_("Record a report"),
            ),
            related(
                request,
                obj,
                Context.objects.filter(site=obj),
                by="site",
                title=_("Contexts"),
                add_label=_("Add a context"),
                label=lambda row: f"({row.number}) {row.get_kind_display()}",
            ),
            related(
                request,
                obj,
                links,
                by="first",
                title=_("Links with other sites"),
                add_label=_("Link with another site"),
            ),
        ]


@admin.register(SiteHazard)
class SiteHazardAdmin(PartAdmin):
    """Hazards, each on its own page."""

    case_from = "site"
    list_display = [columns.site, "kind", "reported_on", "cleared_on", columns.handling, columns.case]
    list_select_related = ["site", "kind", "case"]
    search_fields = ["site__code", "site__name", "description"]
    list_filter = [("case", VisibleListFilter), ("kind", CodeFilter), WithdrawnFilter]
    fields = ["site", "kind", "description", "reported_on", "cleared_on", "handling"]


@admin.register(ProtectionMeasure)
class ProtectionMeasureAdmin(PartAdmin):
    """Protection measures, each on its own page."""

    case_from = "site"
    list_display = [columns.site, "kind", "ordered_by", "from_on", "until_on", columns.handling, columns.case]
    list_select_related = ["site", "kind", "case"]
    search_fields = ["site__code", "site__name", "ordered_by", "description"]
    list_filter = [("case", VisibleListFilter), ("kind", CodeFilter), WithdrawnFilter]
    fields = ["site", "kind", "description", "ordered_by", "from_on", "until_on", "handling"]


@admin.register(ProtectionBreach)
class ProtectionBreachAdmin(PartAdmin):
    """Breaches of protection, each on its own page."""

    case_from = "site"
    list_display = [columns.site, "noticed_on", "reported_to", columns.handling, columns.case]
    list_select_related = ["site", "case"]
    search_fields = ["site__code", "site__name", "description", "reported_to"]
    list_filter = [("case", VisibleListFilter), ("noticed_on", RangeDateFilter), WithdrawnFilter]
    fields = ["site", "noticed_on", "description", "reported_to", "handling"]


@admin.register(SiteContradiction)
class SiteContradictionAdmin(PartAdmin):
    """Contradictions of sources: the list of those that wait for a person."""

    case_from = "site"
    list_display = [columns.site, "description", "resolution", columns.handling, columns.case]
    list_select_related = ["site", "case"]
    search_fields = ["site__code", "site__name", "description", "resolution"]
    list_filter = [("case", VisibleListFilter), WithdrawnFilter]
    fields = ["site", "description", "resolution", "handling"]
    readonly_fields = ["description"]
