"""The administrator's doors: accounts, agencies, appointments, code lists; all on the system chain."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from cases import access
from cases.ledger.operations import SYSTEM_CHAIN
from cases.models import Agency, Appointment, Code, LedgerEntry, User
from cases.services import agency, appointment, code, person
from tests.actors import SINCE, Cast
from tests.refused import database_refuses, refused, run

TODAY = dt.date.today()  # noqa: DTZ011


def account(cast: Cast, **fields: Any) -> User:
    return User(**{"username": "new", "full_name": "New", "agency": cast.agency, **fields})


def last_entry() -> LedgerEntry:
    entry = LedgerEntry.objects.filter(chain=UUID(SYSTEM_CHAIN)).order_by("seq").last()
    assert entry is not None
    return entry


def test_a_new_account_cannot_sign_in_until_it_has_a_password(cast: Cast) -> None:
    user = person.create(actor=cast.administrator, record=account(cast))
    assert not user.has_usable_password()
    password = person.issue_password(actor=cast.administrator, person=user)
    assert User.objects.get(pk=user.pk).check_password(password)


def test_a_first_password_is_returned_once_and_stands_in_no_entry(cast: Cast) -> None:
    user, password = person.create_with_password(actor=cast.administrator, record=account(cast))
    assert len(password) >= 20
    entry = last_entry()
    assert (entry.action, entry.actor_name, entry.record_id) == (
        "cases.user.password_set",
        "Administrator",
        str(user.pk),
    )
    assert '"password"' not in entry.payload
    assert User.objects.get(pk=user.pk).password not in entry.payload


@pytest.mark.parametrize("name", ["prosecutor", "supervisor", "auditor", "nobody"])
def test_nobody_else_keeps_accounts(cast: Cast, name: str) -> None:
    actor = cast.people[name]
    with refused("access.forbidden"):
        person.create(actor=actor, record=account(cast))
    with refused("access.forbidden"):
        person.deactivate(actor=actor, person=cast.investigator, reason="x")
    with refused("access.forbidden"):
        person.issue_password(actor=actor, person=cast.investigator)
    with refused("access.forbidden"):
        agency.create(actor=actor, record=Agency(name="N", short_name="N", kind="police"))
    with refused("access.forbidden"):
        appointment.create(
            actor=actor,
            record=Appointment(agency=cast.agency, user=cast.nobody, role="auditor", from_on=SINCE),
        )
    with refused("access.forbidden"):
        code.create(actor=actor, record=Code(id="shape.oval", scheme="shape", label="Oval", source="us"))


def test_no_account_becomes_a_demonstration_account(cast: Cast) -> None:
    with refused("user.demonstration_not_settable"):
        person.create(actor=cast.administrator, record=account(cast, is_demonstration=True))
    cast.nobody.is_demonstration = True
    with refused("record.not_by_hand", "is_demonstration"):
        person.change(actor=cast.administrator, record=cast.nobody, version=1)
    with database_refuses("cases_user_demonstration_fixed"):
        run("UPDATE cases_user SET is_demonstration = true")


@pytest.mark.parametrize(("field", "value"), [("password", "!x"), ("is_active", False)])
def test_the_form_of_an_account_changes_no_password_and_no_entrance(
    cast: Cast, field: str, value: Any
) -> None:
    setattr(cast.nobody, field, value)
    with refused("record.not_by_hand", field):
        person.change(actor=cast.administrator, record=cast.nobody, version=1)


def test_an_account_moves_to_another_agency(cast: Cast) -> None:
    cast.nobody.agency = cast.other_agency
    assert person.change(actor=cast.administrator, record=cast.nobody, version=1).version == 2


def test_a_language_that_taphos_does_not_speak_is_refused(cast: Cast) -> None:
    with refused("user.language_unknown", "language"):
        person.set_language(actor=cast.nobody, language="tlh")
    assert person.set_language(actor=cast.nobody, language="en").language == "en"


def test_a_user_name_is_used_once(cast: Cast) -> None:
    with refused("record.taken", "username"):
        person.create(actor=cast.administrator, record=account(cast, username="nobody"))


def test_everyone_sets_their_own_password_and_no_weak_one(cast: Cast) -> None:
    person.set_password(actor=cast.nobody, person=cast.nobody, password="a wholly new passphrase")
    assert User.objects.get(pk=cast.nobody.pk).check_password("a wholly new passphrase")
    with refused("user.password_weak", "password"):
        person.set_password(actor=cast.nobody, person=cast.nobody, password="nobody")


def test_an_account_switched_off_sees_nothing_and_stays(cast: Cast) -> None:
    off = person.deactivate(actor=cast.administrator, person=cast.investigator, reason="left the office")
    assert access.standing(off).every_role() == frozenset()
    with refused("user.switched_off"):
        person.deactivate(actor=cast.administrator, person=cast.investigator, reason="again")
    with refused("user.switched_off"):
        person.issue_password(actor=cast.administrator, person=off)
    on = person.reactivate(actor=cast.administrator, person=off, reason="came back")
    assert access.roles_in(on, cast.case_a) == {"investigator"}
    with refused("user.switched_on"):
        person.reactivate(actor=cast.administrator, person=on, reason="again")


def test_an_administrator_does_not_switch_themselves_off(cast: Cast) -> None:
    with refused("user.not_oneself"):
        person.deactivate(actor=cast.administrator, person=cast.administrator, reason="x")


def test_switching_off_takes_a_reason(cast: Cast) -> None:
    with refused("record.reason_required", "reason"):
        person.deactivate(actor=cast.administrator, person=cast.nobody, reason="")


def test_nobody_appoints_themselves(cast: Cast) -> None:
    record = Appointment(agency=cast.agency, user=cast.administrator, role="auditor", from_on=SINCE)
    with refused("appointment.not_to_oneself", "user"):
        appointment.create(actor=cast.administrator, record=record)
    with database_refuses("cases_appointment_not_to_oneself", cast.administrator):
        record.save()


def appointed(cast: Cast, **fields: Any) -> Appointment:
    values = {"agency": cast.agency, "user": cast.nobody, "role": "auditor", "from_on": SINCE}
    return appointment.create(actor=cast.administrator, record=Appointment(**(values | fields)))


def test_an_auditor_reads_the_agencys_cases_until_the_last_day(cast: Cast) -> None:
    record = appointed(cast)
    assert access.roles_in(cast.nobody, cast.case_a) == {"auditor"}
    appointment.end_appointment(actor=cast.administrator, appointment=record)
    access.forget_standing(cast.nobody)
    assert access.roles_in(cast.nobody, cast.case_a) == frozenset()


def test_an_appointment_is_held_once_at_a_time_and_keeps_its_person(cast: Cast) -> None:
    record = appointed(cast, until_on=TODAY)
    with refused("appointment.once", "role"):
        appointed(cast, from_on=TODAY)
    with database_refuses("cases_appointment_once"):
        Appointment.objects.create(
            agency=record.agency, user=record.user, role=record.role, from_on=record.from_on
        )
    record.user = cast.outsider
    with refused("appointment.person_and_role_fixed"):
        appointment.change(actor=cast.administrator, record=record, version=1)
    with database_refuses("cases_appointment_person_and_role_fixed"):
        run("UPDATE cases_appointment SET role = 'administrator' WHERE id = %s", record.pk)


def test_the_last_administrator_stays(cast: Cast) -> None:
    record = Appointment.objects.get(user=cast.administrator)
    with refused("appointment.last_administrator", "until_on"):
        appointment.end_appointment(actor=cast.administrator, appointment=record)
    with database_refuses("cases_appointment_last_administrator"):
        run("UPDATE cases_appointment SET until_on = %s WHERE id = %s", TODAY, record.pk)
    with database_refuses("cases_appointment_last_administrator"):
        run("UPDATE cases_user SET is_active = false WHERE id = %s", cast.administrator.pk)
    appointed(cast, role="administrator")
    assert appointment.end_appointment(actor=cast.administrator, appointment=record).until_on


def test_the_only_prosecutor_of_a_case_is_not_switched_off(cast: Cast) -> None:
    with refused("user.last_prosecutor", "is_active"):
        person.deactivate(actor=cast.administrator, person=cast.outsider, reason="left")
    with database_refuses("cases_user_last_prosecutor"):
        run("UPDATE cases_user SET is_active = false WHERE id = %s", cast.outsider.pk)
    person.deactivate(actor=cast.administrator, person=cast.prosecutor, reason="left")
    with refused("user.last_prosecutor"):
        person.deactivate(actor=cast.administrator, person=cast.second_prosecutor, reason="left")


def test_an_agency_has_a_name_of_its_own_and_a_country_code(cast: Cast) -> None:
    made = agency.create(
        actor=cast.administrator, record=Agency(name="Lab", short_name="LAB", kind="laboratory", country="az")
    )
    assert made.country == "AZ"
    with refused("record.taken", "name"):
        agency.create(actor=cast.administrator, record=Agency(name="Lab", short_name="L2", kind="laboratory"))
    made.country = "4"
    with refused("agency.country_form", "country"):
        agency.change(actor=cast.administrator, record=made, version=1)
    with database_refuses("cases_agency_kind_known"):
        run("UPDATE cases_agency SET kind = 'x'")


def test_an_agency_adds_its_own_word_and_says_it_is_its_own(cast: Cast) -> None:
    word = code.create(
        actor=cast.administrator,
        record=Code(id="shape.oval", scheme="shape", label="Oval", source="our manual"),
    )
    assert word.verification == "agency"
    word.label = "Oval pit"
    assert code.change(actor=cast.administrator, record=word, version=1).version == 2


@pytest.mark.parametrize(
    ("key", "scheme", "expected"),
    [
        ("colour.red", "colour", "code.unknown_list"),
        ("colour.red", "shape", "code.names_its_list"),
        ("shape.Red", "shape", "code.form"),
        ("shape.trench", "shape", "record.taken"),
    ],
)
def test_a_word_of_no_list_is_refused(cast: Cast, key: str, scheme: str, expected: str) -> None:
    with refused(expected):
        code.create(actor=cast.administrator, record=Code(id=key, scheme=scheme, label="x", source="us"))


def test_the_database_wants_the_whole_name_of_the_list(cast: Cast) -> None:
    with database_refuses("cases_code_id_names_scheme"):
        Code.objects.create(id="shapes.oval", scheme="shape", label="x", source="us", verification="agency")


def test_a_shipped_word_keeps_its_meaning_and_may_go_out_of_use(cast: Cast) -> None:
    word = Code.objects.get(pk="shape.trench")
    word.label = "Pit"
    with refused("record.not_by_hand", "label"):
        code.change(actor=cast.administrator, record=word, version=word.version)
    word = Code.objects.get(pk="shape.trench")
    word.in_use = False
    code.change(actor=cast.administrator, record=word, version=word.version)
    with database_refuses("cases_code_scheme_fixed"):
        run("UPDATE cases_code SET scheme = 's' WHERE id = 'shape.trench'")


def test_a_word_out_of_use_stays_valid_where_it_stands(cast: Cast) -> None:
    from cases.services import site

    cast.site_a.shape_id = "shape.trench"
    changed = site.change(actor=cast.investigator, record=cast.site_a, version=1)
    word = Code.objects.get(pk="shape.trench")
    word.in_use = False
    code.change(actor=cast.administrator, record=word, version=word.version)
    changed.name = "Renamed"
    assert site.change(actor=cast.investigator, record=changed, version=2).version == 3
    changed.shape_id = "shape.mass"
    site.change(actor=cast.investigator, record=changed, version=3)
    changed.shape_id = "shape.trench"
    with refused("record.invalid", "shape"):
        site.change(actor=cast.investigator, record=changed, version=4)


def test_an_administrator_does_not_prolong_their_own_appointment(cast: Cast) -> None:
    own = appointed(cast, user=cast.nobody, role="administrator", until_on=dt.date(2090, 1, 1))
    own.until_on = None
    with refused("appointment.not_to_oneself"):
        appointment.change(actor=cast.nobody, record=own, version=own.version)
    with database_refuses("cases_appointment_not_to_oneself", cast.nobody):
        run("UPDATE cases_appointment SET until_on = NULL WHERE id = %s", own.pk)


def test_the_last_administrator_does_not_begin_later(cast: Cast) -> None:
    own = Appointment.objects.get(user=cast.administrator)
    own.from_on = dt.date(2090, 1, 1)
    with refused("appointment.last_administrator"):
        appointment.change(actor=cast.administrator, record=own, version=own.version)
