"""Site visits as the interface shows them, and who took part."""

from __future__ import annotations

from cases.api.doors import Recorded
from cases.api.filters import SearchAnywhere
from cases.models.visit import SiteVisit, VisitParticipant
from cases.services import visit as service


class SiteVisitViewSet(Recorded):
    """Visits to sites, once they took place."""

    model = SiteVisit
    read_along = ("site",)
    narrowed_by = ("site",)
    narrowed_by_days = ("visited_earliest_on",)
    search = SearchAnywhere(("purpose", "outcome", "site__code", "site__name"))
    orderings = ("id", "visited_earliest_on")
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)


class VisitParticipantViewSet(Recorded):
    """Participants of visits: bodies, and where known people, and in what capacity."""

    model = VisitParticipant
    narrowed_by = ("visit", "agency")
    search = SearchAnywhere(("organisation", "person", "capacity", "agency__name", "visit__purpose"))
