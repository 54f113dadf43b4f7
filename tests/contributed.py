"""A contribution written past its services: a partner with a program, an agreement that lets it, and what it sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.ledger.context import change
from cases.models import Agency, Case, Client, Contribution, SharingAgreement
from tests.actors import make_user

DAY = dt.date(2024, 2, 21)


def write_contribution(case: Case, name: str, handling: str, said: Any = str, **more: Any) -> Contribution:
    """Write a proposed observation of a partner of this name, in a transaction that names an actor already."""
    agency = Agency.objects.create(name=name, short_name=name[-20:], kind="other")
    person = make_user(name, agency)
    client = Client.objects.create(name=name, agency=agency, responsible=person, scopes=["contribute"])
    agreement = SharingAgreement.objects.create(
        case=case,
        handling=handling,
        partner=agency,
        purpose="comparison",
        legal_basis="order",
        kinds=["cases.site", "cases.observation"],
        contributes=["cases.observation"],
        handling_at_most="open",
        from_on=DAY,
        until_on=DAY,
        status="draft",
        drafted_by=person,
    )
    signer = make_user(f"signer.{name}", case.lead_agency)
    with change(signer, "tests.agreement.signed"):
        SharingAgreement.objects.filter(pk=agreement.pk).update(
            status="signed", signed_by=signer, signed_at=timezone.now(), epoch=1
        )
    values = {
        "kind": "cases.observation",
        "identifier": said("OBS-1"),
        "values": {"text": said("a well was filled")},
        "remark": said("see our letter"),
        "status": "proposed",
        **more,
    }
    with change(client, "tests.contribution.made"):
        made: Contribution = Contribution.objects.create(
            case=case, handling=handling, agreement=agreement, client=client, answers=person, **values
        )
    return made
