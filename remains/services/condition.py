"""Condition notes: what was observed of the state of a find, and by whom."""

from __future__ import annotations

from cases.models.user import User
from cases.services.record import change_record, create_record, not_in_future
from remains.models.condition import ConditionNote


def create(*, actor: User, record: ConditionNote) -> ConditionNote:
    """Record an observation. Raises `record.day_in_future`."""
    return create_record(actor=actor, record=record, rule=_seen_by_now)


def change(*, actor: User, record: ConditionNote, version: int) -> ConditionNote:
    """Change a condition note. Raises what `create` raises."""
    return change_record(actor=actor, record=record, version=version, rule=_seen_by_now)


def _seen_by_now(note: ConditionNote) -> None:
    not_in_future(note, "observed_on")
