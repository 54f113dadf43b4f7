"""The team of a case: joining, ending, and what nobody may do to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases import access
from cases.models import Appointment, Case, LedgerEntry, Membership
from cases.services import appointment, person
from cases.services import case as case_service
from cases.services import membership as service
from tests.actors import SINCE, Cast
from tests.refused import database_refuses, refused, run

YESTERDAY = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011 - as the database sees it
TOMORROW = dt.date.today() + dt.timedelta(days=1)  # noqa: DTZ011


def add(
    cast: Cast, name: str = "nobody", role: str = "investigator", by: str = "prosecutor", **fields: Any
) -> Membership:
    return service.add_member(
        actor=cast.people[by], case=cast.case_a, user=cast.people[name], role=role, **fields
    )


def membership_of(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(case=cast.case_a, user=cast.people[name])


@pytest.mark.parametrize("by", ["prosecutor", "supervisor"])
def test_who_joins_sees_the_case_at_the_next_question(cast: Cast, by: str) -> None:
    assert not Case.objects.visible_to(cast.nobody).exists()
    add(cast, by=by)
    assert access.roles_in(cast.nobody, cast.case_a) == {"investigator"}
    assert LedgerEntry.objects.filter(chain=cast.case_a.id).last().actor_name == cast.people[by].full_name  # type: ignore[union-attr]


@pytest.mark.parametrize("by", ["investigator", "anthropologist", "custodian", "liaison", "auditor"])
def test_the_rest_of_the_team_has_no_say(cast: Cast, by: str) -> None:
    with refused("access.forbidden"):
        add(cast, by=by)


@pytest.mark.parametrize("by", ["administrator", "laboratory", "outsider", "nobody"])
def test_an_administrator_has_no_say_and_does_not_learn_of_the_team(cast: Cast, by: str) -> None:
    with refused("access.not_found"):
        add(cast, by=by, name="outsider" if by == "nobody" else "nobody")


def test_nobody_adds_themselves(cast: Cast) -> None:
    with refused("membership.not_to_oneself", "user"):
        add(cast, name="supervisor", role="prosecutor", by="supervisor")
    with database_refuses("cases_membership_not_to_oneself", cast.supervisor):
        Membership.objects.create(case=cast.case_a, user=cast.supervisor, role="prosecutor", from_on=SINCE)


def test_somebody_whose_account_is_off_is_not_added(cast: Cast) -> None:
    person.deactivate(actor=cast.administrator, person=cast.nobody, reason="left")
    cast.nobody.refresh_from_db()
    with refused("membership.person_inactive", "user"):
        add(cast)


def test_a_role_is_held_once_at_a_time(cast: Cast) -> None:
    with refused("membership.once", "role"):
        add(cast, name="investigator")
    add(cast, name="investigator", role="anthropologist")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("liaison", "investigator"),
        ("investigator", "liaison"),
        ("investigator", "auditor"),
        ("liaison", "auditor"),
    ],
)
def test_a_liaison_and_an_auditor_hold_no_other_role(cast: Cast, name: str, role: str) -> None:
    with refused("membership.stands_alone", "role"):
        add(cast, name=name, role=role)
    with database_refuses("cases_membership_stands_alone"):
        Membership.objects.create(case=cast.case_a, user=cast.people[name], role=role, from_on=SINCE)


@pytest.mark.parametrize(
    ("name", "role"), [("supervisor", "liaison"), ("auditor", "liaison"), ("auditor", "investigator")]
)
def test_nor_by_an_appointment_in_the_lead_agency(cast: Cast, name: str, role: str) -> None:
    with refused("membership.stands_alone", "role"):
        add(cast, name=name, role=role)
    with database_refuses("cases_membership_sight_apart"):
        Membership.objects.create(case=cast.case_a, user=cast.people[name], role=role, from_on=SINCE)
    with refused("membership.stands_alone", "role"):
        appointment.create(
            actor=cast.administrator,
            record=Appointment(agency=cast.agency, user=cast.liaison, role="supervisor", from_on=SINCE),
        )
    with database_refuses("cases_membership_sight_apart"):
        Appointment.objects.create(agency=cast.agency, user=cast.liaison, role="supervisor", from_on=SINCE)


def test_nor_by_handing_the_case_to_an_agency_where_they_are_appointed(cast: Cast) -> None:
    appointment.create(
        actor=cast.administrator,
        record=Appointment(agency=cast.other_agency, user=cast.liaison, role="supervisor", from_on=SINCE),
    )
    with refused("membership.stands_alone", "agency"):
        case_service.hand_over_case(
            actor=cast.prosecutor, case=cast.case_a, to=cast.other_agency, reason="theirs"
        )
    with database_refuses("cases_membership_sight_apart"):
        run("UPDATE cases_case SET lead_agency_id = %s WHERE id = %s", cast.other_agency.pk, cast.case_a.pk)


def test_a_liaison_may_have_had_another_role_before(cast: Cast) -> None:
    old = add(cast, from_on=dt.date(2021, 1, 1), until_on=dt.date(2021, 12, 31))
    new = add(cast, role="liaison", from_on=dt.date(2022, 1, 1))
    assert old.role != new.role


def test_the_administrators_role_is_none_of_a_case(cast: Cast) -> None:
    with refused("record.invalid", "role"):
        add(cast, role="administrator")
    with database_refuses("cases_membership_role_known"):
        Membership.objects.create(case=cast.case_a, user=cast.nobody, role="administrator", from_on=SINCE)


@pytest.mark.parametrize(
    "column", ["user_id = %s", "role = 'prosecutor' WHERE user_id <> %s AND role = 'custodian'"]
)
def test_person_and_role_of_a_membership_stay(cast: Cast, column: str) -> None:
    record = membership_of(cast, "custodian")
    record.user = cast.nobody
    with refused("membership.person_and_role_fixed"):
        service.change(actor=cast.prosecutor, record=record, version=1)
    with database_refuses("cases_membership_person_and_role_fixed"):
        run(f"UPDATE cases_membership SET {column}", cast.nobody.pk)


def test_a_membership_that_ends_today_still_holds_today(cast: Cast) -> None:
    ended = service.end_membership(actor=cast.prosecutor, membership=membership_of(cast, "custodian"))
    assert ended.until_on is not None
    access.forget_standing(cast.custodian)
    assert access.roles_in(cast.custodian, cast.case_a) == {"custodian"}


def test_a_membership_does_not_end_before_it_begins(cast: Cast) -> None:
    with refused("membership.ends_before_it_begins", "until_on"):
        service.end_membership(
            actor=cast.prosecutor, membership=membership_of(cast, "custodian"), last_on=dt.date(2019, 1, 1)
        )
    with database_refuses("cases_membership_days_ordered"):
        run("UPDATE cases_membership SET until_on = '2019-01-01' WHERE role = 'custodian'")


def test_a_membership_withdrawn_ends_at_once(cast: Cast) -> None:
    record = membership_of(cast, "custodian")
    service.withdraw(actor=cast.prosecutor, record=record, reason="conflict of interest")
    access.forget_standing(cast.custodian)
    assert not Case.objects.visible_to(cast.custodian).exists()


def test_one_of_two_prosecutors_may_go_and_the_last_may_not(cast: Cast) -> None:
    service.withdraw(
        actor=cast.prosecutor, record=membership_of(cast, "second_prosecutor"), reason="other case"
    )
    mine = membership_of(cast, "prosecutor")
    with refused("membership.last_prosecutor"):
        service.withdraw(actor=cast.prosecutor, record=mine, reason="other case")
    with refused("membership.last_prosecutor", "until_on"):
        service.end_membership(actor=cast.prosecutor, membership=mine)
    with refused("membership.last_prosecutor"):
        service.end_membership(actor=cast.supervisor, membership=mine, last_on=TOMORROW)


def test_the_database_keeps_the_last_prosecutor(cast: Cast) -> None:
    with database_refuses("cases_membership_last_prosecutor"):
        run(
            "UPDATE cases_membership SET withdrawn_at = now(), withdrawn_reason = 'x' WHERE role = 'prosecutor' "
            "AND case_id = %s",
            cast.case_a.pk,
        )
    with database_refuses("cases_membership_last_prosecutor"):
        run("UPDATE cases_membership SET until_on = %s WHERE role = 'prosecutor'", YESTERDAY)


def test_a_withdrawn_membership_does_not_come_back(cast: Cast) -> None:
    service.withdraw(actor=cast.prosecutor, record=membership_of(cast, "custodian"), reason="left")
    with database_refuses("cases_membership_stays_withdrawn"):
        run("UPDATE cases_membership SET withdrawn_at = NULL, withdrawn_reason = '' WHERE role = 'custodian'")


@pytest.mark.parametrize("field", ["from_on", "until_on"])
def test_nobody_gives_themselves_more_days(cast: Cast, field: str) -> None:
    own = add(cast, role="prosecutor", from_on=dt.date(2024, 1, 1), until_on=dt.date(2090, 1, 1))
    setattr(own, field, {"from_on": SINCE, "until_on": None}[field])
    with refused("membership.not_to_oneself"):
        service.change(actor=cast.nobody, record=own, version=own.version)
    value = {"from_on": "'2020-01-01'", "until_on": "NULL"}[field]
    with database_refuses("cases_membership_not_to_oneself", cast.nobody):
        run(f"UPDATE cases_membership SET {field} = {value} WHERE id = %s", own.pk)
    service.change(actor=cast.prosecutor, record=own, version=own.version)


def test_the_last_prosecutor_does_not_begin_later_either(cast: Cast) -> None:
    later = dt.date(2090, 1, 1)
    for name, code in (("second_prosecutor", None), ("prosecutor", "membership.last_prosecutor")):
        record = membership_of(cast, name)
        record.from_on = later
        if code is None:
            service.change(actor=cast.prosecutor, record=record, version=record.version)
        else:
            with refused(code):
                service.change(actor=cast.prosecutor, record=record, version=record.version)
            with database_refuses("cases_membership_last_prosecutor"):
                run("UPDATE cases_membership SET from_on = '2090-01-01' WHERE id = %s", record.pk)
