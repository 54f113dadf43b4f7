"""A laboratory's own program contributes results: of what was sent to it, and taken in by who decides on findings."""

from __future__ import annotations

from typing import Any

import pytest

from cases.models import Contribution, Handling
from cases.services import contribution as service
from evidence.models import Result
from tests.actors import Cast
from tests.calling import problem
from tests.cases.sharing import Partner, signed
from tests.evidence.sent import sent
from tests.refused import refused

SHARED = ["evidence.referralitem", "evidence.examination", "evidence.result"]


@pytest.fixture
def laboratory(cast: Cast) -> Partner:
    signed(cast, partner=cast.laboratory_agency, kinds=SHARED, contributes=["evidence.result"])
    return Partner(cast, agency=cast.laboratory_agency, responsible=cast.laboratory)


def body(cast: Cast, referral: Any, identifier: str) -> dict[str, Any]:
    values = {
        "item": str(referral.items.get().pk),
        "examination": str(referral.examinations.get().pk),
        "outcome": "answered",
        "answer": "Between four and five years",
        "analyst": "A. Nalyst",
        "examined_on": "2024-03-01",
    }
    return {
        "case": str(cast.case_a.pk),
        "kind": "evidence.result",
        "identifier": identifier,
        "values": values,
    }


def test_a_result_is_taken_in_as_the_laboratorys(cast: Cast, laboratory: Partner) -> None:
    referral = sent(cast, cast.find_a)
    said = laboratory.made("/contributions", **body(cast, referral, "LIMS-1"))
    waiting = Contribution.objects.get(pk=said["id"])
    with refused("access.forbidden"):
        service.accept(actor=cast.investigator, contribution=waiting)
    done = service.accept(actor=cast.anthropologist, contribution=waiting)
    assert done.became is not None
    result = Result.objects.get(pk=done.became)
    assert (result.answer, result.recorded_by) == ("Between four and five years", cast.laboratory)
    assert result.handling == Handling.OPEN
    problem(
        laboratory.post("/contributions", body(cast, referral, "LIMS-1")),
        409,
        "contribution.not_edited",
        "identifier",
    )
    again = laboratory.made("/contributions", **body(cast, referral, "LIMS-2"))
    with refused("result.once"):
        service.accept(actor=cast.anthropologist, contribution=Contribution.objects.get(pk=again["id"]))


def test_a_result_of_another_laboratory_is_not_taken_in(cast: Cast) -> None:
    referral = sent(cast, cast.find_a)
    signed(cast, kinds=SHARED, contributes=["evidence.result"])
    said = Partner(cast).made("/contributions", **body(cast, referral, "X-1"))
    with refused("referral.other_laboratory"):
        service.accept(actor=cast.anthropologist, contribution=Contribution.objects.get(pk=said["id"]))
    assert not Result.objects.exists()
