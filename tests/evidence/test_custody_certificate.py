"""The custody certificate: every hand-over and seal of an item, its photographs, and what laboratories did with it."""

from __future__ import annotations

from pathlib import Path

from evidence.reports.kinds import KINDS, make
from evidence.services import file_link
from evidence.services import finding as findings
from tests.actors import Cast
from tests.evidence.files import jpeg, take_photograph
from tests.evidence.printed import text_of
from tests.evidence.sent import answer, proposed, sent, step


def certificate(cast: Cast, who: str) -> str:
    kind = next(kind for kind in KINDS if kind.name == "custody-find")
    return text_of(make(actor=cast.people[who], kind=kind, key=cast.find_a.pk, language="en").pdf)


def test_a_certificate_tells_who_took_which_step_of_a_referral(cast: Cast, tmp_path: Path) -> None:
    picture = take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg())
    file_link.attach(actor=cast.investigator, file=picture, target=cast.find_a)
    referral = sent(cast, cast.find_a)
    age = proposed(cast, answer(cast, referral.items.get()))
    step(cast, referral, "report", "laboratory")
    findings.accept(actor=cast.anthropologist, finding=age)
    step(cast, referral, "accept", "anthropologist")
    told = certificate(cast, "custodian")
    assert f"Referral {referral} to Laboratory L, there {referral.reference}/1" in told
    names = ("Investigator", "Prosecutor", "Custodian", "Laboratory", "Anthropologist")
    steps = (
        "Awaits approval",
        "Approved, to be dispatched",
        "Dispatched",
        "Received by the laboratory",
        "Accepted",
    )
    for done, by in zip(steps, names, strict=True):
        assert f"{done} {by}" in told
    assert picture.number in told
    assert picture.sha256[:16] in told


def test_a_certificate_tells_nobody_of_a_referral_that_they_do_not_see(cast: Cast) -> None:
    sent(cast, cast.find_a, handling="investigation", until="dispatch")
    assert "Examined by laboratories" in certificate(cast, "custodian")
    assert "Examined by laboratories" not in certificate(cast, "liaison")
