"""The plan of a site as a page: outlines and finds in the site's own grid, each opening its record, with tables behind.

The own grid says nothing of where on earth the site is, so whoever sees the site sees its plan, less what is kept from
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from cases import access, grid
from cases.admin.site_matrix import ZOOMS, chosen_zoom
from cases.models.base import Handling
from cases.models.context import Context
from cases.models.ledger import AccessKind
from cases.models.site import Site
from cases.services.access_log import log_access
from remains import site_plan
from remains.admin.choices import person, uuid_or_none
from remains.models import Find, FindCategory

#: Finds that are drawn: the newest. A plan of more is a cloud.
MOST: Final = 1_500

_CIRCLE: Final = "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0Z"
_SQUARE: Final = "M-7 -7H7V7H-7Z"
_DIAMOND: Final = "M0 -10L10 0L0 10L-10 0Z"
_TRIANGLE: Final = "M0 -10L10 7H-10Z"
#: How each category is drawn: a letter and a shape.
SIGNS: Final[dict[str, tuple[Any, str]]] = {
    FindCategory.BODY: (pgettext_lazy("sign on the plan: body", "B"), _CIRCLE),
    FindCategory.ALMOST_COMPLETE: (pgettext_lazy("sign on the plan: almost complete body", "A"), _CIRCLE),
    FindCategory.BODY_PART: (pgettext_lazy("sign on the plan: body part", "P"), _DIAMOND),
    FindCategory.BONE: (pgettext_lazy("sign on the plan: bone", "O"), _SQUARE),
    FindCategory.COMMINGLED: (pgettext_lazy("sign on the plan: commingled lot", "L"), _DIAMOND),
    FindCategory.FRAGMENTS: (pgettext_lazy("sign on the plan: fragments", "F"), _SQUARE),
    FindCategory.TISSUE: (pgettext_lazy("sign on the plan: tissue", "T"), _SQUARE),
    FindCategory.NON_HUMAN: (pgettext_lazy("sign on the plan: non-human", "N"), _TRIANGLE),
    FindCategory.UNKNOWN: (pgettext_lazy("sign on the plan: not yet known", "?"), _TRIANGLE),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign in the legend."""

    letter: str
    outline: str
    words: str


def sign_of(category: str) -> Sign:
    """Return how finds of a category are drawn."""
    letter, outline = SIGNS[category]
    return Sign(str(letter), outline, str(FindCategory(category).label))


def site_plan_view(admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show the plan of a site to whoever sees it."""
    identifier = uuid_or_none(object_id)
    sites = Site.objects.visible_to(request.user).select_related("case")
    site = sites.filter(pk=identifier).first() if identifier else None
    if site is None or not access.may(request.user, Find.permission("view"), site.case):
        raise Http404
    if site.handling != Handling.OPEN:
        log_access(AccessKind.READ, person(request), request=request, record=site)
    request.shown_under = reverse("admin:cases_site_changelist")  # type: ignore[attr-defined]
    contexts = Context.objects.visible_to(request.user).current().filter(site=site, outline__isnull=False)
    finds = Find.objects.visible_to(request.user).current().filter(site=site)
    placed = list(finds.filter(easting_m__isnull=False).select_related("context").order_by("-id")[: MOST + 1])
    surveyed = list(contexts.order_by("id"))
    plan = site_plan.drawn(
        [
            site_plan.Surveyed(
                str(row.pk), row.number, row.get_kind_display(), grid.corners(row.outline or {})
            )
            for row in surveyed
        ],
        [_lying(find) for find in placed[:MOST]],
    )
    zoom = chosen_zoom(request)
    context = {
        **admin.admin_site.each_context(request),
        "opts": Site._meta,
        "original": site,
        "title": _("Site plan"),
        "subtitle": str(site),
        "plan": plan,
        "zoom": zoom,
        "zooms": ZOOMS,
        "shown_width": round(plan.width * zoom / 100) if plan else 0,
        "shown_height": round(plan.height * zoom / 100) if plan else 0,
        "points": _points(plan),
        "areas": _areas(plan, surveyed),
        "legend": [sign_of(category) for category in SIGNS if any(f.category == category for f in placed)],
        "finds": placed[:MOST],
        "more": len(placed) > MOST,
        "most": MOST,
        "without": finds.filter(Q(easting_m__isnull=True))[:1].exists(),
        "without_link": f"{reverse('admin:remains_find_changelist')}?site__id__exact={site.pk}",
        "north": pgettext("on a plan", "N"),
    }
    return TemplateResponse(request, "remains/site_plan.html", context)


def _lying(find: Find) -> site_plan.Lying:
    return site_plan.Lying(
        str(find.pk),
        find.number,
        find.category,
        float(find.easting_m or 0),
        float(find.northing_m or 0),
        find.orientation_deg,
    )


def _points(plan: site_plan.Plan | None) -> list[dict[str, Any]]:
    if plan is None:
        return []
    found = []
    for point in plan.points:
        sign = sign_of(point.find.category)
        found.append(
            {
                "at": point,
                "sign": sign,
                "link": reverse("admin:remains_find_change", args=[point.find.key]),
                "words": f"{point.find.number}: {sign.words}",
            }
        )
    return found


def _areas(plan: site_plan.Plan | None, surveyed: list[Context]) -> list[dict[str, Any]]:
    if plan is None:
        return []
    records = {str(row.pk): row for row in surveyed}
    return [
        {
            "at": area,
            "record": records[area.context.key],
            "link": reverse("admin:cases_context_change", args=[area.context.key]),
            "words": f"({area.context.number}) {area.context.kind}",
            "m2": site_plan.area_m2(area.context.corners),
        }
        for area in plan.areas
    ]
