"""The workflow of a legal hold: it stands, until another prosecutor lifts it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.user import User
from cases.refusals import Refusal, WrongState
from cases.workflow import Transition, Workflow
from evidence.models import HoldStatus as S


def _placed_by_another(hold: Any, actor: User) -> Refusal | None:
    if actor.pk not in {hold.placed_by_id, hold.lift_asked_by_id}:
        return None
    placed = hold.placed_by_id == actor.pk
    return WrongState(
        "hold.needs_second_person",
        _("You placed this hold yourself.") if placed else _("You asked yourself that it be lifted."),
        rule=_("A hold is placed by one prosecutor and lifted by another."),
        way_forward=_("Ask another prosecutor of the case to lift it."),
    )


def _record_lifting(hold: Any, actor: User, reason: str) -> None:
    hold.lifted_by = actor
    hold.lifted_on = timezone.localdate()
    hold.lifting_reason = reason


LEGAL_HOLD = Workflow(
    "evidence.legalhold",
    initial=(S.STANDING,),
    resting=(S.LIFTED,),
    transitions=(
        Transition(
            "lift",
            gettext_lazy("Lift the hold"),
            (S.STANDING,),
            S.LIFTED,
            "evidence.legalhold:lift",
            requires_reason=True,
            guard=_placed_by_another,
            effect=_record_lifting,
        ),
    ),
)
