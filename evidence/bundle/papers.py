"""The papers of a bundle: the report of each site, of each signed assessment, and of whatever else a case has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cases.models import Case, User
from evidence.bundle.originals import altered
from evidence.reports.kinds import KINDS, ReportKind, file_name, printed, written

#: Papers of which a case has as many as it has finds; they are put in only when asked for.
MANY = frozenset({"find-sheet", "custody-find", "custody-specimen", "custody-exhibit"})


def papers_of(case: Case, viewer: User, which: str) -> list[tuple[ReportKind, Any]]:
    """Return what papers there are, each with the key of the record that it is about."""
    return [
        (kind, key)
        for kind in KINDS
        if which == "all" or (which == "some" and kind.name not in MANY)
        for key in kind.model.objects.visible_to(viewer)
        .current()
        .filter(kind.archived, case=case)
        .order_by("pk")
        .values_list("pk", flat=True)
    ]


def write_papers(
    folder: Path,
    wanted: list[tuple[ReportKind, Any]],
    viewer: User,
    language: str,
    told: Callable[[int], None],
) -> None:
    """Write the papers, each read in the snapshot that is open."""
    folder.mkdir()
    for kind, key in wanted:
        record = kind.model.objects.visible_to(viewer).select_related(*kind.related).get(pk=key)
        paper, chosen = written(viewer, kind, record, language)
        pdf, faults = printed(paper, chosen)
        if faults:
            raise altered(faults[0])
        (folder / f"{file_name(kind, record)}.pdf").write_bytes(pdf)
        told(1)
