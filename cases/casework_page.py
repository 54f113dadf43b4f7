"""What a case's page shows of the work between people: directions that run, and what waits to be decided about them."""

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
from cases.models.membership import Role
from cases.models.user import User

#: Directions named on the page itself; the tile leads to all of them.
SHOWN = 8


def glance(case: Case, user: User) -> Iterator[Tile | Waiting | Panel]:
    """Yield what the page shows of directions."""
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
