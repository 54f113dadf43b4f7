"""Columns that many lists share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from cases import dates, time_in_status
from cases.models.base import Handling


class Colours(dict[str, str]):
    """Colours of states; a state without one is grey."""

    def __missing__(self, state: str) -> str:
        return ""


#: States that ask for somebody's attention, or that end a way; the rest is grey.
COLOURS = Colours(
    {
        "reported": "warning",
        "preliminary": "warning",
        "reopened": "warning",
        "suspended": "warning",
        "verified": "info",
        "open": "info",
        "protected": "success",
        "excavation": "info",
        "disproved": "danger",
    }
)


class Labelled(tuple[str, str]):
    """What colours a word and the word itself: a list shows it in its colour, a page of the record as a word."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self[1])


@display(description=_("status"), ordering="status", label=COLOURS)
def status(record: Any) -> tuple[str, str]:
    """Return the status as a coloured word."""
    return record.status, record.get_status_display()


@display(description=_("in this status"), ordering="status_since")
def since(record: Any) -> str:
    """Return how long the record has been in its status."""
    return time_in_status.in_words(record.status_since)


@display(
    description=_("handling"),
    ordering="handling",
    label={Handling.INVESTIGATION: "warning", Handling.HUMANITARIAN: "danger"},
)
def handling(record: Any) -> tuple[str, str] | None:
    """Return the handling where it is not open."""
    if record.handling == Handling.OPEN:
        return None
    return record.handling, record.get_handling_display()


@display(description=_("case"), ordering="case__number")
def case(record: Any) -> str:
    """Return the number of the record's case."""
    return str(record.case.number)


@display(description=_("site"), ordering="site__code")
def site(record: Any) -> str:
    """Return the site by code and name."""
    return str(record.site) if record.site_id else "-"


def said_day(stem: str, description: Any) -> Any:
    """Return the column of an uncertain date, in words, sorted by its earliest day."""

    @display(description=description, ordering=f"{stem}_earliest_on")
    def column(record: Any) -> str:
        text = getattr(record, f"{stem}_edtf")
        return dates.in_words(text) if text else "-"

    return column
