"""What of evidence may be shared, and what of it an agreement withholds."""

from __future__ import annotations

from cases.exchange.kinds import share
from cases.models.agreement import Withheld
from evidence.models import (
    Document,
    Examination,
    FileLink,
    Finding,
    Photograph,
    Referral,
    ReferralItem,
    Result,
)

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
