"""Injuries as the interface shows them."""

from __future__ import annotations

from cases.api.doors import Recorded
from remains.below_search import SearchBelow
from remains.models.injury import INJURY_WORDS, Injury
from remains.services import injury


class InjuryViewSet(Recorded):
    """Injuries: what was done to a bone, when in relation to death, how and where on it."""

    model = Injury
    narrowed_by = ("specimen", "timing", "mechanism", "associated_find")
    narrowed_by_days = ("observed_on",)
    search = SearchBelow(Injury, ("specimen__number", "place", "description", "observer"), INJURY_WORDS)
    create_door = staticmethod(injury.create)
    change_door = staticmethod(injury.change)
