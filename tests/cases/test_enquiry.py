"""Enquiries: asked openly, answered so that the one who asked reads it, closed by them or with a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.ledger.context import change
from cases.models import Enquiry, Membership
from cases.services import enquiry as service
from cases.services.handling import set_handling
from tests.actors import INSTALLER, SINCE, Cast
from tests.forms import as_sent
from tests.refused import database_refuses, refused
from tests.signed_in import signed_in

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
LIST = reverse("admin:cases_enquiry_changelist")


def asked(cast: Cast, about: Any = None, **fields: Any) -> Enquiry:
    values = {"question": "When is the next visit?", "due_on": TODAY, **fields}
    return service.create(actor=cast.liaison, record=Enquiry(case=cast.case_a, **values), about=about)


def step(cast: Cast, who: str, enquiry: Enquiry, name: str, reason: str = "") -> Enquiry:
    return service.apply_transition(actor=cast.people[who], enquiry=enquiry, name=name, reason=reason)


def test_it_is_asked_answered_asked_again_and_closed(cast: Cast) -> None:
    enquiry = asked(cast, about=cast.site_a)
    assert (enquiry.status, enquiry.asked_by, enquiry.asked_on) == ("asked", cast.liaison, TODAY)
    answered = step(cast, "anthropologist", enquiry, "answer", "On Monday")
    assert (answered.answer, answered.answered_by) == ("On Monday", cast.anthropologist)
    again = step(cast, "liaison", enquiry, "ask_again", "At what hour?")
    assert (again.status, again.answer, again.remark) == ("asked", "On Monday", "At what hour?")
    step(cast, "prosecutor", enquiry, "answer", "On Monday at nine")
    assert step(cast, "liaison", enquiry, "close").status == "closed"


def test_only_a_liaison_asks_and_only_the_team_answers(cast: Cast) -> None:
    for who in ("investigator", "prosecutor", "supervisor", "auditor"):
        with refused("access.forbidden"):
            service.create(actor=cast.people[who], record=Enquiry(case=cast.case_a, question="x"))
    with refused("access.not_found"):
        service.create(actor=cast.outsider, record=Enquiry(case=cast.case_a, question="x"))
    enquiry = asked(cast)
    for who in ("liaison", "custodian", "supervisor", "auditor"):
        with refused("access.forbidden"):
            step(cast, who, enquiry, "answer", "x")
    with refused("access.forbidden"):
        step(cast, "investigator", step(cast, "prosecutor", enquiry, "answer", "x"), "close")


def test_a_question_is_open_and_has_words_and_a_day_to_come(cast: Cast) -> None:
    for handling in ("humanitarian", "investigation"):
        with refused("enquiry.open", "handling"):
            asked(cast, handling=handling)
        with database_refuses("cases_enquiry_begins_open"):
            Enquiry.objects.create(
                case=cast.case_a,
                question="x",
                status="asked",
                asked_by=cast.liaison,
                asked_on=TODAY,
                handling=handling,
            )
    with refused("record.invalid", "question"):
        asked(cast, question="")
    with refused("enquiry.due_before_asked", "due_on"):
        asked(cast, due_on=TODAY - DAY)


def test_an_answer_has_words_and_is_given_by_another_in_their_own_name(cast: Cast) -> None:
    enquiry = asked(cast)
    with refused("workflow.reason_required", "reason"):
        step(cast, "investigator", enquiry, "answer", " ")
    rows = Enquiry.objects.filter(pk=enquiry.pk)
    with database_refuses("cases_enquiry_answer_given", cast.investigator, reason="x"):
        rows.update(status="answered")
    with database_refuses("cases_enquiry_answered_by_another", cast.liaison, reason="x"):
        rows.update(status="answered", answer="x", answered_by=cast.liaison)
    with database_refuses("cases_enquiry_own_name", cast.investigator, reason="x"):
        rows.update(status="answered", answer="x", answered_by=cast.prosecutor)
    with database_refuses("cases_enquiry_words_fixed"):
        rows.update(question="What else?")


def test_no_answer_is_given_that_the_one_who_asked_would_not_read(cast: Cast) -> None:
    enquiry = asked(cast, about=cast.site_a)
    set_handling(actor=cast.investigator, record=cast.site_a, handling="investigation", reason="x", version=1)
    enquiry.refresh_from_db()
    assert enquiry.handling == "investigation"
    assert not Enquiry.objects.visible_to(cast.liaison).exists()
    with refused("enquiry.out_of_askers_sight"):
        step(cast, "investigator", enquiry, "answer", "On Monday")
    with database_refuses("cases_enquiry_answer_open", cast.investigator, reason="x"):
        Enquiry.objects.filter(pk=enquiry.pk).update(
            status="answered", answer="x", answered_by=cast.investigator
        )
    assert step(cast, "investigator", enquiry, "drop", "told by telephone").status == "closed"


def test_nobody_answers_somebody_who_has_left(cast: Cast) -> None:
    enquiry = asked(cast)
    with change(INSTALLER, "tests.part.ended"):
        Membership.objects.filter(user=cast.liaison).update(from_on=SINCE, until_on=TODAY - DAY)
    access.forget_standing(cast.liaison)
    with refused("enquiry.out_of_askers_sight"):
        step(cast, "investigator", enquiry, "answer", "On Monday")


def listed(cast: Cast, who: str, **filters: str) -> set[Any]:
    return {row.pk for row in signed_in(cast.people[who]).get(LIST, filters).context["cl"].result_list}


def test_lists_say_whom_an_enquiry_waits_for(cast: Cast) -> None:
    waiting, answered = asked(cast), asked(cast)
    step(cast, "investigator", answered, "answer", "On Monday")
    assert listed(cast, "prosecutor", waiting="me") == {waiting.pk}
    assert listed(cast, "liaison", waiting="me") == {answered.pk}
    assert listed(cast, "liaison", waiting="mine") == {waiting.pk, answered.pk}
    with change(INSTALLER, "tests.enquiry.aged"):
        Enquiry.objects.filter(pk=waiting.pk).update(due_on=None)
    assert listed(cast, "supervisor", waiting="overdue") == set()


def test_a_liaison_asks_from_the_page_of_a_site(cast: Cast) -> None:
    client = signed_in(cast.liaison)
    site = reverse("admin:cases_site_change", args=[cast.site_a.pk])
    [group] = [
        g for g in client.get(site).context["related_groups"] if g.title == "Enquiries about this record"
    ]
    page = client.get(group.add_link)
    assert page.context["adminform"].form["number"].value() == "Site KHJ01 Site KHJ01"
    assert client.post(group.add_link, as_sent(page, question="When is it open?")).status_code == 302
    enquiry = Enquiry.objects.get()
    answer = reverse("admin:cases_enquiry_transition", args=[enquiry.pk, "answer"])
    assert ">Answer<" in signed_in(cast.investigator).get(answer).content.decode()
    assert signed_in(cast.investigator).post(answer, {"reason": "On Monday"}).status_code == 302
    shown = client.get(reverse("admin:cases_enquiry_change", args=[enquiry.pk])).content.decode()
    assert "On Monday" in shown
