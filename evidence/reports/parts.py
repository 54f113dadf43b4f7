"""What several papers hold of remains: bones drawn and listed, measurements, injuries, estimates."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.languages import capitalised
from evidence.reports.drawing import drawn, legend
from evidence.reports.paper import Paper, in_letters, in_own_words
from remains import recovered
from remains.admin.skeleton_marks import Marked, marked
from remains.models import Estimate, Injury, Measurement, Specimen


def bones_of(paper: Paper, which: Q, *, frequency: bool = False) -> None:
    """Write the inventory of some specimens: drawn, and bone by bone."""
    seen = Specimen.objects.visible_to(paper.viewer).current().filter(which)
    rows = list(seen.select_related("element", "tooth_status").order_by("find__serial", "serial", "number"))
    if not rows:
        return
    paper.holds(*rows)
    paper.heading(_("Bones and teeth"))
    draw(paper, seen, frequency=frequency)
    paper.table(
        [
            (_("number"), 0, "left"),
            (_("element"), 3, "left"),
            (_("side"), 0, "left"),
            (_("zones"), 1.4, "left"),
            (_("completeness"), 1.4, "left"),
            (_("fragments"), 0, "right"),
            (_("weight (g)"), 0, "right"),
            (_("age class"), 1.4, "left"),
        ],
        [
            [
                row.number,
                ", ".join(
                    part
                    for part in (
                        in_own_words(row.element.label),
                        in_own_words(row.tooth_status.label) if row.tooth_status else "",
                        row.notes,
                    )
                    if part
                ),
                row.get_side_display(),
                row.zones,
                row.get_completeness_display(),
                row.fragment_count,
                row.weight_g,
                row.get_cohort_display(),
            ]
            for row in rows
        ],
        size=8.5,
    )
    measured = list(
        Measurement.objects.visible_to(paper.viewer).current()
        .filter(specimen__in=[row.pk for row in rows]).select_related("specimen", "kind")
        .order_by("specimen__number", "id")
    )  # fmt: skip
    if measured:
        paper.holds(*measured)
        paper.heading(_("Measurements"), 2)
        paper.table(
            [(_("specimen"), 0, "left"), (_("measurement"), 4, "left"), (_("value"), 0, "right"),
             (_("observer"), 2, "left"), (_("measured on"), 0, "left")],
            [
                [row.specimen.number, in_own_words(row.kind.label), f"{in_letters(row.value)} {row.unit}",
                 row.observer, row.measured_on]
                for row in measured
            ],
            size=8.5,
        )  # fmt: skip


def draw(paper: Paper, seen: Any, *, frequency: bool = False) -> None:
    """Draw specimens on the skeleton, with what was seen on them."""
    marks: Marked = marked(paper.viewer, seen)
    figures = recovered.figures(recovered.tallies(seen), frequency=frequency, marks=marks.shown)
    for figure in figures:
        if figure.title:
            paper.heading(figure.title, 2)
        paper.drawing(
            drawn(figure),
            _("Skeleton with the bones that were recovered. The table says the same in words."),
            72,
            legend(frequency=frequency, signs=marks.signs),
        )
    paper.text(_("Seen from the front: the right side of the body is on the left."), "soft")


def injuries_of(paper: Paper, which: Q) -> None:
    """Write the injuries of some specimens."""
    rows = list(
        Injury.objects.visible_to(paper.viewer).current().filter(which)
        .select_related("specimen__element", "mechanism", "associated_find").order_by("specimen__number", "id")
    )  # fmt: skip
    if not rows:
        return
    paper.holds(*rows)
    paper.heading(_("Injuries"))
    paper.table(
        [
            (_("specimen"), 0, "left"),
            (_("bone and place"), 3, "left"),
            (_("timing and mechanism"), 3, "left"),
            (_("what was seen"), 5, "left"),
            (_("observer"), 2, "left"),
        ],
        [
            [
                row.specimen.number,
                ", ".join(part for part in (_bone(row.specimen), _zone(row), row.place, row.direction) if part),
                f"{row.get_timing_display()}; {in_own_words(row.mechanism.label)}",
                row.description
                + (f" ({_('found with it: %(find)s') % {'find': row.associated_find}})" if row.associated_find else ""),
                ", ".join(part for part in (row.observer, in_letters(row.observed_on)) if part),
            ]
            for row in rows
        ],
        size=8.5,
    )  # fmt: skip


def _bone(specimen: Specimen) -> str:
    return capitalised(recovered.name_of(recovered.key_of(specimen.element_id, specimen.side)))


def _zone(injury: Injury) -> str:
    return _("zone %(zone)s") % {"zone": injury.zone} if injury.zone is not None else ""


def estimates_of(paper: Paper, which: Q) -> None:
    """Write the estimates that stand, of a site, of finds and of specimens."""
    rows = list(
        Estimate.objects.visible_to(paper.viewer).current()
        .filter(which, superseded_by=None)
        .select_related("specimen", "find", "site", "individual").order_by("kind", "id")
    )  # fmt: skip
    if not rows:
        return
    paper.holds(*rows)
    paper.heading(_("Estimates"))
    paper.table(
        [
            (_("about"), 0, "left"),
            (_("estimate"), 3, "left"),
            (_("certainty"), 0, "left"),
            (_("method and basis"), 5, "left"),
            (_("observer"), 3, "left"),
        ],
        [
            [
                str(row.specimen or row.find or row.individual or row.site),
                str(row),
                row.get_certainty_display(),
                f"{row.method_in_words}. {row.basis}",
                ", ".join(part for part in (row.observer, in_letters(row.observed_on)) if part),
            ]
            for row in rows
        ],
        size=8.5,
    )
