"""Condition notes as the interface shows them."""

from __future__ import annotations

from cases.api.doors import Recorded
from remains.below_search import SearchBelow
from remains.models.condition import CONDITION_WORDS, ConditionNote
from remains.services import condition


class ConditionNoteViewSet(Recorded):
    """Condition notes: the state in which a find, or a specimen of it, was seen."""

    model = ConditionNote
    narrowed_by = ("find", "specimen", "kind", "find__site")
    narrowed_by_days = ("observed_on",)
    search = SearchBelow(
        ConditionNote, ("note", "find__number", "specimen__number", "observer"), CONDITION_WORDS
    )
    create_door = staticmethod(condition.create)
    change_door = staticmethod(condition.change)
