"""What a custody certificate says beside the hand-overs: photographs of the item, and what laboratories did with it."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from evidence.models import FileLink, Photograph, ReferralItem, ReferralStatus, Result
from evidence.reports.paper import Paper, in_own_words
from evidence.services.file_link import reference_to
from evidence.services.item import keyed
from evidence.services.referral_steps import steps_of

#: How much of a hash is printed; the whole stands on the page of the photograph and in the bundle.
HASH_SIGNS = 16


def photographs(paper: Paper, item: Any) -> None:
    """List the photographs of an item with the hash of each original."""
    links = FileLink.objects.visible_to(paper.viewer).current().filter(**{reference_to(item): item})
    rows = list(
        Photograph.objects.visible_to(paper.viewer)
        .current()
        .filter(pk__in=links.filter(photograph__isnull=False).values("photograph"))
        .select_related("taken_by", "uploaded_by")
        .order_by("serial")
    )
    if not rows:
        return
    paper.holds(*rows)
    paper.heading(_("Photographs"))
    paper.table(
        [
            (_("number"), 0, "left"),
            (_("taken on"), 0, "left"),
            (_("taken by"), 2, "left"),
            (_("taken in"), 0, "left"),
            (_("SHA-256 of the original"), 0, "left"),
        ],
        [
            [
                row.number,
                row.taken_at or row.taken_on,
                row.taken_by or row.taken_by_as_named,
                row.received_at,
                f"{row.sha256[:HASH_SIGNS]}…",
            ]
            for row in rows
        ],
        size=8.5,
    )


def examinations(paper: Paper, item: Any) -> None:
    """Write every referral of an item, with who took each step of it, and what came of it."""
    seen = ReferralItem.objects.visible_to(paper.viewer).current()
    rows = list(keyed(seen, [item.pk]).select_related("referral__laboratory").order_by("referral__serial"))
    rows = [row for row in rows if row.referral.withdrawn_at is None]
    if not rows:
        return
    labels = dict(ReferralStatus.choices)
    steps = steps_of([row.referral for row in rows])
    results: dict[Any, list[Result]] = {}
    answers = Result.objects.visible_to(paper.viewer).filter(item__in=rows, superseded_by__isnull=True)
    for result in answers.select_related("examination__kind"):
        results.setdefault(result.item_id, []).append(result)
    paper.holds(*rows, *(row.referral for row in rows))
    paper.heading(_("Examined by laboratories"))
    for row in rows:
        referral = row.referral
        said = {"referral": referral, "laboratory": referral.laboratory, "label": row.label}
        paper.text(_("Referral %(referral)s to %(laboratory)s, there %(label)s") % said, "strong")
        paper.table(
            [(_("when"), 0, "left"), (_("step"), 3, "left"), (_("who"), 3, "left")],
            [
                [step.at, capfirst(str(labels.get(step.status, step.status))), step.by]
                for step in steps[referral.pk]
            ],
            size=8.5,
        )
        paper.holds(*results.get(row.pk, []))
        paper.items([_answer(result) for result in results.get(row.pk, [])])


def _answer(result: Any) -> str:
    said = {
        "examination": in_own_words(result.examination.kind.label),
        "outcome": result.get_outcome_display(),
        "analyst": result.analyst,
        "day": result.examined_on.isoformat(),
    }
    return _("%(examination)s: %(outcome)s, by %(analyst)s on %(day)s") % said
