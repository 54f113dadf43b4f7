"""Referrals and findings written past the services, at the steps that the workflows' tests ask about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from cases.models import Contribution
from evidence.models import Examination, Finding, Holding, Referral, ReferralItem, Result
from remains.models import Specimen
from tests.actors import SINCE, Cast, make_find
from tests.cases.everything import a_consignment


def begun_referral(cast: Cast, number: int) -> Referral:
    """Write a draft with an item of its own and a question; its signatures are there before anybody asks for them."""
    common = {"case": cast.case_a}
    find = make_find(cast.site_a, 5000 + number)
    bone = Specimen.objects.create(
        find=find, number=f"{find.number}.001", serial=1, element_id="element.femur", side="left", **common
    )
    referral = Referral.objects.create(
        number=f"W/R-{number}",
        serial=5000 + number,
        reference=f"9999-{number:04d}",
        laboratory=cast.laboratory_agency,
        urgency="routine",
        due_on=dt.date(2090, 1, 1),
        status="draft",
        drafted_by=cast.investigator,
        requested_by=cast.investigator,
        approved_by=cast.administrator,
        approved_at=dt.datetime.now(dt.UTC),
        consignment=a_consignment(cast.case_a, cast.custodian, cast.laboratory_agency, 5000 + number),
        **common,
    )
    Holding.objects.create(
        specimen=bone,
        holder_person=cast.custodian,
        from_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1),
        basis="first",
        recorded_by=cast.custodian,
        **common,
    )
    ReferralItem.objects.create(
        referral=referral, position=1, specimen=bone, described_as="femur", asked="age", **common
    )
    Examination.objects.create(referral=referral, kind_id="examination.dna", question="Whose?", **common)
    return referral


def after_step(cast: Cast, referral: Referral, status: str) -> None:
    """Write what the next step asks for: the receipt once it is dispatched, a result once it is examined."""
    if status == "dispatched":
        referral.items.filter(received_at=None).update(
            received_at=dt.datetime.now(dt.UTC), received_by=cast.laboratory, condition_seen="as sent"
        )
    if status == "examination" and not Result.objects.filter(item__referral=referral).exists():
        Result.objects.create(
            case=cast.case_a,
            item=referral.items.get(),
            examination=referral.examinations.get(),
            outcome="answered",
            answer="as asked",
            analyst="N. N.",
            examined_on=SINCE,
            recorded_by=cast.laboratory,
        )


def begun_finding(cast: Cast, referral: Referral) -> Finding:
    """Write a proposed finding of a referral in examination."""
    return Finding.objects.create(
        case=cast.case_a,
        result=Result.objects.get(item__referral=referral),
        kind="dna_group",
        dna_group="P-1",
        certainty="determined",
        basis="profile",
        status="proposed",
        proposed_by=cast.laboratory,
    )


def tied(record: Any, name: str) -> dict[str, Any]:
    """Return what the service writes with a step beside the status."""
    if isinstance(record, Finding) and name == "accept":
        return {"specimen": record.result.item.specimen}
    if isinstance(record, Contribution) and name == "accept":
        return {"became": record.pk}
    return {}


def tie(name: str) -> Callable[[Any], None]:
    """Return what sets on a locked record what the service writes with a step."""

    def prepare(locked: Any) -> None:
        for field, value in tied(locked, name).items():
            setattr(locked, field, value)

    return prepare
