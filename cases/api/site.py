"""Sites as the interface shows them, and what threatens, protects and contradicts them."""

from __future__ import annotations

from typing import Any

from cases.api.doors import Changes, HasHandling, Moves, Recorded, Withdraws
from cases.api.filters import SearchAnywhere
from cases.api.serializers import RecordSerializer
from cases.models.site import ProtectionBreach, ProtectionMeasure, Site, SiteContradiction, SiteHazard
from cases.services import site as service
from cases.workflows import SITE


class SiteViewSet(Moves, Recorded):
    """Sites: the places where remains lie, or are said to lie."""

    model = Site
    narrowed_by = ("code", "status", "site_type")
    narrowed_by_days = ("burial_earliest_on",)
    search = SearchAnywhere(("code", "name", "municipality", "region", "place_description", "import_key"))
    orderings = ("id", "code", "name", "status", "burial_earliest_on")
    workflow = SITE
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)


class SiteHazardViewSet(Recorded):
    """Hazards: what at a site may hurt those who work there."""

    model = SiteHazard
    read_along = ("site",)
    narrowed_by = ("site", "kind")
    search = SearchAnywhere(("site__code", "site__name", "description"))
    orderings = ("id", "reported_on")


class ProtectionMeasureViewSet(Recorded):
    """Protection measures: what protects a site, by law or by a fence."""

    model = ProtectionMeasure
    read_along = ("site",)
    narrowed_by = ("site", "kind")
    search = SearchAnywhere(("site__code", "site__name", "ordered_by", "description"))
    orderings = ("id", "from_on")


class ProtectionBreachViewSet(Recorded):
    """Breaches of the protection of a site."""

    model = ProtectionBreach
    read_along = ("site",)
    narrowed_by = ("site",)
    narrowed_by_days = ("noticed_on",)
    search = SearchAnywhere(("site__code", "site__name", "description", "reported_to"))
    orderings = ("id", "noticed_on")


class SiteContradictionSerializer(RecordSerializer):
    """Two statements of a source about a site that cannot both hold."""

    class Meta:
        model = SiteContradiction
        read_only_fields = ("site", "rule", "description")


class SiteContradictionViewSet(HasHandling, Withdraws, Changes):
    """Contradictions, which an import finds in what its source says, and a person resolves."""

    model = SiteContradiction
    serializer_class: Any = SiteContradictionSerializer
    read_along = ("site",)
    narrowed_by = ("site",)
    search = SearchAnywhere(("site__code", "site__name", "description", "resolution"))
