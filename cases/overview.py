"""All cases that somebody oversees, as one looks at them together: where each stands, and for how long."""

from __future__ import annotations

import bisect
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from cases import access
from cases.ledger.states import Stay, stays_of
from cases.models import Case, Role
from cases.time_in_status import days_since
from cases.workflow import workflow_of

#: Who oversees: these see all cases of their agency, or direct theirs.
OVERSEES: Final = frozenset({Role.SUPERVISOR.value, Role.AUDITOR.value})
#: Cases of one look; beyond it the list is the place.
READ: Final = 2_000
#: Cases named on the page: those that have stood longest.
NAMED: Final = 12
#: Months that are looked back.
MONTHS: Final = 12
#: Where one age ends and the next begins, in days.
AGES: Final = (30, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case and how long it has been in its status."""

    case: Any
    days: int


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases overseen: those that have stood longest, and how many of each status are how old."""

    longest: list[Standing]
    #: Days in the status of each case, by status.
    days: dict[str, list[int]]
    #: How many cases were in each status at the end of each month, from the ledger.
    months: list[tuple[dt.date, Counter[str]]]

    @property
    def number(self) -> int:
        """Return how many cases there are."""
        return sum(len(days) for days in self.days.values())

    def aged(self, status: str) -> list[int]:
        """Return how many cases of a status are in each age, from the youngest."""
        counted = [0] * (len(AGES) + 1)
        for days in self.days.get(status, []):
            counted[sum(days >= age for age in AGES)] += 1
        return counted


def month_ends(today: dt.date, months: int = MONTHS) -> list[dt.date]:
    """Return the last days of so many months before this one, and today."""
    ends = [today]
    for _month in range(months):
        ends.append(ends[-1].replace(day=1) - dt.timedelta(days=1))
    return ends[::-1]


def over_months(stays: Iterable[list[Stay]], ends: Sequence[dt.date]) -> list[Counter[str]]:
    """Return how many records were in each status at the end of each of these days."""
    counted: list[Counter[str]] = [Counter() for _ in ends]
    for of_one in stays:
        begun = [timezone.localtime(stay.since).date() for stay in of_one]
        for place, day in enumerate(ends):
            before = bisect.bisect_right(begun, day)
            if before:
                counted[place][of_one[before - 1].status] += 1
    return counted


def cases_overseen(scope: access.Scope) -> Cases:
    """Return how the cases stand in which the viewer oversees: one question to the table, one to the ledger."""
    rows = scope.among(OVERSEES).rows(Case.objects.order_by("status_since", "id"))
    workflow = workflow_of("cases.case")
    resting = workflow.resting if workflow else ()
    days: dict[str, list[int]] = {}
    longest: list[Standing] = []
    cases = list(rows.only("id", "number", "title", "status", "status_since", "lead_agency_id")[:READ])
    for case in cases:
        stood = days_since(case.status_since)
        days.setdefault(case.status, []).append(stood)
        if case.status not in resting and len(longest) < NAMED:
            longest.append(Standing(case, stood))
    ends = month_ends(timezone.localdate())
    counted = over_months(stays_of(cases).values(), ends)
    return Cases(longest, days, list(zip(ends, counted, strict=True)))
