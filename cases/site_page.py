"""What a site's page shows above its form. Apps above add their panels, so that the page knows no bones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cases.case_page import Panel

if TYPE_CHECKING:
    from cases.models.site import Site
    from cases.models.user import User

Source = Callable[["Site", "User"], Iterable[Panel]]
_sources: list[Source] = []


def contribute(source: Source) -> None:
    """Add a source of panels."""
    if source not in _sources:
        _sources.append(source)


def panels_of(site: Site, user: User) -> list[Panel]:
    """Return the page's panels, in their order."""
    panels = [panel for source in _sources for panel in source(site, user)]
    return sorted(panels, key=lambda panel: panel.position)
