"""The ground floor's decisions: whether a case is closed, and whether the result of a direction is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, topics
from cases.case_page import at_a_glance
from cases.casework_workflows import DIRECTION
from cases.decisions import Choice, Line, Section, Source, contribute
from cases.models.case import Case, CaseStatus
from cases.models.direction import Direction, DirectionStatus
from cases.models.user import User
from cases.refusals import Refusal
from cases.services import case as case_service
from cases.services import direction as direction_service
from cases.services.record import reason_given
from cases.workflow import Workflow
from cases.workflows import CASE


def line(record: Any, field: str, value: Any = None, link: str = "") -> Line:
    """Return a field of a record as a line: its value in words, or the one that is given."""
    label = capfirst(str(record._meta.get_field(field).verbose_name))
    if value is None:
        shown = getattr(record, f"get_{field}_display", None)
        value = shown() if shown else getattr(record, field)
    return Line(label, "-" if value in (None, "") else str(value), link)


def step_blocked(workflow: Workflow, name: str, record: Any, user: User) -> Refusal | None:
    """Return why a step is not this person's to take, as the workflow's buttons say it."""
    return next(
        (option.blocked for option in workflow.options(record, user) if option.transition.name == name), None
    )


def _closures(user: User) -> Any:
    directed = access.cases_where(user, "cases.case:direct")
    proposed = directed.filter(closure_proposed_by__isnull=False).exclude(status=CaseStatus.CLOSED)
    return proposed.exclude(closure_proposed_by=user).select_related("closure_proposed_by", "lead_agency")


def _what_closes(case: Case, user: User) -> Iterator[Section]:
    glance = at_a_glance(case, user)
    yield Section(
        _("The case"),
        [
            line(case, "number", link=reverse("admin:cases_case_change", args=[case.pk])),
            line(case, "title"),
            line(case, "status"),
            line(case, "lead_agency"),
            line(case, "opened_on", case.opened_on.isoformat()),
        ],
    )
    yield Section(
        _("What is proposed"),
        [line(case, "closure_proposed_by"), line(case, "closure_reason")],
    )
    yield Section(
        _("What the case holds"),
        [Line(capfirst(str(tile.label)), str(tile.value), tile.link) for tile in glance["tiles"]],
    )
    yield Section(
        _("What still waits in it"),
        [Line(capfirst(str(item.whom)), str(item.what), item.link) for item in glance["waiting"]]
        or [Line(_("Nothing waits."), "-")],
    )


def _close(*, actor: User, record: Case, reason: str, version: int) -> Case:
    return case_service.apply_transition(
        actor=actor, case=record, name="close", reason=reason, version=version
    )


def _turn_down(*, actor: User, record: Case, reason: str, version: int) -> Case:
    return case_service.withdraw_closure_proposal(
        actor=actor, case=record, reason=reason_given(reason), version=version
    )


CLOSURE = Source(
    key="closure",
    title=gettext_lazy("Closing a case"),
    model=Case,
    permission="cases.case:direct",
    waiting=_closures,
    awaits=lambda case: case.closure_proposed_by_id is not None and case.status != CaseStatus.CLOSED,
    sentence=lambda case: (
        _("%(case)s: %(person)s proposes to close the case.")
        % {"case": case.number, "person": case.closure_proposed_by}
    ),
    whole=_what_closes,
    approve=Choice(
        gettext_lazy("Close the case"),
        _close,
        needs_reason=True,
        meaning=gettext_lazy("Nothing more is recorded in it, until a prosecutor reopens it."),
    ),
    refuse=Choice(
        gettext_lazy("Leave it open"),
        _turn_down,
        needs_reason=True,
        meaning=gettext_lazy("The proposal is taken away; it can be made again."),
    ),
    blocked=lambda case, user: step_blocked(CASE, "close", case, user),
)


def _results(user: User) -> Any:
    decided = access.cases_where(user, "cases.direction:decide").values("pk")
    rows = Direction.objects.visible_to(user).current()
    return rows.filter(~Q(assignee=user), status=DirectionStatus.DONE, case__in=decided).select_related(
        "case", "assignee", "about"
    )


def _what_was_done(direction: Direction, user: User) -> Iterator[Section]:
    about = direction.about
    topics.read_along([about])
    yield Section(
        _("What was to be done"),
        [
            Line(
                _("Case"), str(direction.case), reverse("admin:cases_case_change", args=[direction.case_id])
            ),
            Line(_("About"), str(about or _("the case as a whole")), about.link if about else ""),
            line(
                direction,
                "what",
                direction.what,
                reverse("admin:cases_direction_change", args=[direction.pk]),
            ),
            line(direction, "given_by"),
            line(direction, "given_on", direction.given_on.isoformat()),
            line(direction, "due_on", direction.due_on.isoformat() if direction.due_on else ""),
        ],
    )
    yield Section(_("What came of it"), [line(direction, "assignee"), line(direction, "result")])


def _step(name: str) -> Any:
    def door(*, actor: User, record: Direction, reason: str, version: int) -> Direction:
        return direction_service.apply_transition(
            actor=actor, direction=record, name=name, reason=reason, version=version
        )

    return door


RESULT = Source(
    key="result",
    title=gettext_lazy("Results of directions"),
    model=Direction,
    permission="cases.direction:decide",
    waiting=_results,
    awaits=lambda direction: direction.status == DirectionStatus.DONE and direction.withdrawn_at is None,
    sentence=lambda direction: (
        _("%(case)s: %(person)s reports the result of: %(what)s")
        % {"case": direction.case.number, "person": direction.assignee, "what": direction}
    ),
    whole=_what_was_done,
    approve=Choice(DIRECTION.transition("confirm").label, _step("confirm"), needs_reason=False),
    refuse=Choice(
        DIRECTION.transition("send_back").label,
        _step("send_back"),
        needs_reason=True,
        meaning=gettext_lazy("It is done again by the same person, who reads why."),
    ),
    blocked=lambda direction, user: step_blocked(DIRECTION, "confirm", direction, user),
)

contribute(CLOSURE)
contribute(RESULT)
