"""Opening, directing and closing a case."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cases import access
from cases.ledger.context import change
from cases.models import Appointment, Case, LedgerEntry, Membership, Site
from cases.refusals import Forbidden, Invalid, NotVisible, Refusal, Stale, WrongState
from cases.services import case as service
from cases.services.membership import add_member
from cases.services.record import create_record
from cases.services.rules import refusal_of
from tests.actors import INSTALLER, SINCE, Cast, make_case, make_site
from tests.refused import database_refuses, run


def new_case(cast: Cast, **fields: Any) -> Case:
    values = {
        "number": "N-1",
        "title": "New",
        "kind": "criminal",
        "language": "az",
        "lead_agency": cast.agency,
        "opened_on": SINCE,
    }
    return Case(**(values | fields))


def appoint(cast: Cast, name: str, role: str, **fields: Any) -> None:
    with change(INSTALLER, "tests.appointment.made"):
        Appointment.objects.create(
            **{"agency": cast.agency, "user": cast.people[name], "role": role, "from_on": SINCE, **fields}
        )
    access.forget_standing(cast.people[name])


def closed_case(cast: Cast) -> Case:
    service.propose_closure(actor=cast.prosecutor, case=cast.case_a, reason="all returned")
    return service.apply_transition(
        actor=cast.second_prosecutor, case=cast.case_a, name="close", reason="agreed"
    )


def test_a_prosecutor_of_the_agency_opens_a_case_and_directs_it(cast: Cast) -> None:
    appoint(cast, "nobody", "prosecutor")
    case = service.open_case(actor=cast.nobody, record=new_case(cast))
    assert case.status == "preliminary"
    assert access.roles_in(cast.nobody, case) == {"prosecutor"}
    assert LedgerEntry.objects.filter(chain=case.id).first().action == "cases.case.opened"  # type: ignore[union-attr]


def test_a_supervisor_opens_a_case_and_is_no_prosecutor_of_it(cast: Cast) -> None:
    case = service.open_case(actor=cast.supervisor, record=new_case(cast, status="open"))
    assert case.status == "open"
    assert not Membership.objects.filter(case=case).exists()


@pytest.mark.parametrize(
    "name", ["investigator", "prosecutor", "liaison", "auditor", "administrator", "nobody"]
)
def test_nobody_else_opens_a_case(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden) as refused:
        service.open_case(actor=cast.people[name], record=new_case(cast))
    assert refused.value.code == "access.forbidden"


def test_a_case_is_opened_in_ones_own_agency_only(cast: Cast) -> None:
    appoint(cast, "nobody", "prosecutor")
    with pytest.raises(Forbidden) as refused:
        service.open_case(actor=cast.nobody, record=new_case(cast, lead_agency=cast.other_agency))
    assert refused.value.code == "case.not_in_lead_agency"


def test_an_appointment_that_has_ended_opens_nothing(cast: Cast) -> None:
    appoint(cast, "nobody", "prosecutor", until_on=dt.date(2021, 1, 1))
    with pytest.raises(Forbidden):
        service.open_case(actor=cast.nobody, record=new_case(cast))


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"number": "A-1"}, "record.taken", "number"),
        ({"title": ""}, "record.invalid", "title"),
        ({"kind": ""}, "record.invalid", "kind"),
        ({"status": "closed"}, "case.starts_elsewhere", "status"),
    ],
)
def test_an_impossible_case_is_refused(cast: Cast, fields: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        service.open_case(actor=cast.supervisor, record=new_case(cast, **fields))
    assert (refused.value.code, refused.value.field) == (code, field)


def test_the_sheet_is_changed_by_a_prosecutor_at_the_version_that_was_read(cast: Cast) -> None:
    case = Case.objects.get(pk=cast.case_a.pk)
    case.title = "Carpet factory"
    service.change_case(actor=cast.prosecutor, record=case, version=1)
    assert case.version == Case.objects.get(pk=case.pk).version == 2
    case.title = "Old factory"
    with pytest.raises(Stale):
        service.change_case(actor=cast.prosecutor, record=case, version=1)


@pytest.mark.parametrize("name", ["investigator", "supervisor", "auditor"])
def test_others_of_the_case_may_not_change_its_sheet(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        service.change_case(actor=cast.people[name], record=cast.case_a, version=1)


@pytest.mark.parametrize("field", ["lead_agency", "status", "closure_reason", "closed_by"])
def test_the_form_of_a_case_changes_no_signature(cast: Cast, field: str) -> None:
    value = {
        "lead_agency": cast.other_agency,
        "status": "suspended",
        "closure_reason": "x",
        "closed_by": cast.prosecutor,
    }[field]
    setattr(cast.case_a, field, value)
    with pytest.raises(Invalid) as refused:
        service.change_case(actor=cast.prosecutor, record=cast.case_a, version=1)
    assert (refused.value.code, refused.value.field) == ("record.not_by_hand", field)


def test_a_change_that_changes_nothing_is_not_recorded(cast: Cast) -> None:
    before = LedgerEntry.objects.count()
    service.change_case(actor=cast.prosecutor, record=cast.case_a, version=1)
    assert (cast.case_a.version, LedgerEntry.objects.count()) == (1, before)


def test_a_case_handed_over_is_read_by_the_other_agencys_supervisor(cast: Cast) -> None:
    appoint(cast, "outsider", "supervisor", agency=cast.other_agency)
    service.hand_over_case(
        actor=cast.prosecutor, case=cast.case_a, to=cast.other_agency, reason="jurisdiction"
    )
    assert Case.objects.visible_to(cast.outsider).filter(pk=cast.case_a.pk).exists()
    assert not Case.objects.visible_to(cast.supervisor).filter(pk=cast.case_a.pk).exists()


def test_closing_takes_a_proposal_and_another_person(cast: Cast) -> None:
    case = closed_case(cast)
    assert (case.status, case.closure_proposed_by, case.closed_by) == (
        "closed",
        cast.prosecutor,
        cast.second_prosecutor,
    )


def test_closing_without_a_proposal_is_refused(cast: Cast) -> None:
    with pytest.raises(WrongState) as refused:
        service.apply_transition(actor=cast.prosecutor, case=cast.case_a, name="close", reason="done")
    assert refused.value.code == "case.closure_not_proposed"


def test_closing_what_one_proposed_oneself_is_refused(cast: Cast) -> None:
    service.propose_closure(actor=cast.prosecutor, case=cast.case_a, reason="done")
    with pytest.raises(WrongState) as refused:
        service.apply_transition(actor=cast.prosecutor, case=cast.case_a, name="close", reason="done")
    assert refused.value.code == "case.closure_needs_second_person"


def test_a_proposal_needs_a_reason_and_stands_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        service.propose_closure(actor=cast.prosecutor, case=cast.case_a, reason=" ")
    assert refused.value.code == "record.reason_required"
    service.propose_closure(actor=cast.prosecutor, case=cast.case_a, reason="done")
    with pytest.raises(WrongState) as again:
        service.propose_closure(actor=cast.second_prosecutor, case=cast.case_a, reason="done")
    assert again.value.code == "case.closure_proposed_already"


def test_a_proposal_withdrawn_lets_nobody_close(cast: Cast) -> None:
    service.propose_closure(actor=cast.prosecutor, case=cast.case_a, reason="done")
    service.withdraw_closure_proposal(actor=cast.second_prosecutor, case=cast.case_a)
    with pytest.raises(WrongState):
        service.apply_transition(actor=cast.second_prosecutor, case=cast.case_a, name="close", reason="done")
    with pytest.raises(WrongState) as refused:
        service.withdraw_closure_proposal(actor=cast.prosecutor, case=cast.case_a)
    assert refused.value.code == "case.closure_not_proposed"


@pytest.mark.parametrize(("name", "refusal"), [("investigator", Forbidden), ("outsider", NotVisible)])
def test_only_a_prosecutor_proposes_a_closure(cast: Cast, name: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        service.propose_closure(actor=cast.people[name], case=cast.case_a, reason="done")


def test_a_closed_case_takes_no_record_until_it_is_reopened(cast: Cast) -> None:
    case = closed_case(cast)
    for attempt in (
        lambda: create_record(
            actor=cast.investigator, record=Site(case=case, code="N1", name="New", status="reported")
        ),
        lambda: service.change_case(actor=cast.prosecutor, record=case, version=case.version),
        lambda: service.propose_closure(actor=cast.prosecutor, case=case, reason="again"),
    ):
        with pytest.raises(WrongState) as refused:
            attempt()
        assert refused.value.code == "case.closed"
    service.apply_transition(actor=cast.prosecutor, case=case, name="reopen", reason="new report")
    create_record(actor=cast.investigator, record=Site(case=case, code="N1", name="New", status="reported"))


def test_the_team_of_a_closed_case_stays_changeable(cast: Cast) -> None:
    case = closed_case(cast)
    assert add_member(actor=cast.prosecutor, case=case, user=cast.nobody, role="auditor").version == 1


def test_the_database_takes_no_record_in_a_closed_case(cast: Cast) -> None:
    closed_case(cast)
    with pytest.raises(IntegrityError, match="closed"), change(INSTALLER, "tests.site.made"):
        make_site(cast.case_a, "N1")
    with pytest.raises(IntegrityError, match="closed"), change(INSTALLER, "tests.site.changed"):
        Site.objects.filter(pk=cast.site_a.pk).update(name="Other")
    with pytest.raises(IntegrityError, match="closed"), change(INSTALLER, "tests.case.changed"):
        Case.objects.filter(pk=cast.case_a.pk).update(title="Other")


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE cases_case SET status = 'closed' WHERE id = %(case)s", "cases_case_closed_by_two"),
        (
            "UPDATE cases_case SET status = 'closed', closure_reason = 'x', closed_by_id = %(me)s WHERE id = %(case)s",
            "cases_case_closed_by_two",
        ),
        (
            "UPDATE cases_case SET status = 'closed', closed_by_id = %(other)s WHERE id = %(case)s",
            "cases_case_closure_signed",
        ),
        (
            "UPDATE cases_case SET closure_proposed_by_id = %(other)s WHERE id = %(case)s",
            "cases_case_closure_signed",
        ),
        ("UPDATE cases_case SET status = 'preliminary' WHERE id = %(case)s", "cases_case_workflow"),
    ],
)
def test_no_statement_closes_a_case_for_two(cast: Cast, statement: str, rule: str) -> None:
    service.propose_closure(actor=cast.prosecutor, case=cast.case_a, reason="done")
    keys = {"case": cast.case_a.pk, "me": cast.prosecutor.pk, "other": cast.second_prosecutor.pk}
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        change(cast.prosecutor, "tests.case.attacked", reason="agreed"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, keys)
    assert refused.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]


def test_a_rule_of_the_database_is_not_told_by_its_name(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    for name, code in (("cases_case_closed_by_two", "case.closure_needs_second_person"), ("x_y", None)):
        error = IntegrityError()
        cause = Exception()
        cause.diag = SimpleNamespace(constraint_name=name)  # type: ignore[attr-defined]
        error.__cause__ = cause
        refusal = refusal_of(error, cast.case_a)
        assert name not in f"{refusal.as_problem()}"
        assert refusal.code == (code or "record.refused_by_database")
    assert "x_y" in caplog.text


def test_no_case_begins_with_a_signature_and_a_reopened_one_keeps_none(cast: Cast) -> None:
    with database_refuses("cases_case_closure_signed", cast.prosecutor):
        make_case("N-2", cast.agency, closure_proposed_by=cast.second_prosecutor, closure_reason="done")
    case = closed_case(cast)
    with database_refuses("cases_case_reopened_unsigned", cast.prosecutor, reason="new report"):
        run("UPDATE cases_case SET status = 'reopened', closed_by_id = NULL WHERE id = %s", case.pk)
