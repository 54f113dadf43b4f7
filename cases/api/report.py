"""Discovery reports as the interface shows them."""

from __future__ import annotations

from cases.api.doors import Recorded
from cases.api.filters import SearchAnywhere
from cases.models.report import DiscoveryReport
from cases.services import report as service


class DiscoveryReportViewSet(Recorded):
    """Discovery reports: how word of a place came in."""

    model = DiscoveryReport
    read_along = ("site",)
    narrowed_by = ("site", "channel")
    narrowed_by_days = ("received_on",)
    search = SearchAnywhere(
        ("received_by", "reporter", "account", "place_description", "site__code", "site__name")
    )
    orderings = ("id", "received_on")
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
