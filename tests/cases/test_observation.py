"""Observations: for readers whom the author chooses, about any record, noted or answered by somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases.ledger.context import change
from cases.models import Case, Observation, Site
from cases.services import observation as service
from cases.services.handling import set_handling
from tests.actors import INSTALLER, SINCE, Cast
from tests.forms import as_sent
from tests.refused import database_refuses, refused
from tests.signed_in import signed_in

ADD = reverse("admin:cases_observation_add")
LIST = reverse("admin:cases_observation_changelist")


def new(cast: Cast, handling: str = "open") -> Observation:
    return Observation(case=cast.case_a, text="The fence is open", handling=handling)


def made(cast: Cast, who: str = "liaison", handling: str = "open", about: Any = None) -> Observation:
    return service.create(actor=cast.people[who], record=new(cast, handling), about=about)


def step(cast: Cast, who: str, record: Observation, name: str, reason: str = "") -> Observation:
    return service.apply_transition(actor=cast.people[who], observation=record, name=name, reason=reason)


def seen(cast: Cast, record: Observation) -> set[str]:
    return {
        name
        for name, person in cast.people.items()
        if Observation.objects.visible_to(person).filter(pk=record.pk).exists()
    }


TEAM = {"investigator", "anthropologist", "custodian", "prosecutor", "second_prosecutor", "supervisor"}


@pytest.mark.parametrize(
    ("who", "handling", "readers"),
    [
        ("liaison", "open", {*TEAM, "liaison", "auditor"}),
        ("liaison", "humanitarian", {"liaison", "auditor"}),
        ("investigator", "investigation", {*TEAM, "auditor"}),
    ],
)
def test_it_is_read_by_those_whom_its_author_chose(
    cast: Cast, who: str, handling: str, readers: set[str]
) -> None:
    assert seen(cast, made(cast, who, handling, about=cast.find_a)) == readers


def test_nobody_s_words_reach_more_people_than_chosen_because_nothing_was_chosen(cast: Cast) -> None:
    with refused("observation.handling_missing", "handling"):
        service.create(actor=cast.liaison, record=Observation(case=cast.case_a, text="x"))
    with database_refuses("cases_observation_handling_known"):
        Observation(case=cast.case_a, text="x", status="made", made_by=cast.liaison, made_on=SINCE).save()
    client = signed_in(cast.liaison)
    page = client.get(ADD)
    form = page.context["adminform"].form
    assert not form["handling"].value()
    assert {value for value, _label in form.fields["handling"].choices} == {"open", "humanitarian"}
    typed = {"case": str(cast.case_a.pk), "text": "The fence is open"}
    assert "handling" in client.post(ADD, as_sent(page, **typed)).context["adminform"].form.errors
    assert client.post(ADD, as_sent(page, handling="humanitarian", **typed)).status_code == 302
    assert Observation.objects.get().handling == "humanitarian"


def test_nobody_writes_where_they_could_not_read(cast: Cast) -> None:
    for who, handling in (("liaison", "investigation"), ("investigator", "humanitarian")):
        with refused("record.handling_out_of_sight"):
            made(cast, who, handling)
    for who in ("auditor",):
        with refused("access.forbidden"):
            made(cast, who)


def test_it_is_noted_or_answered_by_somebody_else(cast: Cast) -> None:
    record = made(cast)
    with refused("observation.needs_second_person"):
        step(cast, "liaison", record, "note")
    noted = step(cast, "investigator", record, "note")
    assert (noted.status, noted.answered_by) == ("noted", cast.investigator)
    with refused("workflow.reason_required"):
        step(cast, "prosecutor", record, "answer")
    answered = step(cast, "prosecutor", record, "answer", "It is mended")
    assert (answered.status, answered.answer, answered.answered_by) == (
        "answered",
        "It is mended",
        cast.prosecutor,
    )
    rows = Observation.objects.filter(pk=record.pk)
    with database_refuses("cases_observation_words_fixed"):
        rows.update(answer="It never was")
    with database_refuses("cases_observation_words_fixed"):
        rows.update(text="The fence is closed")


def test_the_database_asks_who_answers(cast: Cast) -> None:
    rows = Observation.objects.filter(pk=made(cast).pk)
    with database_refuses("cases_observation_answered_by_another", cast.liaison):
        rows.update(status="noted", answered_by=cast.liaison)
    with database_refuses("cases_observation_own_name", cast.investigator):
        rows.update(status="noted", answered_by=cast.prosecutor)
    with database_refuses("cases_observation_answer_given", cast.prosecutor, reason="x"):
        rows.update(status="answered", answered_by=cast.prosecutor)


def test_only_its_author_withdraws_it(cast: Cast) -> None:
    record = made(cast)
    with refused("observation.not_yours"):
        service.withdraw(actor=cast.prosecutor, record=record, reason="x")
    service.withdraw(actor=cast.liaison, record=record, reason="mistaken")


def test_what_was_learned_in_confidence_stays_so_when_its_record_is_restricted(cast: Cast) -> None:
    record = made(cast, "liaison", "humanitarian", about=cast.site_a)
    with refused("record.part_of_other_handling"):
        set_handling(
            actor=cast.investigator, record=cast.site_a, handling="investigation", reason="x", version=1
        )
    assert seen(cast, record) == {"liaison", "auditor"}
    assert Site.objects.get(pk=cast.site_a.pk).handling == "open"


def test_a_closed_case_takes_no_observation(cast: Cast) -> None:
    with change(cast.second_prosecutor, "tests.closure.proposed"):
        Case.objects.filter(pk=cast.case_a.pk).update(
            closure_proposed_by=cast.second_prosecutor, closure_reason="x"
        )
    with change(cast.prosecutor, "tests.case.closed", reason="x"):
        Case.objects.filter(pk=cast.case_a.pk).update(status="closed", closed_by=cast.prosecutor)
    with refused("case.closed"):
        made(cast)


def listed(cast: Cast, who: str, **filters: str) -> set[Any]:
    page = signed_in(cast.people[who]).get(LIST, filters)
    return {row.pk for row in page.context["cl"].result_list}


def test_lists_and_pages_show_to_each_what_they_may_read(cast: Cast) -> None:
    kept = made(cast, "liaison", "humanitarian", about=cast.find_a)
    told = made(cast, "liaison", "open", about=cast.find_a)
    assert listed(cast, "investigator", waiting="me") == {told.pk}
    assert listed(cast, "liaison", waiting="mine") == {kept.pk, told.pk}
    find = reverse("admin:remains_find_change", args=[cast.find_a.pk])
    for who, rows in (("investigator", 1), ("liaison", 2)):
        groups = signed_in(cast.people[who]).get(find).context["related_groups"]
        [group] = [group for group in groups if group.title == "Observations on this record"]
        assert len(group.rows) == rows, who
    address = reverse("admin:cases_observation_change", args=[kept.pk])
    assert signed_in(cast.prosecutor).get(address).status_code == 404


def test_an_author_who_left_is_still_named(cast: Cast) -> None:
    from cases.models import Membership

    record = made(cast)
    with change(INSTALLER, "tests.part.ended"):
        Membership.objects.filter(user=cast.liaison).update(until_on=SINCE)
    assert step(cast, "investigator", record, "note").made_by == cast.liaison
