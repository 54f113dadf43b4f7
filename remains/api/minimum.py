"""Stated minimum numbers as the interface shows them, and what is said of some of the people."""

from __future__ import annotations

from cases.api.doors import Recorded
from cases.api.filters import SearchAnywhere
from remains.models.minimum import StatedGroup, StatedMinimum
from remains.services import minimum


class StatedMinimumViewSet(Recorded):
    """Stated minimums: "at least so many people" at a site, as a source states it on a day."""

    model = StatedMinimum
    narrowed_by = ("site",)
    narrowed_by_days = ("stated_on",)
    search = SearchAnywhere(("source", "wording", "site__code", "site__name"))
    orderings = ("id", "stated_on")
    create_door = staticmethod(minimum.create)
    change_door = staticmethod(minimum.change)


class StatedGroupViewSet(Recorded):
    """Stated groups: some of the people of a stated minimum, of whom more is said."""

    model = StatedGroup
    narrowed_by = ("stated_minimum", "sex", "certainty")
    create_door = staticmethod(minimum.create_group)
    change_door = staticmethod(minimum.change_group)
