"""The workflow of an exhibit: taken into custody, and consumed, released or destroyed at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.user import User
from cases.refusals import Refusal, WrongState
from cases.workflow import Transition, Workflow
from evidence.models import ExhibitStatus as S
from evidence.models import HoldingEnd
from evidence.services.custody_end import end_custody, not_to_be_ended

_BY_TWO = gettext_lazy(
    "Using up, releasing or destroying an item takes two people. One proposes it. That it was used up is confirmed "
    "by an anthropologist or the custodian, a release or a destruction by a prosecutor."
)


def _held_by_nobody(exhibit: Any, actor: User) -> Refusal:
    """Custody takes this step along with the first holding, and nothing else does."""
    return WrongState(
        "custody.not_held",
        _("Nobody holds %(item)s yet.") % {"item": exhibit},
        way_forward=_("Take it into custody first: say who has it, and since when."),
    )


def _two_people(disposal: str) -> Callable[[Any, User], Refusal | None]:
    def guard(exhibit: Any, actor: User) -> Refusal | None:
        if exhibit.disposal != disposal:
            return WrongState(
                "exhibit.not_proposed",
                _("That %(exhibit)s be %(disposal)s was not proposed.")
                % {"exhibit": exhibit, "disposal": S(disposal).label},
                rule=str(_BY_TWO),
                way_forward=_("Propose it with its reason; somebody else then confirms."),
            )
        if exhibit.disposal_proposed_by_id == actor.pk:
            return WrongState(
                "exhibit.needs_second_person",
                _("You proposed this yourself."),
                rule=str(_BY_TWO),
                way_forward=_("Ask somebody else of the case to confirm it."),
            )
        return not_to_be_ended(exhibit)

    return guard


def _end(ending: HoldingEnd) -> Callable[[Any, User, str], None]:
    def effect(exhibit: Any, actor: User, reason: str) -> None:
        exhibit.disposed_by = actor
        end_custody(actor=actor, items=[exhibit], ending=ending, reason=reason)

    return effect


EXHIBIT = Workflow(
    "evidence.exhibit",
    initial=(S.RECORDED,),
    transitions=(
        Transition(
            "take_in",
            gettext_lazy("Take into custody"),
            (S.RECORDED,),
            S.HELD,
            "evidence.holding:create",
            guard=_held_by_nobody,
            offered=False,
        ),
        Transition(
            "consume",
            gettext_lazy("Confirm that it was used up"),
            (S.HELD,),
            S.CONSUMED,
            "evidence.exhibit:consume",
            requires_reason=True,
            guard=_two_people(S.CONSUMED),
            effect=_end(HoldingEnd.CONSUMED),
        ),
        Transition(
            "release",
            gettext_lazy("Confirm the release"),
            (S.HELD,),
            S.RELEASED,
            "evidence.exhibit:dispose",
            requires_reason=True,
            guard=_two_people(S.RELEASED),
            effect=_end(HoldingEnd.RELEASED),
        ),
        Transition(
            "destroy",
            gettext_lazy("Confirm the destruction"),
            (S.HELD,),
            S.DESTROYED,
            "evidence.exhibit:dispose",
            requires_reason=True,
            guard=_two_people(S.DESTROYED),
            effect=_end(HoldingEnd.DESTROYED),
        ),
    ),
)
