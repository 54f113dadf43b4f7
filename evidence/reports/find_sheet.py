"""The find sheet: one find as it was recorded, in the order in which it is recorded at the graveside."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from evidence.reports.exhibits import exhibits_of
from evidence.reports.paper import Paper, in_letters, in_own_words
from evidence.reports.parts import bones_of, estimates_of, injuries_of
from evidence.reports.photographs import photographs_of
from remains.models import ConditionNote, Find, FindAlias, Lineage

#: The parts of a sheet: fields beside each other, and those that need the whole width.
_WIDE = frozenset({"description", "remarks", "position"})


def write(paper: Paper, find: Find) -> None:
    """Write the sheet of a find."""
    paper.holds(find)
    _head(paper, find)
    _noted(paper, find)
    bones_of(paper, Q(find=find))
    injuries_of(paper, Q(specimen__find=find))
    estimates_of(paper, Q(find=find) | Q(specimen__find=find))
    exhibits_of(paper, Q(find=find) | Q(specimen__find=find) | Q(injury__specimen__find=find))
    photographs_of(paper, Q(find=find) | Q(specimen__find=find) | Q(injury__specimen__find=find))
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
