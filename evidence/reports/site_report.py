"""The site report: the place, its contexts and their order, what was found, and what it says about how many people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases import access
from cases.models import (
    Code,
    Context,
    ContextRelation,
    DiscoveryReport,
    ProtectionBreach,
    ProtectionMeasure,
    Site,
    SiteHazard,
    SiteLink,
    SiteVisit,
)
from evidence.reports.assessment_report import proof_of
from evidence.reports.exhibits import exhibits_of
from evidence.reports.paper import Paper, in_letters
from evidence.reports.parts import bones_of, estimates_of, injuries_of
from evidence.reports.photographs import photographs_of
from evidence.reports.sketch import MOST_LABELS, Placed, matrix, outline, plan, somewhere
from remains.models import Assessment, AssessmentStatus, Find, StatedMinimum
from remains.services.assessment import of_site

#: More contexts than this are listed and not drawn: their numbers could not be read.
MOST_DRAWN = 120


def write(paper: Paper, site: Site) -> None:
    """Write the report of a site."""
    paper.holds(site)
    _place(paper, site)
    _around(paper, site)
    _contexts(paper, site)
    finds = list(
        Find.objects.visible_to(paper.viewer)
        .current()
        .filter(site=site)
        .select_related("context", "finder", "site")
        .order_by("serial", "number")
    )
    _finds(paper, site, finds)
    _people(paper, site)
    bones_of(paper, Q(find__site=site), frequency=True)
    injuries_of(paper, Q(specimen__find__site=site))
    estimates_of(paper, Q(site=site) | Q(find__site=site) | Q(specimen__find__site=site))
    exhibits_of(paper, Q(site=site))
    photographs_of(
        paper,
        Q(site=site)
        | Q(visit__site=site)
        | Q(context__site=site)
        | Q(find__site=site)
        | Q(specimen__find__site=site)
        | Q(injury__specimen__find__site=site),
    )
    paper.signatures(_("Drawn up by"), _("Checked by"), _("Day"))


def _of(paper: Paper, model: Any, site: Site) -> list[Any]:
    """Return the current records of a kind at a site that the viewer sees, with the codes that they name."""
    seen = model.objects.visible_to(paper.viewer).current().filter(site=site)
    coded = [field.name for field in model._meta.concrete_fields if field.related_model is Code]
    rows = list(seen.select_related(*coded) if coded else seen)
    for row in rows:
        row.case = site.case  # what may be hidden in it is asked of its case
    paper.holds(*rows)
    return rows


def _place(paper: Paper, site: Site) -> None:
    paper.heading(_("The site"))
    paper.fields(
        paper.field(site, "code"),
        paper.field(site, "name"),
        paper.field(site, "status"),
        paper.field(site, "burial_edtf"),
        *(paper.field(site, name) for name in ("site_type", "shape", "deposition", "disturbance")),
        *(paper.field(site, name) for name in ("municipality", "region")),
        *(paper.field(site, name) for name in ("longitude", "latitude", "accuracy_m", "elevation_m")),
        *(paper.field(site, name, wide=True) for name in ("place_description", "owner", "access", "remarks")),
    )
    hidden = access.hidden_fields(paper.viewer, site)
    drawn = site.outline
    if drawn and drawn["type"] != "Point" and "outline" not in hidden:
        paper.heading(_("Outline"), 2)
        svg = outline(drawn, metres=_("m"), north=_("N"))
        paper.drawing(svg, _("Outline of the site, north up, with a bar for its length."), 55)
    elif site.longitude is not None and site.accuracy_m and not {"longitude", "latitude"} & hidden:
        paper.heading(_("Where the site is thought to lie"), 2)
        svg = somewhere(float(site.accuracy_m), metres=_("m"), north=_("N"))
        paper.drawing(
            svg,
            _("The point of the site and the circle of its accuracy, north up, with a bar for its length."),
            40,
        )


def _around(paper: Paper, site: Site) -> None:
    """Write what came to be known of the site, who was there, and what threatens and protects it."""
    reports = _of(paper, DiscoveryReport, site)
    if reports:
        paper.heading(_("Discovery reports"))
        for row in reports:
            hidden = access.hidden_fields(paper.viewer, row)
            said = {"day": in_letters(row.received_on), "who": row.received_by}
            paper.text(_("Received on %(day)s by %(who)s.") % said, "soft")
            if "account" not in hidden:
                paper.text(row.account)
    visits = _of(paper, SiteVisit, site)
    if visits:
        paper.heading(_("Site visits"))
        paper.table(
            [(_("visited"), 0, "left"), (_("purpose"), 3, "left"), (_("outcome"), 5, "left")],
            [_shown(paper, row, "visited_edtf", "purpose", "outcome") for row in visits],
        )
    kinds = (
        (SiteHazard, _("Hazards"), ("kind", "description", "reported_on", "cleared_on")),
        (
            ProtectionMeasure,
            _("Protection measures"),
            ("kind", "description", "ordered_by", "from_on", "until_on"),
        ),
        (ProtectionBreach, _("Breaches of protection"), ("noticed_on", "description", "reported_to")),
    )
    for model, title, names in kinds:
        rows = _of(paper, model, site)
        if rows:
            paper.heading(title)
            labels: Any = {field.name: field.verbose_name for field in model._meta.concrete_fields}
            columns: list[tuple[Any, float, str]] = [
                (labels[name], 4 if name == "description" else 2, "left") for name in names
            ]
            paper.table(columns, [_shown(paper, row, *names) for row in rows])
    links = list(
        SiteLink.objects.visible_to(paper.viewer)
        .current()
        .filter(Q(first=site) | Q(second=site))
        .select_related("first", "second")
    )
    if links:
        paper.holds(*links)
        paper.heading(_("Links with other sites"))
        paper.items([str(link) for link in links])


def _shown(paper: Paper, row: Any, *names: str) -> list[Any]:
    """Return some fields of a record in words, empty where the viewer may not see them."""
    shown = (paper.field(row, name) for name in names)
    return [field["value"] if field else "" for field in shown]


def _contexts(paper: Paper, site: Site) -> None:
    rows = _of(paper, Context, site)
    if not rows:
        return
    rows.sort(key=lambda row: (len(row.number), row.number))
    relations = list(
        ContextRelation.objects.visible_to(paper.viewer).current().filter(upper__site=site, lower__site=site)
    )
    paper.heading(_("Contexts"))
    if relations and len(rows) <= MOST_DRAWN:
        paper.holds(*relations)
        svg = matrix(
            {row.pk: row.number for row in rows},
            [(one.upper_id, one.lower_id) for one in relations if one.kind == "above"],
            [(one.upper_id, one.lower_id) for one in relations if one.kind == "equal"],
        )
        paper.drawing(svg, _("Order of the contexts, the latest on top."), 80)
    found = Counter(
        Find.objects.visible_to(paper.viewer)
        .current()
        .filter(context__in=[row.pk for row in rows])
        .values_list("context_id", flat=True)
    )
    above = {row.pk: [] for row in rows}  # type: dict[Any, list[str]]
    numbers = {row.pk: row.number for row in rows}
    for one in relations:
        if one.upper_id in above and one.lower_id in numbers:
            sign = "=" if one.kind == "equal" else ">"
            above[one.upper_id].append(f"{sign} {numbers[one.lower_id]}")
    paper.table(
        [
            (_("number"), 0, "left"),
            (_("kind"), 0, "left"),
            (_("description"), 5, "left"),
            (_("top level (m)"), 1.2, "right"),
            (_("bottom level (m)"), 1.2, "right"),
            (_("later than (>), equal to (=)"), 2, "left"),
            (_("finds"), 0, "right"),
        ],
        [
            [
                row.number,
                row.get_kind_display(),
                row.description,
                row.top_m,
                row.bottom_m,
                ", ".join(above[row.pk]),
                found.get(row.pk, 0),
            ]
            for row in rows
        ],
        size=8.5,
    )


def _finds(paper: Paper, site: Site, finds: list[Find]) -> None:
    if not finds:
        return
    paper.holds(*finds)
    paper.heading(_("Finds"))
    placed = [find for find in finds if find.easting_m is not None and find.northing_m is not None]
    if placed:
        contexts = list(dict.fromkeys(find.context_id for find in placed))
        points = [
            Placed(
                (float(find.easting_m or 0), float(find.northing_m or 0)),
                find.number.removeprefix(f"{site.code}-"),
                contexts.index(find.context_id),
            )
            for find in placed
        ]
        svg = plan(points, east=_("east (m)"), north=_("north (m)"))
        paper.drawing(svg, _("Finds in the grid of the site."), 90)
        if len(placed) > MOST_LABELS:
            paper.text(_("The finds are too many for their numbers to be written on the plan."), "soft")
        else:
            paper.text(_("In the site's own grid; finds of one context have one colour."), "soft")
    paper.table(
        [
            (_("number"), 0, "left"),
            (_("category"), 0, "left"),
            (_("context"), 0, "left"),
            (_("description"), 5, "left"),
            (_("seen in place"), 3, "left"),
            (_("found on"), 2.4, "left"),
            (_("status"), 0, "left"),
        ],
        [
            [
                find.number,
                find.get_category_display(),
                find.context.number if find.context else None,
                find.description,
                _in_place(find),
                find.found_on,
                find.get_status_display(),
            ]
            for find in finds
        ],
        size=8,
    )


def _in_place(find: Find) -> str:
    """Say what was seen in place of bindings, blindfold and clothing, with what was noted about it."""
    labels: Any = {field.name: field.verbose_name for field in find._meta.concrete_fields}
    said = []
    for name in ("bindings", "blindfold", "clothing"):
        if getattr(find, name) == "present":
            note = getattr(find, f"{name}_note")
            label = str(labels[name])
            said.append(f"{label}: {note}" if note else label)
    return "; ".join(said)


def _people(paper: Paper, site: Site) -> None:
    """Write what was stated about how many people, and the newest signed answer with its proof."""
    stated = list(
        StatedMinimum.objects.visible_to(paper.viewer).current().filter(site=site).order_by("stated_on", "id")
    )
    if stated:
        paper.holds(*stated)
        paper.heading(_("How many people, as stated"))
        paper.table(
            [(_("at least"), 0, "right"), (_("as worded"), 5, "left"), (_("as stated by"), 4, "left"),
             (_("stated on"), 0, "left")],
            [[row.minimum, row.wording, row.source, row.stated_on] for row in stated],
        )  # fmt: skip
    signed = (
        of_site(Assessment.objects.visible_to(paper.viewer).current(), site)
        .filter(status=AssessmentStatus.SIGNED, superseded_by=None)
        .select_related("drafted_by", "signed_by", "site", "find")
        .order_by("-signed_at")
    )
    newest = signed.first()
    if newest is None:
        paper.heading(_("How many people"))
        paper.text(_("No assessment of this site has been signed."), "soft")
        return
    proof_of(paper, newest, level=1)
    said = {
        "drafted": newest.drafted_by.full_name,
        "signed": newest.signed_by.full_name if newest.signed_by else "",
        "day": in_letters(newest.signed_at),
    }
    paper.text(_("Drafted by %(drafted)s, signed by %(signed)s on %(day)s.") % said)
