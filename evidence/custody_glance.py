"""What evidence adds to a case's page and to the start page: exhibits, and hand-overs that wait for an answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.case_page import Panel, Tile, Waiting, list_link
from cases.models.case import Case
from cases.models.user import User
from evidence.models import CustodyEvent, EventStatus, Exhibit, ExhibitStatus
from evidence.models.exhibit import DISPOSALS

#: Hand-overs that wait are counted up to here.
COUNTED = 100


def glance(case: Case, user: User) -> Iterator[Tile | Waiting | Panel]:
    """Yield what evidence shows of a case."""
    exhibits = Exhibit.objects.visible_to(user).current().filter(case=case)
    counts = exhibits.order_by().aggregate(
        all=Count("pk"), proposed=Count("pk", filter=Q(status=ExhibitStatus.HELD, disposal__in=DISPOSALS))
    )
    if counts["all"]:
        yield Tile(
            ngettext("exhibit", "exhibits", counts["all"]),
            counts["all"],
            list_link("evidence_exhibit", case),
        )
    if counts["proposed"]:
        yield Waiting(
            ngettext(
                "%(n)d exhibit is proposed to be released or destroyed",
                "%(n)d exhibits are proposed to be released or destroyed",
                counts["proposed"],
            )
            % {"n": counts["proposed"]},
            _("another prosecutor"),
            list_link("evidence_exhibit", case, waiting="proposed"),
        )
    open_items = CustodyEvent.objects.visible_to(user).filter(case=case, status=EventStatus.OPEN)
    number = open_items.order_by()[:COUNTED].count()
    if number:
        query = urlencode({"case__id__exact": str(case.pk), "answer": "open"})
        yield Waiting(
            ngettext(
                "%(n)d item is on its way and not accepted yet",
                "%(n)d items are on their way and not accepted yet",
                number,
            )
            % {"n": number},
            _("its receiver"),
            f"{reverse('admin:evidence_consignment_changelist')}?{query}",
        )
