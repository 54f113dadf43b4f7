"""Directions: given by a prosecutor, taken on and reported by the person directed, confirmed or sent back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.casework_workflows import DIRECTION
from cases.models.case import Case
from cases.models.direction import DIRECTED_ROLES, RUNNING, Direction, DirectionStatus
from cases.models.membership import Membership
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import change_record, create_record, lock, not_by_hand, refuse_stale
from cases.services.rules import DatabaseRule, declare_rules
from cases.services.topic import topic_of

declare_rules(
    {
        "cases_direction_said": DatabaseRule(
            "direction.said", gettext_lazy("A direction says what is to be done."), "what"
        ),
        "cases_direction_due_ordered": DatabaseRule(
            "direction.due_before_given",
            gettext_lazy("A direction is not due before the day on which it is given."),
            "due_on",
            gettext_lazy("Choose a later day, or leave it empty."),
        ),
        "cases_direction_assignee_of_team": DatabaseRule(
            "direction.not_of_team",
            gettext_lazy(
                "This person takes no part in the case as investigator, anthropologist or custodian today."
            ),
            "assignee",
            gettext_lazy("Choose somebody of the team, or add the person to it first."),
        ),
        "cases_direction_result_given": DatabaseRule(
            "direction.result", gettext_lazy("A result is reported in words."), "reason"
        ),
        "cases_direction_taken_on": DatabaseRule(
            "direction.taken_on",
            gettext_lazy("What somebody has taken on is not changed."),
            "what",
            gettext_lazy("Cancel the direction with a reason, and give a new one."),
            WrongState,
        ),
        "cases_direction_ended": DatabaseRule(
            "direction.ended",
            gettext_lazy("This direction is confirmed or cancelled, and stays as it is."),
            way_forward=gettext_lazy("Give a new one."),
            kind=WrongState,
        ),
        "cases_direction_confirmed_by_another": DatabaseRule(
            "direction.needs_second_person",
            gettext_lazy("A result is confirmed by another person than the one who reported it."),
            kind=WrongState,
        ),
        "cases_direction_own_name": DatabaseRule(
            "direction.own_name",
            gettext_lazy("A result is confirmed in one's own name only."),
            kind=Forbidden,
        ),
    }
)


def create(*, actor: User, record: Direction, about: Any = None) -> Direction:
    """Give a direction to somebody of the case's team, about one of its records where one is named.

    Raises `direction.not_of_team`, `direction.due_before_given`, `topic.kind`, and what `create_record` raises.
    """

    def prepare(new: Direction) -> None:
        new.status = DirectionStatus.GIVEN
        new.given_by = actor
        new.given_on = timezone.localdate()
        if about is not None:
            new.about = topic_of(actor=actor, record=about)

    return create_record(actor=actor, record=record, prepare=prepare, rule=_refuse_outside_team)


def change(*, actor: User, record: Direction, version: int) -> Direction:
    """Change a direction while it runs: its day and priority, and what is to be done until somebody takes it on.

    Raises `direction.taken_on`, `direction.ended`, `record.not_by_hand`, and what `change_record` raises.
    """

    def rule(direction: Direction) -> None:
        stored = Direction.objects.get(pk=direction.pk)
        not_by_hand(
            stored, direction, ("assignee_id", "about_id", "given_by_id", "given_on", "result", "answer")
        )
        if stored.status not in RUNNING:
            raise ended(stored)
        if stored.status != DirectionStatus.GIVEN and stored.what != direction.what:
            raise WrongState(
                "direction.taken_on",
                _("%(person)s has taken this on as it is worded.") % {"person": stored.assignee},
                field="what",
                way_forward=_("Cancel the direction with a reason, and give a new one."),
            )

    return change_record(actor=actor, record=record, version=version, rule=rule)


def apply_transition(
    *, actor: User, direction: Direction, name: str, reason: str = "", version: int | None = None
) -> Direction:
    """Take one step of a direction's workflow: `accept`, `finish`, `confirm`, `send_back`, `reassign`, `cancel`.

    Raises `direction.not_yours`, `direction.needs_second_person`, `record.stale`, and what the workflow raises.
    """
    with transaction.atomic():
        if version is not None:
            stored = lock(direction)
            access.require(actor, DIRECTION.transition(name).permission, stored)
            refuse_stale(stored, version)
        done: Direction = DIRECTION.apply(actor=actor, record=direction, name=name, reason=reason)
        return done


def reassign(*, actor: User, direction: Direction, to: User, reason: str) -> Direction:
    """Give a direction to somebody else of the team, with a reason. Who had it before stays in its history.

    Raises `direction.not_of_team`, `direction.same_person`, and what the workflow raises.
    """

    def settle(stored: Direction) -> None:
        if stored.assignee_id == to.pk:
            raise WrongState(
                "direction.same_person",
                _("%(person)s has this direction already.") % {"person": to},
                field="assignee",
                value=to,
            )
        stored.assignee = to
        _refuse_outside_team(stored)

    done: Direction = DIRECTION.apply(
        actor=actor, record=direction, name="reassign", reason=reason, prepare=settle
    )
    return done


def ended(direction: Direction) -> WrongState:
    """Return the refusal of a change of what is reported, confirmed or cancelled."""
    return WrongState(
        "direction.ended",
        _("This direction is %(status)s.") % {"status": direction.get_status_display()},
        field="status",
        value=direction.status,
        way_forward=_("Send it back with a reason, or give a new one."),
    )


def of_team(case: Case | QuerySet[Any]) -> QuerySet[User]:
    """Return the people whom a prosecutor directs in a case, or in any of several."""
    today = timezone.localdate()
    cases = {"case": case} if isinstance(case, Case) else {"case__in": case}
    parts = Membership.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today),
        role__in=DIRECTED_ROLES,
        from_on__lte=today,
        withdrawn_at__isnull=True,
        **cases,
    )
    return User.objects.filter(pk__in=parts.values("user"), is_active=True)


def _refuse_outside_team(direction: Direction) -> None:
    if not of_team(direction.case).filter(pk=direction.assignee_id).exists():
        raise Invalid(
            "direction.not_of_team",
            _(
                "%(person)s takes no part in case %(number)s as investigator, anthropologist or custodian today."
            )
            % {"person": direction.assignee, "number": direction.case.number},
            field="assignee",
            value=direction.assignee,
            way_forward=_("Choose somebody of the team, or add the person to it first."),
        )
