"""What of evidence may be shared, and what of it an agreement withholds."""

from __future__ import annotations

from typing import Any

from cases.exchange.contributed import take
from cases.exchange.kinds import keep, share
from cases.models.agreement import Withheld
from evidence.models import (
    Consignment,
    CustodyEvent,
    Document,
    Examination,
    Exhibit,
    ExpertReport,
    FileLink,
    Finding,
    Holding,
    LegalHold,
    Photograph,
    Placement,
    Referral,
    ReferralItem,
    Result,
    Seal,
    StoragePlace,
)
from evidence.services.result import take_in

share(
    Photograph,
    whole=Withheld.PHOTOGRAPHS,
    place=["camera_latitude", "camera_longitude", "camera_altitude_m", "camera_accuracy_m", "original_name"],
    names=["taken_by_as_named", "original_name"],
)
share(Document, whole=Withheld.PHOTOGRAPHS, place=["original_name"], names=["author", "original_name"])
share(FileLink, whole=Withheld.PHOTOGRAPHS)
share(Referral, place=["background"])
share(ReferralItem)
share(Examination)
share(Result, genetics=["answer", "method"], names=["analyst"])
share(Finding, genetics=["dna_group", "basis"])
share(ExpertReport, whole=Withheld.PHOTOGRAPHS)
share(Exhibit, place=["remarks"], names=["finder_as_named", "disposal_to"])
share(Seal)
share(Consignment, place=["handed_over_where"], names=["carried_by", "from_outside", "to_outside"])
share(CustodyEvent, names=["received_by_name"])
share(Holding, names=["holder_outside"])

keep("what is held, and for which court, is told by the court", LegalHold)
keep("where evidence lies is nobody's business but that of who keeps it", StoragePlace, Placement)


def _answer(actor: Any, record: Result, contribution: Any) -> Result:
    return take_in(
        actor=actor, record=record, laboratory=contribution.client.agency, recorded_by=contribution.answers
    )


take(Result, _answer)
