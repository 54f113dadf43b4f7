"""The Harris matrix of a site as a page: each box opens its context, and a table says the same in words."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import harris
from cases.models.context import Context, ContextRelation, RelationKind
from cases.models.site import Site

#: Contexts that are drawn; more are told in the table only.
MOST: Final = 600
#: How large the drawing may be shown, in hundredths.
ZOOMS: Final = (50, 75, 100, 150, 200)


def chosen_zoom(request: HttpRequest) -> int:
    """Return how large a drawing is to be shown, in hundredths; what is none of the sizes is the usual one."""
    asked = request.GET.get("zoom", "")
    return int(asked) if asked in {str(zoom) for zoom in ZOOMS} else 100


def matrix_view(admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show the matrix of a site, of what the viewer sees of it."""
    site: Site = admin._visible_or_404(request, object_id)
    contexts = list(Context.objects.visible_to(request.user).current().filter(site=site))
    relations = list(
        ContextRelation.objects.visible_to(request.user)
        .current()
        .filter(upper__site=site)
        .select_related("upper", "lower")
    )
    seen = {context.pk for context in contexts}
    relations = [row for row in relations if {row.upper_id, row.lower_id} <= seen]
    drawing = None
    if len(contexts) <= MOST:
        drawing = harris.drawn(
            [(str(row.pk), row.number, row.get_kind_display()) for row in contexts],
            [(str(row.upper_id), str(row.lower_id)) for row in relations if row.kind == RelationKind.ABOVE],
            [(str(row.upper_id), str(row.lower_id)) for row in relations if row.kind == RelationKind.EQUAL],
        )
    zoom = chosen_zoom(request)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "original": site,
        "title": _("Harris matrix"),
        "subtitle": str(site),
        "drawing": drawing,
        "shown_width": round(drawing.width * zoom / 100) if drawing else 0,
        "shown_height": round(drawing.height * zoom / 100) if drawing else 0,
        "zoom": zoom,
        "zooms": ZOOMS,
        "number": len(contexts),
        "links": {str(row.pk): reverse("admin:cases_context_change", args=[row.pk]) for row in contexts},
        "relations": sorted(
            relations, key=lambda row: (harris.natural(row.upper.number), harris.natural(row.lower.number))
        ),
    }
    return TemplateResponse(request, "cases/site_matrix.html", context)
