"""What the page of a record shows besides its own. Apps above add their parts, so that pages know nothing of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cases.models.user import User


@dataclass(frozen=True, slots=True)
class RecordPart:
    """A part of a record's page: a template, and what it shows. Some stand above the form, the others below it."""

    template: str
    data: dict[str, Any]
    above: bool = False
    #: The style sheet that it needs.
    css: str = ""


Source = Callable[[Any, "User"], Iterable[RecordPart]]
_sources: list[Source] = []


def contribute(source: Source) -> None:
    """Add a source of parts."""
    if source not in _sources:
        _sources.append(source)


def parts_of(record: Any, user: User) -> dict[str, list[RecordPart]]:
    """Return the parts of a record's page that this person sees, those above the form and those below it."""
    parts = [part for source in _sources for part in source(record, user)]
    return {
        "above": [part for part in parts if part.above],
        "below": [part for part in parts if not part.above],
    }
