"""Agencies as the interface shows them."""

from __future__ import annotations

from cases.api.doors import Changes, Creates
from cases.api.filters import SearchAnywhere
from cases.models.agency import Agency
from cases.services import agency as service


class AgencyViewSet(Changes, Creates):
    """Agencies: offices, institutes, laboratories and organisations that people act for."""

    model = Agency
    narrowed_by = ("kind",)
    search = SearchAnywhere(("name", "short_name"))
    orderings = ("id", "name")
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
