"""Exhibits as papers list them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.languages import capitalised
from evidence.models import Exhibit
from evidence.reports.paper import Paper, in_own_words
from evidence.services.item import held_items


def exhibits_of(paper: Paper, which: Q) -> None:
    """List some exhibits, with what they were found with and who holds them."""
    rows = list(
        Exhibit.objects.visible_to(paper.viewer)
        .current()
        .filter(which)
        .select_related("case", "site", "context", "find", "specimen", "parent", "kind", "material")
        .order_by("number")
    )
    if not rows:
        return
    paper.holds(*rows)
    holders = {held.item.pk: held.effective.holder for held in held_items(rows) if held.effective}
    paper.heading(_("Exhibits"))
    paper.table(
        [
            (_("number"), 0, "left"),
            (_("what it is"), 3, "left"),
            (_("description"), 4, "left"),
            (_("with"), 2, "left"),
            (_("status"), 3, "left"),
            (_("held by"), 3, "left"),
        ],
        [
            [
                row.number,
                ", ".join(
                    capitalised(in_own_words(code.label))
                    for code in (row.kind, row.material)
                    if code is not None
                ),
                "; ".join(part for part in (row.description, row.position) if part),
                ", ".join(str(other) for other in (row.find, row.specimen, row.parent) if other),
                row.get_status_display(),
                holders.get(row.pk),
            ]
            for row in rows
        ],
        size=8.5,
    )
