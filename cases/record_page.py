"""What apps above show on a record's page, above its form or below it: custody, photographs. The page knows none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from cases.case_page import Panel

if TYPE_CHECKING:
    from cases.models.user import User

Source = Callable[[Any, "User"], Iterable[Panel]]
_sources: dict[str, list[Source]] = {}
_above: dict[str, list[Source]] = {}


#: Given a record and the viewer, returns links to be offered at the head of its page, each with `label` and `link`.
Ways = Callable[[Any, "User"], Iterable[dict[str, Any]]]
_ways: dict[str, list[Ways]] = {}


def contribute_ways(kind: str, ways: Ways) -> None:
    """Add what is offered at the head of the pages of one kind of record."""
    known = _ways.setdefault(kind, [])
    if ways not in known:
        known.append(ways)


def ways_of(record: Any, user: User) -> list[dict[str, Any]]:
    """Return what apps above offer at the head of a record's page."""
    return [way for ways in _ways.get(record._meta.label_lower, []) for way in ways(record, user)]


def contribute(kind: str, source: Source, *, above: bool = False) -> None:
    """Add a source of panels to the pages of one kind of record, e.g. `remains.find`: below the form, or above it."""
    sources = (_above if above else _sources).setdefault(kind, [])
    if source not in sources:
        sources.append(source)


def panels_of(record: Any, user: User, *, above: bool = False) -> list[Panel]:
    """Return a page's panels, below the form or above it, in their order."""
    sources = (_above if above else _sources).get(record._meta.label_lower, [])
    return sorted(
        (panel for source in sources for panel in source(record, user)), key=lambda panel: panel.position
    )
