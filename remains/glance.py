"""What remains add to a case's page: finds by category and status, and how many people, as assessed or as stated.

To a site's page they add how that number came about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.case_page import Panel, Tile, Waiting, list_link
from cases.models.case import Case
from cases.models.membership import Role
from cases.models.site import Site
from cases.models.user import User
from remains.models import (
    Assessment,
    AssessmentStatus,
    Find,
    FindCategory,
    FindStatus,
    Specimen,
    StatedGroup,
    StatedMinimum,
)


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
    assessments = list(
        Assessment.objects.visible_to(user)
        .current()
        .filter(case=case)
        .exclude(status=AssessmentStatus.DISCARDED)
        .select_related("site", "find", "drafted_by")
        .order_by("site__code", "id")
    )
    assessed = yield from _assessed([row for row in assessments if stands(row)])
    latest = {minimum.site_id: minimum for minimum in reversed(stated) if minimum.site_id not in assessed}
    for minimum in latest.values():
        yield Tile(
            _("people at %(site)s, as stated") % {"site": minimum.site.code},
            _("at least %(number)s") % {"number": minimum.minimum},
            reverse("admin:remains_statedminimum_change", args=[minimum.pk]),
        )
    yield from _unsigned([row for row in assessments if row.status == AssessmentStatus.DRAFT])
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


def site_glance(site: Site, user: User) -> Iterator[Panel]:
    """Yield what remains show of a site: the history of the number of people."""
    from remains.admin.counting import history_of_number

    link = reverse("admin:remains_site_count", args=[site.pk]) if site.withdrawn_at is None else ""
    may_count = access.may(user, Assessment.permission("view"), site.case)
    yield Panel(
        _("How many people: the number so far"),
        "remains/assessment_history.html",
        history_of_number(site, user),
        link if may_count else "",
        _("Count them"),
        position=10,
    )
    yield Panel(
        _("Order and place"),
        "remains/site_drawings.html",
        {
            "matrix": reverse("admin:cases_site_matrix", args=[site.pk]),
            "plan": reverse("admin:remains_site_plan", args=[site.pk]),
        },
        position=15,
    )
    specimens = Specimen.objects.visible_to(user).current().filter(find__site=site)
    bones = specimens.order_by().aggregate(
        specimens=Count("id"), bones=Count(Concat("element_id", "side"), distinct=True)
    )
    yield Panel(
        _("Bones and teeth"),
        "remains/site_bones.html",
        bones,
        reverse("admin:remains_site_inventory", args=[site.pk]),
        _("How often each was found"),
        position=20,
    )


def stands(assessment: Assessment) -> bool:
    """Say whether an assessment is signed and nothing stands in its place."""
    return assessment.status == AssessmentStatus.SIGNED and assessment.superseded_by_id is None


def _assessed(signed: list[Assessment]) -> Generator[Tile, None, set[UUID]]:
    """Yield a tile for each signed assessment of sites; return the sites that have one."""
    sites: set[UUID] = set()
    for row in signed:
        if row.find_id is not None:
            continue
        sites |= {row.site_id, *row.linked_sites}
        others = len(row.linked_sites) - 1
        label = (
            _("people at %(site)s and %(n)d linked, assessed") % {"site": row.site.code, "n": others}
            if others > 0
            else _("people at %(site)s, assessed") % {"site": row.site.code}
        )
        yield Tile(label, str(row), reverse("admin:remains_assessment_change", args=[row.pk]))
    return sites


def _unsigned(drafts: list[Assessment]) -> Iterator[Waiting]:
    for row in drafts:
        yield Waiting(
            _("Assessment of %(about)s (%(count)s), drafted by %(who)s: to be signed by another")
            % {
                "about": row.find.number if row.find else row.site.code,
                "count": row,
                "who": row.drafted_by.full_name,
            },
            Role.ANTHROPOLOGIST.label,
            reverse("admin:remains_assessment_change", args=[row.pk]),
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
