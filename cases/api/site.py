"""Sites as the interface shows them."""

from __future__ import annotations

from typing import Any

from cases.api.filters import RecordFilters, SearchAnywhere
from cases.api.serializers import RecordSerializer
from cases.api.views import Moves, Recorded
from cases.models.site import Site
from cases.services import site as service
from cases.workflows import SITE


class SiteSerializer(RecordSerializer):
    """One place where remains lie, or are said to lie."""

    class Meta:
        model = Site


class SiteFilters(RecordFilters):
    """What sites are narrowed by."""

    days = ("burial_earliest_on",)

    class Meta:
        model = Site
        fields = ("code", "status", "site_type")


class SiteViewSet(Moves, Recorded):
    """Sites: the places where remains lie, or are said to lie."""

    model = Site
    serializer_class: Any = SiteSerializer
    filterset_class = SiteFilters
    search = SearchAnywhere(("code", "name", "municipality", "region", "place_description", "import_key"))
    orderings = ("id", "code", "name", "status", "burial_earliest_on")
    workflow = SITE
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
