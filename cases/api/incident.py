"""Incidents as the interface shows them, and the figures that sources state."""

from __future__ import annotations

from cases.api.doors import Recorded
from cases.api.filters import SearchAnywhere
from cases.models.incident import Incident, StatedFigure
from cases.services import incident as service


class IncidentViewSet(Recorded):
    """Incidents: what is alleged to have happened, and by whom it is stated."""

    model = Incident
    narrowed_by_days = ("happened_earliest_on",)
    search = SearchAnywhere(("title", "place_description", "source", "description"))
    orderings = ("id", "happened_earliest_on")
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)


class StatedFigureViewSet(Recorded):
    """Figures: numbers of people as a source states them, about an incident or a site. None is a count of ours."""

    model = StatedFigure
    read_along = ("site",)
    narrowed_by = ("incident", "site", "measure")
    search = SearchAnywhere(("source", "note", "site__code", "site__name", "incident__title"))
