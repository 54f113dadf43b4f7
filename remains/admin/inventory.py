"""The inventory sheet of a find: a skeleton to mark and a table beside it. Who only reads, sees it drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.models.code import Code
from cases.models.site import Site
from remains import recovered
from remains.admin.choices import person, uuid_or_none
from remains.admin.inventory_rows import MOST_ROWS, Sheet, as_row, read_sheet, save_sheet
from remains.admin.skeleton_marks import marked
from remains.models import Cohort, Completeness, Find, Side, Specimen
from remains.science.elements import elements
from remains.services.lineage import merged_into
from remains.skeleton import panels, regions, shapes

if TYPE_CHECKING:
    from remains.admin.find import FindAdmin


def inventory_view(page: FindAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show the sheet, or save what was changed on it; who may not log specimens sees what was recovered."""
    find: Find = page._visible_or_404(request, object_id)
    may = access.may(request.user, Specimen.permission("create"), find.case)
    if not may or find.withdrawn_at is not None or merged_into(find) is not None:
        if request.method == "POST":
            access.require(person(request), Specimen.permission("create"), find)
        return recovered_view(page, request, find)
    rows = Specimen.objects.visible_to(request.user).current().filter(find=find).order_by("serial", "number")
    stored = {row.pk: row for row in rows}
    sheet = Sheet([as_row(row) for row in stored.values()])
    if request.method == "POST":
        sheet = read_sheet(request.POST.get("rows", ""))
        reason = request.POST.get("reason", "")
        if not sheet.faults and save_sheet(
            actor=person(request), find=find, sheet=sheet, recorded=stored, reason=reason
        ):
            messages.success(request, _saved(sheet))
            return HttpResponseRedirect(reverse("admin:remains_find_inventory", args=[find.pk]))
    context = {
        **_common(page, request, find, _("Inventory")),
        "is_fullwidth": "1",
        "panels": panels(),
        "names": {key: recovered.name_of(key) for key in shapes()},
        "regions": regions(),
        "columns": _columns(),
        "data": _data(sheet),
        "faults": [_named(fault) for fault in sheet.faults],
        "reason": request.POST.get("reason", ""),
    }
    return TemplateResponse(request, "remains/inventory.html", context, status=422 if sheet.faults else 200)


def recovered_view(page: Any, request: HttpRequest, about: Find | Site) -> HttpResponse:
    """Show what was recovered of a find, or how often each bone was over a site, on the skeleton and in a table."""
    of_site = isinstance(about, Site)
    rows = Specimen.objects.visible_to(request.user).current()
    specimens = rows.filter(**{"find__site" if of_site else "find": about})
    found = recovered.tallies(specimens)
    marks = marked(request.user, specimens)
    context = {
        **_common(page, request, about, _("Frequency of bones") if of_site else _("Inventory")),
        "figures": recovered.figures(found, frequency=of_site, marks=marks.shown),
        "marks": marks,
        "table": recovered.table(found),
        "summary": recovered.summary(found),
        "frequency": of_site,
    }
    return TemplateResponse(request, "remains/inventory_view.html", context)


def bones_of(user: Any, find: Find) -> dict[str, Any]:
    """Return what a find's own page shows of its bones, and the way to the sheet."""
    specimens = Specimen.objects.visible_to(user).current().filter(find=find)
    found = recovered.tallies(specimens)
    marks = marked(user, specimens)
    listed = f"{reverse('admin:remains_specimen_changelist')}?find__id__exact={find.pk}"
    current = find.withdrawn_at is None and merged_into(find) is None
    return {
        "summary": recovered.summary(found),
        "figures": recovered.figures(found, marks=marks.shown) if any(found.values()) or marks.lines else [],
        "marks": marks,
        "link": reverse("admin:remains_find_inventory", args=[find.pk]),
        "list": listed,
        "may_log": current and access.may(user, Specimen.permission("create"), find.case),
    }


def site_inventory_view(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show the bones of a site's finds by how often they occur."""
    identifier = uuid_or_none(object_id)
    sites = Site.objects.visible_to(request.user).select_related("case")
    site = sites.filter(pk=identifier).first() if identifier else None
    if site is None or not access.may(request.user, Specimen.permission("view"), site.case):
        raise Http404
    return recovered_view(page, request, site)


def _common(page: Any, request: HttpRequest, about: Find | Site, title: str) -> dict[str, Any]:
    stem = "cases_site" if isinstance(about, Site) else "remains_find"
    return {
        **page.admin_site.each_context(request),
        "opts": about._meta,
        "original": about,
        "title": title,
        "subtitle": str(about),
        "back": reverse(f"admin:{stem}_change", args=[about.pk]),
        "number": about.code if isinstance(about, Site) else about.number,
    }


def _saved(sheet: Sheet) -> str:
    parts = [
        words % {"n": len(rows)}
        for rows, words in (
            (sheet.added, ngettext("%(n)d added", "%(n)d added", len(sheet.added))),
            (sheet.changed, ngettext("%(n)d changed", "%(n)d changed", len(sheet.changed))),
            (sheet.withdrawn, ngettext("%(n)d withdrawn", "%(n)d withdrawn", len(sheet.withdrawn))),
        )
        if rows
    ]
    return _("Saved: %(what)s.") % {"what": ", ".join(parts) or _("nothing had changed")}


def _named(fault: dict[str, Any]) -> dict[str, Any]:
    at, column = fault["row"], fault["field"]
    where = "" if at is None else _("Row %(number)d") % {"number": at + 1}
    return {**fault, "where": where, "at": "" if at is None else f"row{at}-{column}"}


def _columns() -> list[tuple[str, str]]:
    names = {"element": _("element"), "side": _("side"), "zones": _("zones")}
    names |= {"fragment_count": _("fragments"), "weight_g": _("weight (g)")}
    names |= {"completeness": _("completeness"), "cohort": _("cohort"), "tooth_status": _("tooth")}
    names |= {"notes": _("notes")}
    return list(names.items())


def _data(sheet: Sheet) -> dict[str, Any]:
    """Return what the sheet's script works with: the rows, the elements, the regions and the choices."""
    statuses = Code.objects.filter(scheme="tooth_status", in_use=True).order_by("position")
    return {
        "rows": sheet.rows,
        "mostRows": MOST_ROWS,
        "elements": {
            code: {
                "name": element.name,
                "sides": [side.value for side in Side if side.value in element.sides],
                "zones": [[zone.number, zone.label] for zone in element.zones],
                "young": element.subadult_only,
            }
            for code, element in elements().items()
        },
        "regions": {region.name + region.only: list(region.keys) for region in regions()},
        "choices": {
            "side": Side.choices,
            "completeness": Completeness.choices,
            "cohort": Cohort.choices,
            "tooth_status": [(row.pk.removeprefix("tooth_status."), row.label) for row in statuses],
        },
        "faults": sheet.faults,
    }
