"""What can be printed of a record. Apps above add their papers and labels; a record's page knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    from cases.models.user import User


@dataclass(frozen=True, slots=True)
class PaperLink:
    """One paper of a record: its name, where it is made, and whether its language can be chosen there."""

    label: Any
    link: str
    speaks: bool = False


Source = Callable[[Any, "User"], Iterable[PaperLink]]
#: Given the page of a kind of record, returns what its list offers to print of chosen rows.
ListSource = Callable[["ModelAdmin"], Iterable[Callable[..., Any]]]
_sources: list[Source] = []
_of_lists: list[ListSource] = []


def contribute(source: Source, of_lists: ListSource | None = None) -> None:
    """Add a source of papers, and one of what lists print."""
    if source not in _sources:
        _sources.append(source)
    if of_lists is not None and of_lists not in _of_lists:
        _of_lists.append(of_lists)


def papers_of(record: Any, user: User) -> list[PaperLink]:
    """Return the papers of a record that this person may make."""
    return [paper for source in _sources for paper in source(record, user)]


def printed_from_list(page: ModelAdmin) -> list[Callable[..., Any]]:
    """Return the actions by which a list prints chosen rows."""
    return [action for source in _of_lists for action in source(page)]
