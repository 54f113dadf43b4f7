"""Directions: to whom, until when, what came of it, and who may say so."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases import access, topics
from cases.ledger.context import change
from cases.ledger.history import history_of
from cases.models import Case, Direction, Membership
from cases.services import direction as service
from cases.services.record import withdraw_record
from tests.actors import INSTALLER, SINCE, Cast
from tests.forms import as_sent
from tests.refused import database_refuses, refused
from tests.signed_in import signed_in

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
ADD = reverse("admin:cases_direction_add")
LIST = reverse("admin:cases_direction_changelist")


def new(cast: Cast, **fields: Any) -> Direction:
    values = {
        "what": "Ask the driver of the excavator",
        "assignee": cast.investigator,
        "due_on": TODAY,
        **fields,
    }
    return Direction(case=cast.case_a, **values)


def given(cast: Cast, about: Any = None, **fields: Any) -> Direction:
    return service.create(actor=cast.prosecutor, record=new(cast, **fields), about=about)


def about(direction: Direction) -> str:
    assert direction.about is not None
    return topics.address_of(direction.about.record)


def step(cast: Cast, who: str, direction: Direction, name: str, reason: str = "") -> Direction:
    return service.apply_transition(actor=cast.people[who], direction=direction, name=name, reason=reason)


def done(cast: Cast, **fields: Any) -> Direction:
    direction = given(cast, **fields)
    step(cast, "investigator", direction, "accept")
    return step(cast, "investigator", direction, "finish", "He saw nothing")


def test_a_direction_is_given_worked_on_and_confirmed(cast: Cast) -> None:
    direction = given(cast, about=cast.find_a)
    assert (direction.status, direction.given_by, direction.given_on) == ("given", cast.prosecutor, TODAY)
    assert topics.address_of(cast.find_a) == about(direction)
    step(cast, "investigator", direction, "accept")
    assert step(cast, "investigator", direction, "finish", "He saw nothing").result == "He saw nothing"
    sent_back = step(cast, "prosecutor", direction, "send_back", "Ask his colleague too")
    assert (sent_back.status, sent_back.answer) == ("returned", "Ask his colleague too")
    step(cast, "investigator", direction, "finish", "Nor did his colleague")
    confirmed = step(cast, "second_prosecutor", direction, "confirm")
    assert (confirmed.status, confirmed.confirmed_by) == ("confirmed", cast.second_prosecutor)


def test_only_somebody_of_the_team_is_directed_on_that_day(cast: Cast) -> None:
    for person in (cast.outsider, cast.nobody, cast.liaison, cast.prosecutor, cast.laboratory):
        with refused("direction.not_of_team", "assignee"):
            given(cast, assignee=person)
        with database_refuses("cases_direction_assignee_of_team"):
            new(cast, assignee=person, status="given", given_by=cast.prosecutor, given_on=TODAY).save()
    with change(INSTALLER, "tests.part.ended"):
        Membership.objects.filter(user=cast.custodian).update(until_on=TODAY - DAY)
    with refused("direction.not_of_team"):
        given(cast, assignee=cast.custodian)


def test_a_direction_is_not_due_before_it_is_given(cast: Cast) -> None:
    with refused("direction.due_before_given", "due_on"):
        given(cast, due_on=TODAY - DAY)


def test_a_result_has_words(cast: Cast) -> None:
    direction = given(cast)
    step(cast, "investigator", direction, "accept")
    with refused("workflow.reason_required", "reason"):
        step(cast, "investigator", direction, "finish", "  ")
    with database_refuses("cases_direction_result_given", reason="x"):
        Direction.objects.filter(pk=direction.pk).update(status="done")


def test_nobody_takes_on_or_reports_what_is_for_somebody_else(cast: Cast) -> None:
    direction = given(cast)
    with refused("direction.not_yours"):
        step(cast, "anthropologist", direction, "accept")
    with refused("access.forbidden"):
        step(cast, "prosecutor", direction, "accept")
    with refused("access.not_found"):
        step(cast, "outsider", direction, "accept")


def test_a_result_is_confirmed_by_another_in_their_own_name(cast: Cast) -> None:
    with change(INSTALLER, "tests.part.made"):
        Membership.objects.create(case=cast.case_a, user=cast.investigator, role="prosecutor", from_on=SINCE)
    access.forget_standing(cast.investigator)
    direction = done(cast)
    for name in ("confirm", "send_back"):
        with refused("direction.needs_second_person"):
            step(cast, "investigator", direction, name, "x")
    rows = Direction.objects.filter(pk=direction.pk)
    with database_refuses("cases_direction_confirmed_by_another", cast.investigator):
        rows.update(status="confirmed", confirmed_by=cast.investigator)
    with database_refuses("cases_direction_own_name", cast.investigator):
        rows.update(status="confirmed", confirmed_by=cast.prosecutor)


def test_it_is_given_to_somebody_else_with_a_reason_and_who_had_it_stays_known(cast: Cast) -> None:
    direction = given(cast)
    step(cast, "investigator", direction, "accept")
    with refused("workflow.reason_required"):
        service.reassign(actor=cast.supervisor, direction=direction, to=cast.anthropologist, reason="")
    with refused("direction.same_person"):
        service.reassign(actor=cast.supervisor, direction=direction, to=cast.investigator, reason="x")
    with refused("direction.not_of_team"):
        service.reassign(actor=cast.supervisor, direction=direction, to=cast.outsider, reason="x")
    with database_refuses("cases_direction_reason_given"):
        Direction.objects.filter(pk=direction.pk).update(assignee=cast.anthropologist)
    moved = service.reassign(
        actor=cast.supervisor, direction=direction, to=cast.anthropologist, reason="is on leave"
    )
    assert (moved.status, moved.assignee, moved.answer) == ("given", cast.anthropologist, "is on leave")
    told = [
        (difference.before, difference.after)
        for entry in history_of(moved, cast.prosecutor)
        for difference in entry.differences
    ]
    assert ("Investigator", "Anthropologist") in told


def test_what_was_taken_on_keeps_its_words_and_its_day_may_move(cast: Cast) -> None:
    direction = given(cast)
    step(cast, "investigator", direction, "accept")
    stored = Direction.objects.get(pk=direction.pk)
    stored.due_on = TODAY + DAY
    service.change(actor=cast.prosecutor, record=stored, version=stored.version)
    stored.what = "Ask everybody"
    with refused("direction.taken_on", "what"):
        service.change(actor=cast.prosecutor, record=stored, version=stored.version)
    with database_refuses("cases_direction_taken_on"):
        Direction.objects.filter(pk=direction.pk).update(what="Ask everybody")


def test_what_has_ended_stays(cast: Cast) -> None:
    direction = step(cast, "prosecutor", given(cast), "cancel", "no longer needed")
    direction.due_on = TODAY + DAY
    with refused("direction.ended"):
        service.change(actor=cast.prosecutor, record=direction, version=direction.version)
    with database_refuses("cases_direction_ended"):
        Direction.objects.filter(pk=direction.pk).update(due_on=TODAY + DAY)


def test_a_closed_case_takes_no_direction(cast: Cast) -> None:
    with change(cast.second_prosecutor, "tests.closure.proposed"):
        Case.objects.filter(pk=cast.case_a.pk).update(
            closure_proposed_by=cast.second_prosecutor, closure_reason="x"
        )
    with change(cast.prosecutor, "tests.case.closed", reason="x"):
        Case.objects.filter(pk=cast.case_a.pk).update(status="closed", closed_by=cast.prosecutor)
    with refused("case.closed"):
        given(cast)


def listed(cast: Cast, who: str, **filters: str) -> set[Any]:
    page = signed_in(cast.people[who]).get(LIST, filters)
    return {row.pk for row in page.context["cl"].result_list}


def test_lists_say_what_waits_for_whom_and_what_is_late(cast: Cast) -> None:
    first, reported = given(cast), done(cast)
    late = given(cast, assignee=cast.anthropologist)
    left = given(cast, assignee=cast.custodian)
    with change(INSTALLER, "tests.direction.aged"):
        Direction.objects.filter(pk=late.pk).update(given_on=TODAY - 2 * DAY, due_on=TODAY - DAY)
        Membership.objects.filter(user=cast.custodian).update(until_on=TODAY - DAY)
    assert listed(cast, "investigator", waiting="me") == {first.pk}
    assert listed(cast, "prosecutor", waiting="me") == {reported.pk}
    assert listed(cast, "supervisor", waiting="overdue") == {late.pk}
    assert listed(cast, "supervisor", waiting="left") == {left.pk}
    assert listed(cast, "supervisor", waiting="running") == {first.pk, late.pk, left.pk}
    withdraw_record(actor=cast.prosecutor, record=late, reason="twice")
    assert listed(cast, "supervisor", waiting="overdue") == set()


def test_a_find_leads_to_the_form_and_shows_what_was_directed_about_it(cast: Cast) -> None:
    client = signed_in(cast.prosecutor)
    find = reverse("admin:remains_find_change", args=[cast.find_a.pk])
    [group] = [
        g for g in client.get(find).context["related_groups"] if g.title == "Directions about this record"
    ]
    page = client.get(group.add_link)
    form = page.context["adminform"].form
    assert (form["number"].value(), form["handling"].value()) == ("Find KHJ01-0001", "investigation")
    typed = {"what": "X-ray it", "assignee": str(cast.anthropologist.pk)}
    assert client.post(group.add_link, as_sent(page, **typed)).status_code == 302
    direction = Direction.objects.get()
    assert topics.address_of(cast.find_a) == about(direction)
    [group] = [
        g for g in client.get(find).context["related_groups"] if g.title == "Directions about this record"
    ]
    assert [label for label, _link in group.rows] == ["X-ray it (given)"]
    assert listed(cast, "anthropologist", about=f"remains_find:{cast.find_a.pk}") == {direction.pk}
    assert listed(cast, "anthropologist", about=f"remains_find:{cast.find_b.pk}") == set()
    assert "Directions about this record" not in signed_in(cast.liaison).get(find).content.decode()


def test_a_number_in_the_form_leads_to_its_record(cast: Cast) -> None:
    client = signed_in(cast.prosecutor)
    page = client.get(ADD)
    typed = {"case": str(cast.case_a.pk), "what": "Fence it", "assignee": str(cast.investigator.pk)}
    unknown = client.post(ADD, as_sent(page, number="KHJ77", **typed))
    assert "number" in unknown.context["adminform"].form.errors
    assert client.post(ADD, as_sent(page, number="KHJ01", **typed)).status_code == 302
    direction = Direction.objects.get()
    assert topics.address_of(cast.site_a) == about(direction)


def test_what_is_out_of_sight_is_no_record_to_the_form(cast: Cast) -> None:
    client = signed_in(cast.prosecutor)
    page = client.get(ADD, {"record": f"remains_find:{cast.find_b.pk}"})
    assert not page.context["adminform"].form["record"].value()
    typed = {"case": str(cast.case_a.pk), "what": "x", "assignee": str(cast.investigator.pk)}
    sent = as_sent(page, record=f"remains_find:{cast.find_b.pk}", **typed)
    assert "number" in client.post(ADD, sent).context["adminform"].form.errors


def test_the_pages_take_it_through(cast: Cast) -> None:
    direction = given(cast)

    def post(who: str, name: str, **sent: str) -> int:
        url = reverse("admin:cases_direction_transition", args=[direction.pk, name])
        return signed_in(cast.people[who]).post(url, sent).status_code

    assert post("investigator", "accept") == 302
    asked = signed_in(cast.investigator).get(
        reverse("admin:cases_direction_transition", args=[direction.pk, "finish"])
    )
    assert ">Result<" in asked.content.decode()
    assert post("investigator", "finish") == 422
    assert post("investigator", "finish", reason="He saw nothing") == 302
    assert post("prosecutor", "send_back", reason="Ask again") == 302
    assert post("supervisor", "reassign", reason="x", assignee=str(cast.outsider.pk)) == 422
    assert post("supervisor", "reassign", reason="x", assignee=str(cast.custodian.pk)) == 302
    direction.refresh_from_db()
    assert (direction.status, direction.assignee) == ("given", cast.custodian)


def test_the_page_of_a_member_says_what_they_would_leave_undone(cast: Cast) -> None:
    running = given(cast)
    done(cast)
    part = Membership.objects.get(case=cast.case_a, user=cast.investigator)
    page = signed_in(cast.prosecutor).get(reverse("admin:cases_membership_change", args=[part.pk]))
    [group] = [group for group in page.context["related_groups"] if group.title == "Directions not done yet"]
    assert [link for _label, link in group.rows] == [
        reverse("admin:cases_direction_change", args=[running.pk])
    ]
    assert group.all_link is not None
    every = signed_in(cast.prosecutor).get(group.all_link).context["cl"].result_list
    assert [row.pk for row in every] == [running.pk]


def test_the_team_is_listed_by_who_takes_part_today(cast: Cast) -> None:
    with change(INSTALLER, "tests.part.ended"):
        Membership.objects.filter(user=cast.custodian).update(until_on=TODAY - DAY)
        Membership.objects.filter(user=cast.laboratory).update(from_on=TODAY + DAY)
    client = signed_in(cast.supervisor)
    url = reverse("admin:cases_membership_changelist")
    seen = {
        when: {row.user.username for row in client.get(url, {"lasting": when}).context["cl"].result_list}
        for when in ("today", "past", "future")
    }
    assert (seen["past"], seen["future"]) == ({"custodian"}, {"laboratory"})
    assert seen["today"] == {"investigator", "anthropologist", "prosecutor", "second_prosecutor", "liaison"}
