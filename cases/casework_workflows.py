"""The workflows of what passes between people about a case: directions, observations, enquiries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.models.direction import RUNNING
from cases.models.direction import DirectionStatus as D
from cases.models.enquiry import EnquiryStatus as E
from cases.models.observation import ObservationStatus as O
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


def _of_somebody_else(observation: Any, actor: User) -> Refusal | None:
    if observation.made_by_id != actor.pk:
        return None
    return WrongState(
        "observation.needs_second_person",
        _("You made this observation yourself."),
        rule=_("An observation is noted or answered by another person."),
        way_forward=_("Withdraw it if it was a mistake, and make another one."),
    )


def _record_reader(observation: Any, actor: User, reason: str) -> None:
    observation.answered_by = actor


def _record_reply(observation: Any, actor: User, reason: str) -> None:
    observation.answer = reason
    observation.answered_by = actor


OBSERVATION = Workflow(
    "cases.observation",
    initial=(O.MADE,),
    resting=(O.NOTED, O.ANSWERED),
    guard=_of_somebody_else,
    transitions=(
        Transition(
            "note",
            gettext_lazy("Mark as noted"),
            (O.MADE,),
            O.NOTED,
            "cases.observation:answer",
            effect=_record_reader,
        ),
        Transition(
            "answer",
            gettext_lazy("Answer"),
            (O.MADE, O.NOTED),
            O.ANSWERED,
            "cases.observation:answer",
            requires_reason=True,
            effect=_record_reply,
            reason_name=gettext_lazy("Answer"),
        ),
    ),
)


def _reaches_who_asked(enquiry: Any, actor: User) -> Refusal | None:
    """Refuse an answer that the one who asked would not read, and one by themselves."""
    if enquiry.asked_by_id == actor.pk:
        return WrongState(
            "enquiry.needs_second_person",
            _("You asked this yourself."),
            rule=_("An enquiry is answered by another person than the one who asked."),
        )
    if access.sees(enquiry.asked_by, enquiry):
        return None
    return WrongState(
        "enquiry.out_of_askers_sight",
        _("%(person)s does not see this enquiry any more, and would not read the answer.")
        % {"person": enquiry.asked_by},
        rule=_("What an answer rests on may have been restricted, or the one who asked has left the case."),
        way_forward=_("Close the enquiry, with a reason."),
    )


def _asked_by_oneself(enquiry: Any, actor: User) -> Refusal | None:
    if enquiry.asked_by_id == actor.pk:
        return None
    return WrongState(
        "enquiry.not_yours",
        _("This was asked by %(person)s.") % {"person": enquiry.asked_by},
        rule=_("Whoever asked says whether the answer is enough."),
    )


def _record_answer_to(enquiry: Any, actor: User, reason: str) -> None:
    enquiry.answer = reason
    enquiry.answered_by = actor


def _record_remark(enquiry: Any, actor: User, reason: str) -> None:
    enquiry.remark = reason


ENQUIRY = Workflow(
    "cases.enquiry",
    initial=(E.ASKED,),
    resting=(E.CLOSED,),
    transitions=(
        Transition(
            "answer",
            gettext_lazy("Answer"),
            (E.ASKED,),
            E.ANSWERED,
            "cases.enquiry:answer",
            requires_reason=True,
            guard=_reaches_who_asked,
            effect=_record_answer_to,
            reason_name=gettext_lazy("Answer"),
        ),
        Transition(
            "ask_again",
            gettext_lazy("Ask again"),
            (E.ANSWERED,),
            E.ASKED,
            "cases.enquiry:create",
            requires_reason=True,
            guard=_asked_by_oneself,
            effect=_record_remark,
            reason_name=gettext_lazy("What is still asked"),
        ),
        Transition(
            "close",
            gettext_lazy("Close as answered"),
            (E.ANSWERED,),
            E.CLOSED,
            "cases.enquiry:create",
            guard=_asked_by_oneself,
            effect=_record_remark,
        ),
        Transition(
            "drop",
            gettext_lazy("Close without more"),
            (E.ASKED, E.ANSWERED),
            E.CLOSED,
            "cases.enquiry:close",
            requires_reason=True,
            effect=_record_remark,
        ),
    ),
)
