"""The admin of the ground floor, one stem per file."""

from cases.admin import (
    access_log,
    agency,
    appointment,
    case,
    code,
    context,
    direction,
    enquiry,
    incident,
    link,
    membership,
    observation,
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
    "code",
    "context",
    "direction",
    "enquiry",
    "incident",
    "link",
    "membership",
    "observation",
    "person",
    "report",
    "site",
    "visit",
]
