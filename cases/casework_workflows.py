"""The workflow of what passes between people about a case: directions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.direction import RUNNING
from cases.models.direction import DirectionStatus as D
from cases.models.user import User
from cases.refusals import Refusal, WrongState
from cases.workflow import Transition, Workflow


def _ones_own(direction: Any, actor: User) -> Refusal | None:
    if direction.assignee_id == actor.pk:
        return None
    return WrongState(
        "direction.not_yours",
        _("This direction is for %(person)s.") % {"person": direction.assignee},
        rule=_("Only the person directed takes it on, and reports its result."),
        way_forward=_("A prosecutor or supervisor of the case can give it to somebody else."),
    )


def _of_another(direction: Any, actor: User) -> Refusal | None:
    if direction.assignee_id != actor.pk:
        return None
    return WrongState(
        "direction.needs_second_person",
        _("You reported this result yourself."),
        rule=_("A result is confirmed, or sent back, by another person than the one who reported it."),
        way_forward=_("Ask another prosecutor of the case."),
    )


def _record_result(direction: Any, actor: User, reason: str) -> None:
    direction.result = reason
    direction.answer = ""


def _record_answer(direction: Any, actor: User, reason: str) -> None:
    direction.answer = reason


def _record_confirmation(direction: Any, actor: User, reason: str) -> None:
    direction.confirmed_by = actor
    direction.answer = reason


DIRECTION = Workflow(
    "cases.direction",
    initial=(D.GIVEN,),
    resting=(D.CONFIRMED, D.CANCELLED),
    transitions=(
        Transition(
            "accept",
            gettext_lazy("Take it on"),
            (D.GIVEN,),
            D.ACCEPTED,
            "cases.direction:work",
            guard=_ones_own,
        ),
        Transition(
            "finish",
            gettext_lazy("Report the result"),
            (D.ACCEPTED, D.RETURNED),
            D.DONE,
            "cases.direction:work",
            requires_reason=True,
            guard=_ones_own,
            effect=_record_result,
            reason_name=gettext_lazy("Result"),
        ),
        Transition(
            "confirm",
            gettext_lazy("Confirm the result"),
            (D.DONE,),
            D.CONFIRMED,
            "cases.direction:decide",
            guard=_of_another,
            effect=_record_confirmation,
        ),
        Transition(
            "send_back",
            gettext_lazy("Send back"),
            (D.DONE,),
            D.RETURNED,
            "cases.direction:decide",
            requires_reason=True,
            guard=_of_another,
            effect=_record_answer,
        ),
        Transition(
            "reassign",
            gettext_lazy("Give to somebody else"),
            RUNNING,
            D.GIVEN,
            "cases.direction:reassign",
            requires_reason=True,
            effect=_record_answer,
        ),
        Transition(
            "cancel",
            gettext_lazy("Cancel the direction"),
            RUNNING,
            D.CANCELLED,
            "cases.direction:decide",
            requires_reason=True,
            effect=_record_answer,
        ),
    ),
)
