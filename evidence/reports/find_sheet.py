"""The find sheet: one find as it was recorded, in the order in which it is recorded at the graveside."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from evidence.reports.drawing import drawn, legend
from evidence.reports.paper import Paper, in_letters, in_own_words
from remains import recovered
from remains.admin.skeleton_marks import Marked, marked
from remains.models import ConditionNote, Estimate, Find, FindAlias, Injury, Lineage, Measurement, Specimen

#: The parts of a sheet: fields beside each other, and those that need the whole width.
_WIDE = frozenset({"description", "remarks", "position"})


def write(paper: Paper, find: Find) -> None:
    """Write the sheet of a find."""
    paper.holds(find)
    _head(paper, find)
    _noted(paper, find)
    bones_of(paper, Q(find=find))
    injuries_of(paper, Q(specimen__find=find))
    _estimates(paper, find)
    paper.signatures(_("Recorded by"), _("Checked by"), _("Day"))


def _head(paper: Paper, find: Find) -> None:
    def part(title: Any, *names: str) -> None:
        paper.heading(title)
        paper.fields(*(paper.field(find, name, wide=name in _WIDE) for name in names))

    paper.heading(_("Where"))
    context = find.context
    where = f"({context.number}) {context.get_kind_display()}" if context else None
    paper.fields(
        {"label": _("Site"), "value": str(find.site), "wide": False},
        {"label": _("Context"), "value": where, "wide": False},
    )
    part(_("What"), "category", "status", "description")
    paper.heading(_("Found"))
    found_by = find.finder.full_name if find.finder else find.finder_as_named
    lifted_by = find.lifted_by.full_name if find.lifted_by else None
    paper.fields(
        paper.field(find, "found_on"), {"label": _("Found by"), "value": found_by or None, "wide": False}
    )
    part(_("Seen in place"), "position", "orientation_deg", "articulation",
         "bindings", "bindings_note", "blindfold", "blindfold_note", "clothing", "clothing_note")  # fmt: skip
    part(_("Point in the site grid"), "easting_m", "northing_m", "height_m")
    paper.heading(_("Lifting and storage"))
    paper.fields(
        paper.field(find, "lifted_on"),
        {"label": _("Lifted by"), "value": lifted_by, "wide": False},
        paper.field(find, "bags"),
        paper.field(find, "storage_place"),
        paper.field(find, "remarks", wide=True),
    )
    if find.withdrawn_at is not None:
        said = {"day": in_letters(find.withdrawn_at), "reason": find.withdrawn_reason}
        paper.text(_("Withdrawn on %(day)s: %(reason)s") % said, "strong")


def _noted(paper: Paper, find: Find) -> None:
    def of(model: Any, **by: Any) -> Any:
        return model.objects.visible_to(paper.viewer).current().filter(**by)

    aliases = list(of(FindAlias, find=find))
    lines = list(
        Lineage.objects.visible_to(paper.viewer).current()
        .filter(Q(parent=find) | Q(child=find)).select_related("parent", "child")
    )  # fmt: skip
    if aliases or lines:
        paper.holds(*aliases, *lines)
        paper.heading(_("Other labels and lineage"))
        paper.items(
            [
                *(f"{alias.label} ({alias.origin})" for alias in aliases),
                *(f"{line.parent} {line.get_kind_display()} {line.child}: {line.reason}" for line in lines),
            ]
        )
    notes = list(of(ConditionNote, find=find).select_related("kind", "specimen"))
    if notes:
        paper.holds(*notes)
        paper.heading(_("Condition notes"))
        paper.table(
            [(_("about"), 2, "left"), (_("note"), 5, "left"), (_("observed by"), 2, "left"), (_("day"), 0, "left")],
            [
                [
                    ", ".join(part for part in (str(note.specimen or ""), in_own_words(note.kind.label)) if part),
                    note.note,
                    note.observer,
                    note.observed_on,
                ]
                for note in notes
            ],
        )  # fmt: skip


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
    return capfirst(recovered.name_of(recovered.key_of(specimen.element_id, specimen.side)))


def _zone(injury: Injury) -> str:
    return _("zone %(zone)s") % {"zone": injury.zone} if injury.zone is not None else ""


def _estimates(paper: Paper, find: Find) -> None:
    rows = list(
        Estimate.objects.visible_to(paper.viewer).current()
        .filter(Q(find=find) | Q(specimen__find=find), superseded_by=None)
        .select_related("specimen").order_by("kind", "id")
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
            (_("observer"), 2, "left"),
        ],
        [
            [
                row.specimen.number if row.specimen else find.number,
                str(row),
                row.get_certainty_display(),
                f"{row.method_in_words}. {row.basis}",
                ", ".join(part for part in (row.observer, in_letters(row.observed_on)) if part),
            ]
            for row in rows
        ],
        size=8.5,
    )
