"""Photographs in papers: the sealed copies for the screen, each with what it shows and the hash of its original."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from evidence import content
from evidence.content import ContentFault
from evidence.models import FileLink, Photograph
from evidence.reports.paper import Paper, in_letters

#: Photographs of one paper.
MOST: Final = 150


def photographs_of(paper: Paper, which: Q) -> None:
    """Print the photographs that are linked with some records; `which` is about the links."""
    links = (
        FileLink.objects.visible_to(paper.viewer)
        .current()
        .filter(which, photograph__isnull=False)
        .select_related("site", "visit__site", "context__site", "find", "specimen", "injury__specimen")
    )
    shows: dict[Any, list[str]] = defaultdict(list)
    for link in links:
        shows[link.photograph_id].append(str(link.target))
    found = (
        Photograph.objects.visible_to(paper.viewer)
        .current()
        .filter(pk__in=list(shows))
        .exclude(screen_sha256="")
        .select_related("taken_by")
        .order_by("number")
    )
    rows = list(found)
    if not rows:
        return
    paper.holds(*rows)
    paper.heading(_("Photographs"))
    if len(rows) > MOST:
        said = {"n": MOST, "all": len(rows)}
        paper.text(_("Only the first %(n)s of %(all)s photographs are printed.") % said, "soft")
    paper.photographs([_item(row, sorted(set(shows[row.pk]))) for row in rows[:MOST]])


def _item(row: Photograph, shows: list[str]) -> dict[str, str]:
    who = row.taken_by.full_name if row.taken_by else row.taken_by_as_named
    taken = in_letters(row.taken_at) or ""
    if not taken and row.camera_clock:
        taken = f"{row.camera_clock.strip()} ({_('by the clock of the camera')})"
    notes = [
        _("shows %(what)s") % {"what": ", ".join(shows)},
        _("taken by %(who)s") % {"who": who} if who else "",
        taken,
        f"SHA-256 {row.sha256}",
    ]
    return {
        "file": row.screen_sha256,
        "alt": row.caption or row.number,
        "caption": f"{row.number} {row.caption}".strip(),
        "note": "; ".join(note for note in notes if note),
    }


def read_pictures(paper: Paper) -> tuple[dict[str, bytes], list[ContentFault]]:
    """Return the pictures of a paper by the names of their files, and what of them is not what it was.

    What was altered is not printed: in its place stands a sentence.
    """
    pictures: dict[str, bytes] = {}
    faults: list[ContentFault] = []
    for item in (item for block in paper.blocks if block["kind"] == "pictures" for item in block["items"]):
        name = f"{item['file']}.jpg"
        try:
            pictures[name] = content.read(item["file"])
        except ContentFault as fault:
            faults.append(fault)
            item["instead"] = _("The stored picture is not what it was when it came in, and is not printed.")
        else:
            item["file"] = name
    return pictures, faults
