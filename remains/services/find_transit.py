"""Finds on their way, many at once. Custody calls this along with a hand-over: one act, one truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import WrongState
from cases.services.rules import told_kindly
from remains.models.find import Find, FindStatus
from remains.workflows import FIND

#: The step by which a find that was sent off, and not taken over, is again what it was.
TAKEN_BACK = {
    FindStatus.LIFTED: "taken_back_lifted",
    FindStatus.RECEIVED: "taken_back",
    FindStatus.EXAMINED: "taken_back_examined",
    FindStatus.RETAINED: "taken_back_retained",
}


def take_step(*, actor: User, finds: Sequence[Find], step: str, reason: str = "") -> None:
    """Take one step of the workflow of finds with all of these, in one statement.

    The caller has asked for the permission and locked the finds. Raises `workflow.wrong_state`.
    """
    if not finds:
        return
    transition = FIND.transition(step)
    for find in finds:
        if find.status not in transition.sources:
            raise WrongState(
                "workflow.wrong_state",
                _("%(find)s is %(status)s: %(label)s is not possible.")
                % {"find": find, "status": find.get_status_display(), "label": transition.label},
                field="status",
                value=find.status,
                rule=_("It starts from: %(sources)s.") % {"sources": ", ".join(transition.sources)},
            )
    with told_kindly(finds[0]), named(actor, f"remains.find.{step}", reason=reason):
        Find.objects.filter(pk__in=[find.pk for find in finds]).update(status=transition.target)
    for find in finds:
        find.status = transition.target
        find.version += 1


def take_back(*, actor: User, finds: Sequence[tuple[Any, str]], reason: str) -> None:
    """Let finds that were sent off, and not taken over, be again what each of them was."""
    by_status: dict[str, list[Find]] = {}
    for find, status in finds:
        by_status.setdefault(status, []).append(find)
    for status, group in by_status.items():
        take_step(actor=actor, finds=group, step=TAKEN_BACK[FindStatus(status)], reason=reason)
