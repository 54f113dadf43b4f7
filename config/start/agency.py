"""What those see who oversee: all cases, and how sites, finds and numbers of people stand in them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases import access
from cases.charts import Chart, lying, standing
from cases.counts import Number, by_status, numbers_of
from cases.models import Case, Site
from cases.models.user import User
from cases.overview import AGES, OVERSEES, Cases, cases_overseen
from cases.workload import Row, workload
from config.navigation import page
from evidence.overview import at_laboratories
from remains.models import Find
from remains.overview import People, people


@dataclass(slots=True)
class Agency:
    """What the template shows."""

    cases: Cases
    case_numbers: list[Number]
    site_numbers: list[Number]
    find_numbers: list[Number]
    ages: Chart | None
    months: Chart | None
    laboratories: Chart | None
    people: list[People]
    loads: list[Any]
    workload: list[Row]
    cases_link: str


def agency(user: User, scope: access.Scope) -> Agency | None:
    """Return how the cases stand that this person oversees, or None for whoever oversees none."""
    if not scope.among(OVERSEES).roles:
        return None
    counted = {model: by_status(model, OVERSEES) for model in (Case, Site, Find)}
    numbers = {n.name: n for n in numbers_of([c for counts in counted.values() for c in counts], user, scope)}
    found = {
        model: [numbers[count.name] for count in counts if numbers[count.name].value]
        for model, counts in counted.items()
    }
    cases = cases_overseen(scope)
    loads, rows = workload(scope, OVERSEES)
    return Agency(
        cases=cases,
        case_numbers=found[Case],
        site_numbers=found[Site],
        find_numbers=found[Find],
        ages=_ages(cases, counted[Case], numbers),
        months=_months(cases),
        laboratories=_laboratories(scope),
        people=people(scope),
        loads=loads,
        workload=rows,
        cases_link=page("cases_case_changelist") or "",
    )


def _months(cases: Cases) -> Chart | None:
    """Return how many cases were in each status at the end of each month; none where nothing was before this one."""
    labels = dict(Case._meta.get_field("status").flatchoices)
    known = [status for status in labels if any(numbers[status] for _day, numbers in cases.months)]
    if not any(numbers for _day, numbers in cases.months[:-1]):
        return None
    rows = [(f"{day:%y-%m}", [numbers[status] for status in known]) for day, numbers in cases.months]
    return standing(
        _("Cases by status, at the end of each month"),
        rows,
        parts=[str(labels[status]) for status in known],
        across=_("Month"),
        every=3,
    )


def _ages(cases: Cases, statuses: list[Any], numbers: dict[str, Number]) -> Chart | None:
    shown = [
        (numbers[count.name].label, cases.aged(count.query["status__exact"]))
        for count in statuses
        if numbers[count.name].value
    ]
    if not shown:
        return None
    return lying(
        _("Cases by status, and how long they have been in it"),
        shown,
        parts=_named(AGES),
        across=_("Status"),
        links=[numbers[count.name].link for count in statuses if numbers[count.name].value],
    )


def _laboratories(scope: access.Scope) -> Chart | None:
    rows = at_laboratories(scope, AGES)
    if not rows:
        return None
    return lying(
        _("Referrals at laboratories, and how long they have been in their status"),
        [(row.name, row.ages) for row in rows],
        parts=_named(AGES),
        across=_("Laboratory"),
        links=[row.link for row in rows],
    )


def _named(ages: Sequence[int]) -> list[str]:
    return [
        _("under %(days)s days") % {"days": ages[0]},
        *(
            _("%(from)s to %(to)s days") % {"from": low, "to": high - 1}
            for low, high in itertools.pairwise(ages)
        ),
        _("%(days)s days and more") % {"days": ages[-1]},
    ]
