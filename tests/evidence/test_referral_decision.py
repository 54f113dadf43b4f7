"""Approving a referral on the page of decisions: with all that is sent in sight, by another than the one who asks."""

from __future__ import annotations

from cases import decisions
from evidence.models import Referral
from tests.actors import Cast
from tests.cases.test_decisions import decide, page_of
from tests.evidence.sent import sent
from tests.remains.specimens import log
from tests.signed_in import signed_in


def waits(cast: Cast, who: str) -> dict[str, int]:
    return {source.key: number for source, number in decisions.counts(cast.people[who])}


def test_a_referral_is_approved_with_all_of_it_in_sight(cast: Cast) -> None:
    bones = log(cast.anthropologist, cast.find_a, ("femur", "left"), ("tibia", "left"))
    referral = sent(cast, *bones, until="request")
    assert waits(cast, "prosecutor") == {"referral": 1}
    assert waits(cast, "investigator") == waits(cast, "liaison") == {}
    page = signed_in(cast.prosecutor).get(page_of("referral", referral)).content.decode()
    for words in (referral.number, bones[0].number, "Femur, left", str(referral.laboratory)):
        assert words in page
    assert decide(cast.prosecutor, "referral", referral, "approve").status_code == 302
    assert Referral.objects.get().status == "approved"


def test_a_referral_is_refused_with_a_reason(cast: Cast) -> None:
    referral = sent(cast, cast.find_a, until="request")
    assert decide(cast.prosecutor, "referral", referral, "refuse").status_code == 422
    answer = decide(cast.prosecutor, "referral", referral, "refuse", reason_refuse="ask for more")
    stored = Referral.objects.get()
    assert (answer.status_code, stored.status, stored.refusal_reason) == (302, "draft", "ask for more")
