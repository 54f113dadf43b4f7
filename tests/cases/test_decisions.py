"""Decisions: one list of what waits, one page with the whole of it, decided as it was read and by the right person."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases import decisions
from cases.ledger.context import change
from cases.models import Case, Direction
from cases.services import case as case_service
from cases.services import direction as direction_service
from cases.services.site import create as create_site
from remains.models import Assessment
from tests.actors import INSTALLER, Cast
from tests.cases.test_direction import done, given
from tests.refused import refused
from tests.signed_in import signed_in

LIST = reverse("admin:cases_case_decisions")


@pytest.fixture
def proposed(cast: Cast) -> Case:
    return case_service.propose_closure(actor=cast.prosecutor, case=cast.case_a, reason="all was returned")


def waits(user: Any) -> dict[str, int]:
    return {source.key: number for source, number in decisions.counts(user)}


def page_of(key: str, record: Any) -> str:
    return reverse("admin:cases_case_decide", args=[key, record.pk])


def sent(page: Any, decision: str, **more: str) -> dict[str, str]:
    """Return what the page's form would send."""
    shown = page.context["page"]
    return {"version": str(shown.record.version), "read": shown.read, "decision": decision, **more}


def decide(user: Any, key: str, record: Any, decision: str, **more: str) -> Any:
    client = signed_in(user)
    url = page_of(key, record)
    return client.post(url, sent(client.get(url), decision, **more))


def test_each_sees_what_awaits_them_and_nobody_their_own(cast: Cast, proposed: Case) -> None:
    done(cast)
    assert waits(cast.prosecutor) == {"result": 1}
    assert waits(cast.second_prosecutor) == {"closure": 1, "result": 1}
    for name in ("investigator", "custodian", "liaison", "supervisor", "auditor", "outsider", "nobody"):
        assert waits(cast.people[name]) == {}, name


def test_the_list_has_as_many_rows_as_are_counted(cast: Cast, proposed: Case) -> None:
    for _turn in range(3):
        done(cast)
    client = signed_in(cast.second_prosecutor)
    for kinds in (client.get(LIST).context["kinds"], client.get(LIST, {"kind": "result"}).context["kinds"]):
        assert {source.key: len(rows) for source, rows in kinds}["result"] == waits(cast.second_prosecutor)[
            "result"
        ]
    assert len(client.get(LIST, {"kind": "closure"}).context["kinds"]) == 1


def test_a_case_is_closed_with_all_of_it_in_sight(cast: Cast, proposed: Case) -> None:
    given(cast)
    page = signed_in(cast.second_prosecutor).get(page_of("closure", proposed))
    text = page.content.decode()
    assert "all was returned" in text
    assert "1 site" in text or ">Site<" in text
    assert decide(cast.second_prosecutor, "closure", proposed, "approve").status_code == 422
    answer = decide(cast.second_prosecutor, "closure", proposed, "approve", reason_approve="agreed")
    assert (answer.status_code, Case.objects.get(pk=proposed.pk).status) == (302, "closed")
    assert waits(cast.second_prosecutor) == {}


def test_a_closure_is_turned_down_with_a_reason(cast: Cast, proposed: Case) -> None:
    assert decide(cast.second_prosecutor, "closure", proposed, "refuse").status_code == 422
    answer = decide(cast.second_prosecutor, "closure", proposed, "refuse", reason_refuse="a grave is open")
    stored = Case.objects.get(pk=proposed.pk)
    assert (answer.status_code, stored.closure_proposed_by, stored.status) == (302, None, "open")


def test_the_same_person_does_not_decide_what_they_asked_for(cast: Cast, proposed: Case) -> None:
    client = signed_in(cast.prosecutor)
    page = client.get(page_of("closure", proposed))
    assert page.context["page"].blocked.code == "case.closure_needs_second_person"
    answer = client.post(page_of("closure", proposed), sent(page, "approve", reason_approve="x"))
    assert answer.context["page"].refusal.code == "case.closure_needs_second_person"
    assert Case.objects.get(pk=proposed.pk).status == "open"


def test_what_changed_while_it_was_read_is_shown_and_asked_again(cast: Cast, proposed: Case) -> None:
    client, url = signed_in(cast.second_prosecutor), page_of("closure", proposed)
    form = sent(client.get(url), "approve", reason_approve="agreed")
    stored = Case.objects.get(pk=proposed.pk)
    stored.title = "Another title"
    case_service.change(actor=cast.prosecutor, record=stored, version=stored.version)
    answer = client.post(url, form)
    shown = answer.context["page"]
    assert (answer.status_code, shown.refusal.code) == (412, "decision.changed")
    assert [(d.before, d.after) for d in shown.differences] == [("Case A-1", "Another title")]
    assert len(shown.changed) == 1
    assert "agreed" in answer.content.decode()
    assert client.post(url, sent(answer, "approve", reason_approve="agreed")).status_code == 302


def test_what_changed_around_it_is_shown_and_asked_again(cast: Cast, proposed: Case) -> None:
    from cases.models import Site

    client, url = signed_in(cast.second_prosecutor), page_of("closure", proposed)
    form = sent(client.get(url), "approve", reason_approve="agreed")
    create_site(actor=cast.investigator, record=Site(case=cast.case_a, code="NEW1", name="another grave"))
    answer = client.post(url, form)
    assert answer.context["page"].refusal.code == "decision.changed"
    assert answer.context["page"].changed
    assert Case.objects.get(pk=proposed.pk).status == "open"


def test_a_rival_who_came_first_leaves_nothing_to_decide(cast: Cast, proposed: Case) -> None:
    client, url = signed_in(cast.second_prosecutor), page_of("closure", proposed)
    form = sent(client.get(url), "approve", reason_approve="agreed")
    case_service.withdraw_closure_proposal(actor=cast.prosecutor, case=proposed)
    answer = client.post(url, form)
    assert (answer.status_code, answer.context["page"].refusal.code) == (409, "decision.over")
    assert "There is nothing to decide" in answer.content.decode()
    with refused("record.stale"):
        case_service.apply_transition(
            actor=cast.second_prosecutor,
            case=proposed,
            name="close",
            reason="x",
            version=int(form["version"]),
        )


def test_a_result_is_confirmed_or_sent_back_where_all_of_it_stands(cast: Cast) -> None:
    direction = done(cast, about=cast.find_a)
    page = signed_in(cast.prosecutor).get(page_of("result", direction)).content.decode()
    for words in ("Find KHJ01-0001", "Ask the driver", "He saw nothing"):
        assert words in page
    answer = decide(cast.prosecutor, "result", direction, "refuse", reason_refuse="Ask again")
    assert (answer.status_code, Direction.objects.get().status) == (302, "returned")
    direction_service.apply_transition(
        actor=cast.investigator, direction=direction, name="finish", reason="He saw a truck"
    )
    assert decide(cast.prosecutor, "result", direction, "approve").status_code == 302
    assert Direction.objects.get().status == "confirmed"


def test_the_page_of_a_record_leads_to_its_decision(cast: Cast, proposed: Case) -> None:
    url = reverse("admin:cases_case_change", args=[proposed.pk])
    for name in ("prosecutor", "second_prosecutor"):
        ways = signed_in(cast.people[name]).get(url).context["record_head"]["ways"]
        assert page_of("closure", proposed) in {way["link"] for way in ways}
    ways = signed_in(cast.supervisor).get(url).context["record_head"]["ways"]
    assert page_of("closure", proposed) not in {way["link"] for way in ways}


def test_a_draft_is_signed_on_the_page_of_decisions(cast: Cast) -> None:
    from cases.models import Membership
    from remains.services.assessment import draft
    from tests.actors import SINCE
    from tests.remains.specimens import log

    log(cast.anthropologist, cast.find_a, ("femur", "left"))
    with change(INSTALLER, "tests.part.made"):
        Membership.objects.create(case=cast.case_a, user=cast.nobody, role="anthropologist", from_on=SINCE)
    record = draft(
        actor=cast.anthropologist,
        record=Assessment(case=cast.case_a, site=cast.site_a, reasoning="by the femora"),
        reading="presumed",
    )
    assert waits(cast.nobody) == {"assessment": 1}
    assert waits(cast.anthropologist) == {}
    page = signed_in(cast.nobody).get(page_of("assessment", record)).content.decode()
    assert "by the femora" in page
    assert "counting-proof" in page
    own = decide(cast.anthropologist, "assessment", record, "approve")
    assert own.context["page"].refusal.code == "assessment.needs_second_person"
    assert decide(cast.nobody, "assessment", record, "approve").status_code == 302
    assert Assessment.objects.get().status == "signed"
