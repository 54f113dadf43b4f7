"""What a case's page shows at a glance. Apps above add their panels and what waits, so that the page knows no bones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.http import urlencode

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from cases.models.case import Case
    from cases.models.user import User


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the case, with the list that has exactly that many rows."""

    label: StrOrPromise
    value: object
    link: str = ""
    note: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for somebody: what, for which role, and where it is done."""

    what: StrOrPromise
    whom: StrOrPromise
    link: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page: a heading and a template with what it shows."""

    title: StrOrPromise
    template: str
    data: dict[str, Any]
    link: str = ""
    link_label: StrOrPromise = ""
    #: Where it stands among the panels: what is known about the dead comes before who works on it.
    position: int = 50


Source = Callable[["Case", "User"], Iterable[Tile | Waiting | Panel]]
_sources: list[Source] = []


def contribute(source: Source) -> None:
    """Add a source of tiles, waiting items and panels."""
    if source not in _sources:
        _sources.append(source)


def at_a_glance(case: Case, user: User) -> dict[str, list[Any]]:
    """Return the page's tiles, waiting items and panels."""
    parts: dict[str, list[Any]] = {"tiles": [], "waiting": [], "panels": []}
    for source in _sources:
        for part in source(case, user):
            kind = {Tile: "tiles", Waiting: "waiting", Panel: "panels"}[type(part)]
            parts[kind].append(part)
    parts["panels"].sort(key=lambda panel: panel.position)
    return parts


def list_link(model: str, case: Case, **filters: str) -> str:
    """Return the address of a list narrowed to this case's current records: `list_link("cases_site", case)`."""
    query: dict[str, str] = {"case__id__exact": str(case.pk), "withdrawn_at__isnull": "True", **filters}
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(query)}"
