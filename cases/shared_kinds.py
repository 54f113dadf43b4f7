"""What of the ground floor may be shared, and what of it an agreement withholds."""

from __future__ import annotations

from typing import Any

from cases.exchange.contributed import take
from cases.exchange.kinds import keep, share
from cases.models import (
    Case,
    Context,
    ContextRelation,
    Contribution,
    Direction,
    DisclosedItem,
    Disclosure,
    DiscoveryReport,
    Enquiry,
    Incident,
    LinkProof,
    Membership,
    Observation,
    Proceeding,
    ProtectionBreach,
    ProtectionMeasure,
    PublicFact,
    PublicPage,
    PublicText,
    PublicTitle,
    PublicUpdate,
    Sharing,
    SharingAgreement,
    SharingSource,
    Site,
    SiteContradiction,
    SiteHazard,
    SiteLink,
    SiteVisit,
    StatedFigure,
    Topic,
    VisitParticipant,
)
from cases.models.site import PLACE_FIELDS
from cases.services.observation import create as make_observation

share(Case)
share(Incident, place=["place_description", "description"])
# Whoever imports a table with a column of informants has them named in the source.
share(StatedFigure, informants=["source"], names=["source"])
share(
    DiscoveryReport,
    place=["place_description", "longitude", "latitude", "accuracy_m", "account"],
    informants=["reporter", "reporter_protected", "account"],
    names=["received_by"],
)
# A row of a source may say anything.
share(
    Site,
    place=[*PLACE_FIELDS, "import_key"],
    informants=["source_row", "import_key"],
    names=["owner", "source_row", "import_key"],
)
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
share(Observation, place=["text", "answer"], informants=["text", "answer"])
share(Topic)
share(Proceeding)

keep("who works on the case is the case's own business", Membership)
keep("how the case is led is the case's own business", Direction, Enquiry)
keep("what was shared with others is not this partner's business", Disclosure, DisclosedItem)
keep("what was shared with others is not this partner's business", Sharing, SharingSource, SharingAgreement)
keep("what is approved is public already", PublicPage, PublicTitle, PublicUpdate, PublicText, PublicFact)
keep("each partner reads what it contributed at its own address", Contribution)


def _observe(actor: Any, record: Observation, contribution: Any) -> Observation:
    return make_observation(actor=actor, record=record, made_by=contribution.answers)


take(Observation, _observe)
