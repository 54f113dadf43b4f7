"""What remains add to a case's page: finds by category and status, and what was stated about how many people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.case_page import Panel, Tile, Waiting, list_link
from cases.models.case import Case
from cases.models.membership import Role
from cases.models.user import User
from remains.models import Find, FindCategory, FindStatus, StatedGroup, StatedMinimum


def glance(case: Case, user: User) -> Iterator[Tile | Waiting | Panel]:
    """Yield what remains show of a case."""
    finds = Find.objects.visible_to(user).current().filter(case=case)
    cells: Counter[tuple[str, str]] = Counter()
    counted = finds.order_by().values_list("category", "status").annotate(n=Count("*"))  # from an index alone
    for category, status, number in counted:
        cells[category, status] = number
    number = sum(cells.values())
    yield Tile(ngettext("find", "finds", number), number, list_link("remains_find", case))
    stated = list(
        StatedMinimum.objects.visible_to(user)
        .current()
        .filter(case=case)
        .select_related("site")
        .prefetch_related(Prefetch("groups", StatedGroup.objects.visible_to(user).current()))
        .order_by("site__code", "-stated_on", "-id")
    )
    latest = {minimum.site_id: minimum for minimum in reversed(stated)}
    for minimum in latest.values():
        yield Tile(
            _("people at %(site)s, as stated") % {"site": minimum.site.code},
            _("at least %(number)s") % {"number": minimum.minimum},
            reverse("admin:remains_statedminimum_change", args=[minimum.pk]),
        )
    yield from _waiting(case, cells)
    if cells:
        yield Panel(
            _("Finds by category and status"),
            "remains/case_page_finds.html",
            _table(case, cells),
            *_log_link(user, case),
            position=20,
        )
    else:
        yield Panel(_("Finds"), "remains/case_page_finds.html", {}, *_log_link(user, case), position=20)
    if stated:
        yield Panel(
            _("How many people, as stated"),
            "remains/case_page_minimums.html",
            {"stated": stated},
            position=15,
        )


def _table(case: Case, cells: Counter[tuple[str, str]]) -> dict[str, Any]:
    columns = [status for status in FindStatus if any(cells[category, status] for category in FindCategory)]
    rows = []
    for category in FindCategory:
        numbers = [
            (
                cells[category, status],
                list_link("remains_find", case, category__exact=category.value, status__exact=status.value),
            )
            for status in columns
        ]
        if any(number for number, _link in numbers):
            rows.append((category.label, numbers, sum(number for number, _link in numbers)))
    return {"columns": [status.label for status in columns], "rows": rows}


def _waiting(case: Case, cells: Counter[tuple[str, str]]) -> Iterator[Waiting]:
    by_status: Counter[str] = Counter()
    for (_category, status), number in cells.items():
        by_status[status] += number
    located, lifted, on_the_way, received = (
        by_status[status]
        for status in (FindStatus.LOCATED, FindStatus.LIFTED, FindStatus.IN_TRANSIT, FindStatus.RECEIVED)
    )
    for status, number, words, role in (
        (
            FindStatus.LOCATED,
            located,
            ngettext(
                "%(n)d find located, not yet recorded or lifted",
                "%(n)d finds located, not yet recorded or lifted",
                located,
            ),
            Role.INVESTIGATOR,
        ),
        (
            FindStatus.LIFTED,
            lifted,
            ngettext("%(n)d find lifted, not yet received", "%(n)d finds lifted, not yet received", lifted),
            Role.CUSTODIAN,
        ),
        (
            FindStatus.IN_TRANSIT,
            on_the_way,
            ngettext("%(n)d find in transit", "%(n)d finds in transit", on_the_way),
            Role.CUSTODIAN,
        ),
        (
            FindStatus.RECEIVED,
            received,
            ngettext("%(n)d find to examine", "%(n)d finds to examine", received),
            Role.ANTHROPOLOGIST,
        ),
    ):
        if number:
            yield Waiting(
                words % {"n": number},
                role.label,
                list_link("remains_find", case, status__exact=status.value),
            )


def _log_link(user: User, case: Case) -> tuple[str, str]:
    if not access.may(user, Find.permission("create"), case):
        return "", ""
    return reverse("admin:remains_find_add"), _("Log a find")
