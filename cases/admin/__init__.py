"""The admin of the ground floor, one stem per file."""

from cases.admin import (
    access_log,
    agency,
    appointment,
    case,
    client,
    code,
    context,
    direction,
    incident,
    link,
    membership,
    person,
    report,
    site,
    visit,
)

__all__ = [
    "access_log",
    "agency",
    "appointment",
    "case",
    "client",
    "code",
    "context",
    "direction",
    "incident",
    "link",
    "membership",
    "person",
    "report",
    "site",
    "visit",
]
