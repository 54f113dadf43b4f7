"""What of the ground floor may be shared, and what of it an agreement withholds."""

from __future__ import annotations

from cases.exchange.kinds import share
from cases.models import (
    Case,
    Context,
    ContextRelation,
    DiscoveryReport,
    Incident,
    LinkProof,
    ProtectionBreach,
    ProtectionMeasure,
    Site,
    SiteContradiction,
    SiteHazard,
    SiteLink,
    SiteVisit,
    StatedFigure,
    VisitParticipant,
)
from cases.models.site import PLACE_FIELDS

share(Case)
share(Incident, place=["place_description", "description"])
share(StatedFigure)
share(
    DiscoveryReport,
    place=["place_description", "longitude", "latitude", "accuracy_m", "account"],
    informants=["reporter", "account"],
    names=["received_by"],
)
share(Site, place=PLACE_FIELDS)
share(SiteHazard, place=["description"])
share(ProtectionMeasure, place=["description"])
share(ProtectionBreach, place=["description"])
share(SiteContradiction, place=["description", "resolution"])
share(SiteLink, place=["basis"])
share(LinkProof, place=["note"])
share(SiteVisit, place=["purpose", "outcome"])
share(VisitParticipant, names=["person"])
share(Context, place=["description"])
share(ContextRelation)
