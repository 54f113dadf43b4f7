"""Workflows as tables. One table drives the service, the buttons, the API's actions, the database's constraint and the
test matrix; a status is never a form field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change
from cases.refusals import Invalid, Refusal, WrongState
from cases.services.rules import told_kindly

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from cases.models.user import User

#: Given the locked record and the actor, returns why the transition is blocked, or None.
Guard = Callable[[Any, "User"], "Refusal | None"]
#: Sets what the transition records besides the status, on the locked record.
Effect = Callable[[Any, "User", str], None]


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from a state to another."""

    name: str
    label: StrOrPromise
    sources: tuple[str, ...]
    target: str
    permission: str
    requires_reason: bool = False
    guard: Guard | None = None
    effect: Effect | None = None
    #: Whether pages offer it by itself; what is not offered is a part of another act.
    offered: bool = True
    #: What the reason is called where it is more than one: the result of a task, the answer to a question.
    reason_name: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A transition as offered to one person: open, or blocked with the reason."""

    transition: Transition
    blocked: Refusal | None


_workflows: dict[str, Workflow] = {}


def workflow_of(stem: str) -> Workflow | None:
    """Return the workflow of a kind of record (`remains.find`), whichever app declared it, or None."""
    return _workflows.get(stem)


class Workflow:
    """The states of one kind of record and the ways between them."""

    def __init__(
        self,
        stem: str,
        *,
        initial: tuple[str, ...],
        transitions: tuple[Transition, ...],
        guard: Guard | None = None,
        resting: tuple[str, ...] = (),
    ) -> None:
        """`resting` are the states in which nothing waits for anybody: who stays there has not been forgotten."""
        self.stem = stem
        self.resting = resting
        self.guard = guard
        self.initial = initial
        self.transitions = transitions
        self._by_name = {transition.name: transition for transition in transitions}
        if len(self._by_name) != len(transitions):
            raise ValueError(f"a transition of {stem} is named twice")
        if stem in _workflows:
            raise ValueError(f"{stem} has two workflows")
        _workflows[stem] = self

    def known(self, name: str) -> Transition | None:
        """Return one transition by its name, or None."""
        return self._by_name.get(name)

    def transition(self, name: str) -> Transition:
        """Return one transition by its name, or refuse a name that is none."""
        if name not in self._by_name:
            raise Invalid(
                "workflow.unknown_transition",
                _("%(name)s is no transition of this record.") % {"name": name},
                value=name,
                rule=", ".join(self._by_name),
            )
        return self._by_name[name]

    def states(self) -> list[str]:
        """Return every state that a record can begin in or come to, in the order of the work."""
        named = (*self.initial, *(transition.target for transition in self.transitions))
        return list(dict.fromkeys(str(state) for state in named))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield every (source, target) that the database lets through; a step may also leave the status as it is."""
        for transition in self.transitions:
            for source in transition.sources:
                if source != transition.target:
                    yield source, transition.target

    def reasoned_pairs(self) -> Iterator[tuple[str, str]]:
        """Yield every (source, target) that the database lets through only with a reason."""
        free = {
            (source, transition.target)
            for transition in self.transitions
            if not transition.requires_reason
            for source in transition.sources
        }
        return (pair for pair in self.pairs() if pair not in free)

    def options(self, record: Any, user: User) -> list[Option]:
        """Return the transitions that leave the record's state, each open, or blocked for `user` and why."""
        return [
            Option(transition, self._blocked(record, transition, user))
            for transition in self.transitions
            if record.status in transition.sources and transition.offered
        ]

    def _blocked(self, record: Any, transition: Transition, user: User) -> Refusal | None:
        if record.status not in transition.sources:
            return WrongState(
                "workflow.wrong_state",
                _("%(label)s is not possible while the status is %(status)s.")
                % {"label": transition.label, "status": record.get_status_display()},
                field="status",
                value=record.status,
                rule=_("It starts from: %(sources)s.") % {"sources": ", ".join(transition.sources)},
            )
        try:
            access.require(user, transition.permission, record)
            refuse_closed(record)
        except Refusal as refusal:
            return refusal
        if getattr(record, "withdrawn_at", None) is not None:
            return WrongState(
                "record.withdrawn", _("%(record)s is withdrawn and goes no further.") % {"record": record}
            )
        for guard in (self.guard, transition.guard):
            blocked = guard(record, user) if guard else None
            if blocked is not None:
                return blocked
        return None

    def apply(
        self,
        *,
        actor: User,
        record: Any,
        name: str,
        reason: str = "",
        prepare: Callable[[Any], None] | None = None,
    ) -> Any:
        """Take one transition: lock the row, read its state after the lock, check, write. Returns the locked record.

        `prepare` sets on the locked record what the step needs besides its reason, or refuses.
        """
        transition = self.transition(name)
        reason = reason.strip()
        with transaction.atomic():
            locked = type(record)._base_manager.select_for_update(no_key=True).filter(pk=record.pk).first()
            if locked is None:
                raise access.not_visible()
            access.require(actor, transition.permission, locked)
            blocked = self._blocked(locked, transition, actor)
            if blocked is not None:
                raise blocked
            if transition.requires_reason and not reason:
                raise Invalid(
                    "workflow.reason_required",
                    _("%(label)s: %(asked)s is missing.")
                    % {"label": transition.label, "asked": transition.reason_name}
                    if transition.reason_name
                    else _("%(label)s needs a reason.") % {"label": transition.label},
                    field="reason",
                    way_forward=_("Say why in a sentence; it is kept in the history."),
                )
            before = dict(locked.__dict__)
            if prepare is not None:
                prepare(locked)
            locked.status = transition.target
            if transition.effect is not None:
                transition.effect(locked, actor, reason)
            # Only what changed: a row whose key is written, even with what it was, blocks all who refer to it.
            changed = [
                f.name
                for f in locked._meta.concrete_fields
                if locked.__dict__[f.attname] != before[f.attname]
            ]
            with told_kindly(locked), change(actor, f"{self.stem}.{transition.name}", reason=reason):
                locked.save(update_fields=changed)
            locked.version += 1
        return locked
