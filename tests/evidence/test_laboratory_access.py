"""Who reaches a referral: the people of the laboratory that it went to, from the dispatch on, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases import access
from cases.ledger.context import change
from cases.models import Agency, Appointment, Membership, User
from evidence.models import Finding, Referral, ReferralItem, Result
from evidence.services import result as results
from tests.actors import INSTALLER, SINCE, Cast, make_user
from tests.cases.everything import case_record_models
from tests.evidence.sent import a_result, answer, draft, in_custody, proposed, sent, step
from tests.refused import refused

KINDS = (Referral, ReferralItem, Result, Finding)


def analyst(cast: Cast, agency: Agency, **days: Any) -> User:
    """Return somebody who is appointed as analyst in an agency, and on no case."""
    with change(INSTALLER, "tests.analyst.made"):
        person = make_user(f"analyst_of_{agency.short_name}".lower(), agency)
        Appointment.objects.create(
            agency=agency, user=person, role="laboratory", **{"from_on": SINCE, **days}
        )
    return person


@pytest.fixture
def other_laboratory(db: None, cast: Cast) -> Agency:
    with change(INSTALLER, "tests.agency.made"):
        return Agency.objects.create(name="Laboratory M", short_name="LAM", kind="laboratory")


def test_the_laboratory_reaches_what_was_sent_to_it_and_nothing_before(cast: Cast) -> None:
    person = analyst(cast, cast.laboratory_agency)
    referral = draft(cast, cast.find_a)
    for name, actor in (("request", "investigator"), ("approve", "prosecutor")):
        step(cast, referral, name, actor)
        assert not Referral.objects.reached_by(person).exists()
    in_custody(cast, referral)
    step(cast, referral, "dispatch", "custodian")
    for who in (person, cast.laboratory):
        assert list(Referral.objects.reached_by(who)) == [referral]
        assert list(ReferralItem.objects.reached_by(who)) == list(referral.items.all())


def test_another_laboratory_reaches_nothing(cast: Cast, other_laboratory: Agency) -> None:
    person = analyst(cast, other_laboratory)
    referral = sent(cast, cast.find_a)
    item = referral.items.get()
    proposed(cast, answer(cast, item))
    for kind in KINDS:
        assert not kind.objects.reached_by(person).exists()
    with refused("access.not_found"):
        results.record_result(actor=person, record=a_result(item))
    with refused("access.not_found"):
        results.acknowledge(actor=person, referral=referral, receipts=[])


def test_what_is_reached_is_in_no_list_made_for_the_team(cast: Cast) -> None:
    person = analyst(cast, cast.laboratory_agency)
    referral = sent(cast, cast.find_a)
    proposed(cast, answer(cast, referral.items.get()))
    for who in (person, cast.laboratory):
        for kind in case_record_models():
            assert not kind.objects.visible_to(who).exists(), kind
            if kind._meta.app_label != "evidence":
                assert not kind.objects.reached_by(who).exists(), kind
        assert not access.sees(who, referral)
        assert not access.visible_cases(type(cast.case_a).objects.all(), who).exists()


def test_reaching_a_referral_gives_the_laboratorys_steps_and_no_others(cast: Cast) -> None:
    person = analyst(cast, cast.laboratory_agency)
    cast.people["appointed"] = person
    referral = sent(cast, cast.find_a, until="receive")
    for name in ("accept", "dispute", "close", "approve", "return"):
        with refused("access.forbidden"):
            step(cast, referral, name, "appointed", "x")
    assert step(cast, referral, "begin", "appointed").status == "examination"


def test_who_is_in_the_team_is_not_the_laboratory(cast: Cast, other_laboratory: Agency) -> None:
    """Also not with a part as laboratory analyst, if the referral went to another laboratory than their own."""
    referral = sent(cast, cast.find_a, until="receive", laboratory=None)
    with refused("access.forbidden"):
        step(cast, referral, "begin", "anthropologist")
    with change(INSTALLER, "tests.membership.made"):
        Membership.objects.create(
            case=cast.case_a, user=cast.anthropologist, role="laboratory", from_on=SINCE
        )
    access.forget_standing(cast.anthropologist)
    with refused("referral.other_laboratory"):
        step(cast, referral, "begin", "anthropologist")


def test_an_appointment_ends_what_it_gave(cast: Cast) -> None:
    sent(cast, cast.find_a)
    gone = analyst(cast, cast.laboratory_agency, until_on=dt.date(2021, 1, 1))
    assert not Referral.objects.reached_by(gone).exists()
    with change(INSTALLER, "tests.user.off"):
        User.objects.filter(pk=cast.laboratory.pk).update(is_active=False)
    assert not Referral.objects.reached_by(User.objects.get(pk=cast.laboratory.pk)).exists()


def test_an_analyst_in_the_team_of_another_case_reaches_nothing_of_this_one(cast: Cast) -> None:
    with change(INSTALLER, "tests.membership.made"):
        person = make_user("analyst_b", cast.laboratory_agency)
        Membership.objects.create(case=cast.case_b, user=person, role="laboratory", from_on=SINCE)
    sent(cast, cast.find_a)
    assert not Referral.objects.reached_by(person).exists()


def test_a_reach_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        access.declare_reach("evidence.referral", "laboratory", lambda user: None)
