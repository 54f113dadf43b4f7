"""Court proceedings as the interface shows them."""

from __future__ import annotations

from cases.api.doors import Recorded
from cases.api.filters import SearchAnywhere
from cases.models.proceeding import Proceeding
from cases.services import proceeding as service


class ProceedingViewSet(Recorded):
    """Court proceedings: court, number and status, as somebody states them."""

    model = Proceeding
    narrowed_by = ("kind",)
    narrowed_by_days = ("from_on",)
    search = SearchAnywhere(("court", "number", "status_as_stated"))
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
