"""The custody certificate of one item: who has had it since the first day, every hand-over, seal and examination."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from evidence.models import Exhibit, Holding, Item
from evidence.reports.custody_examinations import examinations, photographs
from evidence.reports.paper import Paper, in_letters, in_own_words
from evidence.services.custody_story import Entry, story_of
from evidence.services.item import held_items, keyed
from evidence.services.storage import paths_of, placements_now
from remains.models import Find, Specimen


def in_custody(reference: str) -> Q:
    """Return what is true of items that have a custody of their own."""
    return Q(Exists(Holding.objects.filter(**{reference: OuterRef("pk")})))


def write(paper: Paper, item: Item) -> None:
    """Write the certificate of a find, a specimen or an exhibit."""
    paper.holds(item)
    paper.heading(_("The item"))
    paper.fields(*_of_item(item))
    _now(paper, item)
    _holders(paper, item)
    story = story_of(item, paper.viewer)
    paper.holds(*(entry.record for entry in story.entries if getattr(entry.record, "handling", None)))
    if story.with_find is not None:
        said = {"find": story.with_find}
        paper.text(_("It has no custody of its own: it is held with find %(find)s.") % said, "strong")
    if story.entries:
        paper.heading(_("Everything that happened, in the order of time"))
        paper.table(
            [
                (_("when"), 0, "left"),
                (_("what"), 4, "left"),
                (_("more about it"), 5, "left"),
                (_("recorded"), 2, "left"),
            ],
            [_row(entry) for entry in reversed(story.entries)],
            size=8.5,
        )
    if story.superseded:
        paper.heading(_("Superseded entries"))
        paper.text(_("These were recorded, and are replaced by what stands above. They are kept."), "soft")
        paper.table(
            [
                (_("from"), 0, "left"),
                (_("until"), 0, "left"),
                (_("holder"), 3, "left"),
                (_("why it was superseded"), 4, "left"),
                (_("superseded at"), 0, "left"),
            ],
            [
                [row.from_at, row.until_at, row.holder, row.superseded_reason, row.superseded_at]
                for row in story.superseded
            ],
            size=8.5,
        )
    photographs(paper, item)
    examinations(paper, item)
    paper.signatures(_("Certified by"), _("Office"), _("Day"))


def _of_item(item: Any) -> list[dict[str, Any]]:
    said: list[tuple[str, Any]] = [(_("Number"), str(item)), (_("Case"), item.case.number)]
    if isinstance(item, Find):
        said += [
            (_("Kind"), _("find, %(category)s") % {"category": item.get_category_display()}),
            (_("Site"), str(item.site)),
            (_("Description"), item.description),
        ]
    elif isinstance(item, Specimen):
        bone = f"{in_own_words(item.element.label)}, {item.get_side_display()}"
        said += [(_("Kind"), _("specimen, %(bone)s") % {"bone": bone}), (_("Find"), str(item.find))]
    elif isinstance(item, Exhibit):
        material = in_own_words(item.material.label) if item.material else ""
        kind = ", ".join(part for part in (in_own_words(item.kind.label), material) if part)
        with_ = ", ".join(str(other) for other in (item.find, item.specimen, item.parent) if other)
        said += [
            (_("Kind"), _("exhibit, %(kind)s") % {"kind": kind}),
            (_("Site"), str(item.site)),
            (_("With"), with_ or None),
            (_("Description"), item.description),
        ]
    wide = {_("Description")}
    return [{"label": label, "value": in_letters(value), "wide": label in wide} for label, value in said]


def _now(paper: Paper, item: Any) -> None:
    [held] = held_items([item])
    lying = placements_now([item.pk]).get(item.pk)
    holder = held.effective.holder if held.effective else None
    if held.holding is not None and held.holding.ending is not None:
        holder = _("nobody: custody ended, %(ending)s") % {"ending": held.holding.get_ending_display()}
    paper.heading(_("Now"))
    paper.fields(
        {"label": _("Held by"), "value": holder or _("nobody yet"), "wide": False},
        {"label": _("Seal"), "value": str(held.seal) if held.seal else _("none"), "wide": False},
        {
            "label": _("Lies in"),
            "value": paths_of(item.case).get(lying.place_id) if lying is not None else None,
            "wide": False,
        },
        {
            "label": _("On its way"),
            "value": str(held.event.consignment) if held.event is not None else _("no"),
            "wide": False,
        },
    )


def _holders(paper: Paper, item: Any) -> None:
    rows = list(
        keyed(Holding.objects.visible_to(paper.viewer), [item.pk])
        .filter(superseded_at__isnull=True)
        .select_related("holder_person__agency", "holder_agency")
        .order_by("from_at")
    )
    if not rows:
        return
    paper.holds(*rows)
    paper.heading(_("Holders"))
    paper.table(
        [
            (_("holder"), 4, "left"),
            (_("from"), 2, "left"),
            (_("until"), 2, "left"),
            (_("began by"), 3, "left"),
        ],
        [[row.holder, row.from_at, row.until_at or _("still"), row.get_basis_display()] for row in rows],
    )
    paper.text(
        _(
            "Each holder's time begins where the one before ended. The database lets neither a gap nor an overlap "
            "through."
        ),
        "soft",
    )


def _row(entry: Entry) -> list[Any]:
    recorded = in_letters(entry.recorded_at) if entry.is_late else None
    said = ", ".join(part for part in (entry.by, recorded) if part)
    return [entry.at, capfirst(entry.what), "; ".join(part for part in entry.details if part), said]
