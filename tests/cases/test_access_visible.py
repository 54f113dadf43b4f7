"""Who sees what: every kind of record, every handling, everyone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from cases import access
from cases.ledger.context import change
from cases.models import Appointment, Case, Membership, User
from cases.refusals import Forbidden, NotVisible
from tests.actors import INSTALLER, SINCE, Cast
from tests.cases.everything import case_record_models, one_of_each

TODAY = dt.date.today()  # noqa: DTZ011
DAY = dt.timedelta(days=1)
HANDLINGS = ("open", "investigation", "humanitarian")
#: Which handlings each person sees of case A.
SEEN: dict[str, set[str]] = {
    "investigator": {"open", "investigation"},
    "anthropologist": {"open", "investigation"},
    "custodian": {"open", "investigation"},
    "prosecutor": {"open", "investigation"},
    "second_prosecutor": {"open", "investigation"},
    "supervisor": {"open", "investigation"},
    "liaison": {"open", "humanitarian"},
    "auditor": {"open", "investigation", "humanitarian"},
    "laboratory": set(),
    "administrator": set(),
    "outsider": set(),
    "nobody": set(),
}


def test_everyone_of_the_cast_is_asked(cast: Cast) -> None:
    assert set(SEEN) == set(cast.people)


@pytest.mark.parametrize("handling", HANDLINGS)
def test_every_kind_of_record_is_seen_by_its_handling(cast: Cast, handling: str) -> None:
    made = one_of_each(cast, handling)
    for name, seen in SEEN.items():
        user = User.objects.get(pk=cast.people[name].pk)
        for model in case_record_models():
            record = made[model.__name__]
            visible = handling in seen
            rows = model.objects.visible_to(user)
            assert rows.filter(pk=record.pk).exists() is visible, (name, model)
            assert access.sees(user, record) is visible, (name, model)


@pytest.mark.parametrize("name", ["outsider", "nobody", "administrator", "laboratory"])
def test_of_a_case_that_is_not_ones_own_nothing_is_seen_or_counted(cast: Cast, name: str) -> None:
    for number, handling in enumerate(HANDLINGS):
        one_of_each(cast, handling, f"ALL{number}")
    user = cast.people[name]
    for model in case_record_models():
        assert model.objects.visible_to(user).filter(case=cast.case_a).count() == 0, model
    assert not Case.objects.visible_to(user).filter(pk=cast.case_a.pk).exists()


def test_who_is_not_signed_in_sees_nothing(cast: Cast) -> None:
    stranger = AnonymousUser()
    for model in case_record_models():
        assert model.objects.visible_to(stranger).count() == 0
    assert Case.objects.visible_to(stranger).count() == 0
    assert access.standing(stranger).every_role() == frozenset()


def test_seeing_two_cases_mixes_no_handlings(cast: Cast) -> None:
    """Liaison in one case and investigator in another: neither case shows what only the other's role would."""
    with change(INSTALLER, "tests.membership.made"):
        Membership.objects.create(case=cast.case_a, user=cast.outsider, role="liaison", from_on=SINCE)
    made = {handling: one_of_each(cast, handling, handling[:3].upper()) for handling in HANDLINGS}
    access.forget_standing(cast.outsider)
    for model in case_record_models():
        seen = set(
            model.objects.visible_to(cast.outsider).filter(case=cast.case_a).values_list("pk", flat=True)
        )
        assert made["humanitarian"][model.__name__].pk in seen
        assert made["investigation"][model.__name__].pk not in seen
    assert cast.site_b in type(cast.site_b).objects.visible_to(cast.outsider)


@pytest.mark.parametrize(
    ("from_on", "until_on", "holds"),
    [
        (TODAY, None, True),
        (TODAY - DAY, TODAY, True),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY - DAY, False),
    ],
)
def test_a_part_holds_from_its_first_to_its_last_day(
    cast: Cast, from_on: Any, until_on: Any, holds: bool
) -> None:
    with change(INSTALLER, "tests.membership.made"):
        Membership.objects.create(
            case=cast.case_a, user=cast.nobody, role="investigator", from_on=from_on, until_on=until_on
        )
        Appointment.objects.create(
            agency=cast.other_agency, user=cast.nobody, role="supervisor", from_on=from_on, until_on=until_on
        )
    access.forget_standing(cast.nobody)
    assert access.may(cast.nobody, "cases.site:create", cast.case_a) is holds
    assert access.may(cast.nobody, "cases.case:view", cast.case_b) is holds
    assert set(Case.objects.visible_to(cast.nobody)) == ({cast.case_a, cast.case_b} if holds else set())
    assert access.may_somewhere(cast.nobody, "cases.site:create") is holds


def test_a_part_taken_away_is_gone_at_the_next_request(cast: Cast) -> None:
    assert access.may(cast.custodian, "cases.case:view", cast.case_a)
    with change(INSTALLER, "tests.membership.withdrawn"):
        Membership.objects.filter(user=cast.custodian).update(
            withdrawn_at=dt.datetime.now(dt.UTC), withdrawn_reason="left"
        )
    next_request = User.objects.get(pk=cast.custodian.pk)
    assert not access.may(next_request, "cases.case:view", cast.case_a)
    with pytest.raises(NotVisible):
        access.require(next_request, "cases.case:view", cast.case_a)


def test_an_account_switched_off_loses_everything_at_the_next_request(cast: Cast) -> None:
    with change(INSTALLER, "tests.user.deactivated"):
        User.objects.filter(pk=cast.auditor.pk).update(is_active=False)
    off = User.objects.get(pk=cast.auditor.pk)
    assert not Case.objects.visible_to(off).exists()
    assert not access.may(off, "cases.case:view", cast.case_a)


def test_not_seen_and_not_allowed_are_two_answers(cast: Cast) -> None:
    with pytest.raises(NotVisible):
        access.require(cast.outsider, "cases.site:change", cast.site_a)
    with pytest.raises(Forbidden):
        access.require(cast.auditor, "cases.site:change", cast.site_a)
    access.require(cast.investigator, "cases.site:change", cast.site_a)


def test_what_does_not_exist_and_what_is_not_seen_are_one_answer(cast: Cast) -> None:
    from cases.models import Site
    from cases.services import site

    answers = []
    for record in (cast.site_a, Site(case=cast.case_a, code="GONE", name="x")):
        with pytest.raises(NotVisible) as refused:
            site.change(actor=cast.outsider, record=record, version=1)
        answers.append(refused.value.as_problem())
    assert answers[0] == answers[1]


@pytest.mark.parametrize("status", ["reported", "verified", "reopened", "protected", "excavation", "exhumed"])
def test_a_liaison_is_not_shown_the_place_of_an_unprotected_site(cast: Cast, status: str) -> None:
    cast.site_a.status = status
    hidden = access.hidden_fields(cast.liaison, cast.site_a)
    if status in {"reported", "verified", "reopened"}:
        assert {"longitude", "latitude", "outline", "place_description", "access"} <= hidden
    else:
        assert hidden == frozenset()
    assert access.hidden_fields(cast.investigator, cast.site_a) == frozenset()


def test_a_protected_reporter_is_known_to_few(cast: Cast) -> None:
    report = one_of_each(cast, "open")["DiscoveryReport"]
    know = {
        name
        for name, seen in SEEN.items()
        if seen and "reporter" not in access.hidden_fields(cast.people[name], report)
    }
    assert know == {"investigator", "prosecutor", "second_prosecutor", "auditor"}
