"""What a case's page shows of the work between people: directions, and what was observed and asked."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access, topics
from cases.case_page import Panel, Tile, Waiting, list_link
from cases.models.case import Case
from cases.models.direction import RUNNING, Direction, DirectionStatus
from cases.models.enquiry import Enquiry, EnquiryStatus
from cases.models.membership import Role
from cases.models.observation import Observation, ObservationStatus
from cases.models.user import User

#: Directions named on the page itself; the tile leads to all of them.
SHOWN = 8


def glance(case: Case, user: User) -> Iterator[Tile | Waiting | Panel]:
    """Yield what the page shows of directions, observations and enquiries."""
    yield from _directions(case, user)
    yield from _spoken(case, user)


def _directions(case: Case, user: User) -> Iterator[Tile | Waiting | Panel]:
    rows = Direction.objects.visible_to(user).current().filter(case=case)
    number = rows.order_by().aggregate(
        running=Count("pk", filter=Q(status__in=RUNNING)),
        late=Count("pk", filter=Direction.overdue()),
        done=Count("pk", filter=Q(status=DirectionStatus.DONE)),
    )
    running, late, done = number["running"], number["late"], number["done"]
    if running:
        label = ngettext("direction not done yet", "directions not done yet", running)
        yield Tile(label, running, list_link("cases_direction", case, waiting="running"))
    if late:
        words = ngettext("%(n)d direction is overdue", "%(n)d directions are overdue", late) % {"n": late}
        yield Waiting(words, Role.PROSECUTOR.label, list_link("cases_direction", case, waiting="overdue"))
    if done:
        words = ngettext(
            "%(n)d result of a direction to confirm", "%(n)d results of directions to confirm", done
        )
        link = list_link("cases_direction", case, status__exact=DirectionStatus.DONE.value)
        yield Waiting(words % {"n": done}, Role.PROSECUTOR.label, link)
    may_give = access.may(user, Direction.permission("create"), case)
    if not running and not may_give:
        return
    shown = list(rows.filter(status__in=RUNNING).select_related("assignee", "about")[:SHOWN])
    topics.read_along(row.about for row in shown)
    add = f"{reverse('admin:cases_direction_add')}?case={case.pk}" if may_give else ""
    yield Panel(
        _("Directions"),
        "cases/case_page_directions.html",
        {"directions": shown},
        add,
        _("Give a direction") if add else "",
        position=45,
    )


def _spoken(case: Case, user: User) -> Iterator[Waiting]:
    """Yield what was observed and asked, and waits for an answer from those who see it."""
    observed = Observation.objects.visible_to(user).current().filter(case=case, status=ObservationStatus.MADE)
    asked = Enquiry.objects.visible_to(user).current().filter(case=case)
    number = observed.count()
    if number:
        words = ngettext(
            "%(n)d observation to note or answer", "%(n)d observations to note or answer", number
        )
        link = list_link("cases_observation", case, status__exact=ObservationStatus.MADE.value)
        yield Waiting(words % {"n": number}, _("who may read them"), link)
    by_status = dict(asked.order_by().values_list("status").annotate(Count("pk")))
    open_ones, answered = by_status.get(EnquiryStatus.ASKED, 0), by_status.get(EnquiryStatus.ANSWERED, 0)
    if open_ones:
        words = ngettext("%(n)d enquiry to answer", "%(n)d enquiries to answer", open_ones)
        link = list_link("cases_enquiry", case, status__exact=EnquiryStatus.ASKED.value)
        yield Waiting(words % {"n": open_ones}, _("case team"), link)
    if answered:
        words = ngettext("%(n)d answer to read", "%(n)d answers to read", answered)
        link = list_link("cases_enquiry", case, status__exact=EnquiryStatus.ANSWERED.value)
        yield Waiting(words % {"n": answered}, Role.LIAISON.label, link)
