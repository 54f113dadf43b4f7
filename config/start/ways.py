"""Where a person's work begins: the forms and lists that each role opens most often, as buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cases import access
from cases.models.user import User
from config.navigation import page


@dataclass(frozen=True, slots=True)
class Way:
    """One button. The first of a page is its main one."""

    label: Any
    link: str


#: What to do, on which page, and by which permission it is offered.
WAYS: Final[tuple[tuple[Any, str, str], ...]] = (
    (_("Log a find"), "remains_find_add", "remains.find:create"),
    (_("What awaits your decision"), "cases_case_decisions", "cases.case:direct"),
    (_("Give a direction"), "cases_direction_add", "cases.direction:create"),
    (_("Ask the team"), "cases_enquiry_add", "cases.enquiry:create"),
    (_("Referrals to your laboratory"), "evidence_laboratory", "evidence.referral:examine"),
    (_("Scan an item"), "evidence_consignment_scan", "evidence.custodyevent:create"),
    (_("Add photographs"), "evidence_photograph_add", "evidence.photograph:create"),
    (_("Log many finds"), "remains_find_grid", "remains.find:create"),
    (_("Enter a report"), "cases_discoveryreport_add", "cases.discoveryreport:create"),
)


def ways(user: User) -> list[Way]:
    """Return the buttons of this person."""
    found = []
    for label, name, permission in WAYS:
        link = page(name)
        if link is not None and access.may_somewhere(user, permission):
            found.append(Way(label, link))
    return found
