"""Referrals: asked for by one, approved by another, sent, examined and answered, by the service and round it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from cases.ledger.context import change
from cases.services.record import withdraw_record
from evidence.models import Examination, Referral, ReferralItem
from evidence.services import referral as referrals
from evidence.services import referral_item as items
from evidence.services import result as results
from evidence.services.referral_receipt import Receipt
from remains.services import find as finds
from tests.actors import INSTALLER, Cast
from tests.evidence.sent import SOON, TODAY, a_result, acknowledge, answer, draft, sent, step
from tests.refused import database_refuses, refused
from tests.remains.specimens import log


@pytest.fixture
def bones(cast: Cast) -> Any:
    return log(cast.anthropologist, cast.find_a, ("femur", "left"), ("tibia", "left"))


def test_a_referral_goes_its_way_from_the_draft_to_the_end(cast: Cast, bones: Any) -> None:
    referral = sent(cast, *bones, until="accept")
    assert referral.number == "A-1/R-001"
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", referral.reference)
    assert (referral.requested_by, referral.approved_by) == (cast.investigator, cast.prosecutor)
    closed = step(cast, referral, "close", "prosecutor", "done")
    assert closed.status == "closed"
    with refused("result.not_in_examination"):
        answer(cast, referral.items.first(), supersedes=None)


def test_what_is_sent_is_called_what_it_is_and_not_by_its_number(cast: Cast, bones: Any) -> None:
    referral = draft(cast, bones[0], cast.find_a)
    assert [item.described_as for item in referral.items.all()] == ["Femur, left", "bone"]
    assert [item.label for item in referral.items.all()] == [f"{referral.reference}/{n}" for n in (1, 2)]


INCOMPLETE: list[tuple[str, str]] = [
    ("items", "referral.without_items"),
    ("examinations", "referral.without_examinations"),
]


@pytest.mark.parametrize(("missing", "code"), INCOMPLETE)
def test_nothing_is_submitted_incomplete(cast: Cast, missing: str, code: str) -> None:
    referral = draft(cast, cast.find_a)
    [part] = getattr(referral, missing).all()
    withdraw = items.withdraw_item if missing == "items" else items.withdraw_examination
    withdraw(actor=cast.investigator, record=part, reason="not this one")
    with refused(code):
        step(cast, referral, "request", "investigator")
    with database_refuses("evidence_referral_complete"):
        Referral.objects.filter(pk=referral.pk).update(status="requested", requested_by=cast.investigator)


def test_who_asks_does_not_approve(cast: Cast) -> None:
    with change(INSTALLER, "tests.membership.made"):
        from cases import access
        from cases.models import Membership

        Membership.objects.create(
            case=cast.case_a, user=cast.prosecutor, role="investigator", from_on=dt.date(2020, 1, 1)
        )
        access.forget_standing(cast.prosecutor)
    referral = draft(cast, cast.find_a, actor=cast.prosecutor)
    step(cast, referral, "request", "prosecutor")
    with refused("referral.needs_second_person"):
        step(cast, referral, "approve", "prosecutor")
    with database_refuses("evidence_referral_approved_by_another"):
        Referral.objects.filter(pk=referral.pk).update(
            status="approved", approved_by=cast.prosecutor, approved_at=dt.datetime.now(dt.UTC)
        )
    with database_refuses("evidence_referral_approved"):
        Referral.objects.filter(pk=referral.pk).update(status="approved")
    assert step(cast, referral, "approve", "second_prosecutor").status == "approved"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"due_on": TODAY - dt.timedelta(days=1)}, "referral.due_in_past", "due_on"),
        ({"background": "From site KHJ01."}, "referral.tells_the_case", "background"),
        ({"background": "Case A-1, nothing else."}, "referral.tells_the_case", "background"),
        ({"urgency": ""}, "record.invalid", "urgency"),
    ],
)
def test_a_draft_that_cannot_be_sent_is_refused(cast: Cast, fields: Any, code: str, field: str) -> None:
    with refused(code, field):
        draft(cast, cast.find_a, **fields)


def test_a_referral_goes_to_a_laboratory(cast: Cast) -> None:
    with refused("referral.no_laboratory", "laboratory"):
        draft(cast, cast.find_a, laboratory=cast.other_agency)
    referral = draft(cast, cast.find_a)
    with database_refuses("evidence_referral_to_a_laboratory"):
        Referral.objects.filter(pk=referral.pk).update(laboratory=cast.other_agency)


def test_a_day_that_passed_meanwhile_is_no_day_to_send_by(cast: Cast) -> None:
    referral = draft(cast, cast.find_a)
    with change(INSTALLER, "tests.time.passed"):
        Referral.objects.filter(pk=referral.pk).update(due_on=TODAY - dt.timedelta(days=1))
    referral.refresh_from_db()
    with refused("referral.due_in_past"):
        step(cast, referral, "request", "investigator")
    with database_refuses("evidence_referral_due_to_come"):
        Referral.objects.filter(pk=referral.pk).update(status="requested", requested_by=cast.investigator)


def test_a_thing_goes_to_one_laboratory_at_a_time(cast: Cast, bones: Any) -> None:
    first, second = draft(cast, bones[0]), draft(cast, *bones)
    step(cast, first, "request", "investigator")
    with refused("referral.item_elsewhere"):
        step(cast, second, "request", "investigator")
    with database_refuses("evidence_referralitem_elsewhere"):
        Referral.objects.filter(pk=second.pk).update(status="requested", requested_by=cast.investigator)
    step(cast, first, "cancel", "prosecutor", "not needed")
    assert step(cast, second, "request", "investigator").status == "requested"


def test_a_disputed_report_may_be_answered_by_another_laboratory(cast: Cast, bones: Any) -> None:
    first = sent(cast, bones[0], until="report")
    step(cast, first, "dispute", "prosecutor", "the method is not said")
    assert first.__class__.objects.get(pk=first.pk).dispute_reason == "the method is not said"
    assert step(cast, draft(cast, bones[0]), "request", "investigator").status == "requested"


def test_what_was_withdrawn_is_not_sent(cast: Cast) -> None:
    referral = draft(cast, cast.find_a)
    finds.withdraw(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    with refused("referral.item_withdrawn"):
        step(cast, referral, "request", "investigator")
    with database_refuses("evidence_referral_item_withdrawn"):
        Referral.objects.filter(pk=referral.pk).update(status="requested", requested_by=cast.investigator)
    with refused("record.parent_withdrawn"):
        items.add_items(actor=cast.investigator, referral=draft(cast), subjects=[cast.find_a], asked="Age?")


def test_what_was_submitted_stands(cast: Cast) -> None:
    referral = sent(cast, cast.find_a, until="request")
    [item], [question] = referral.items.all(), referral.examinations.all()
    item.asked = question.question = "Something else"
    referral.due_on = SOON + dt.timedelta(days=9)
    for write in (
        lambda: referrals.change(actor=cast.investigator, record=referral, version=referral.version),
        lambda: items.change_item(actor=cast.investigator, record=item, version=1),
        lambda: items.change_examination(actor=cast.investigator, record=question, version=1),
        lambda: items.withdraw_item(actor=cast.investigator, record=item, reason="x"),
        lambda: items.add_items(
            actor=cast.investigator, referral=referral, subjects=[cast.find_a], asked="x"
        ),
    ):
        with refused("referral.settled"):
            write()
    for rows in (referral.items, referral.examinations):
        with database_refuses("evidence_referral_settled"):
            rows.update(withdrawn_at=dt.datetime.now(dt.UTC), withdrawn_reason="x")
    with database_refuses("evidence_referral_settled"):
        Referral.objects.filter(pk=referral.pk).update(due_on=SOON + dt.timedelta(days=1))
    with database_refuses("evidence_referral_settled"):
        Examination.objects.create(
            case=cast.case_a, referral=referral, kind_id="examination.dna", question="Whose?"
        )


def test_the_same_thing_is_in_a_referral_once(cast: Cast) -> None:
    referral = draft(cast, cast.find_a)
    with refused("referral.item_twice", "numbers"):
        items.add_items(actor=cast.investigator, referral=referral, subjects=[cast.find_a], asked="Age?")
    with database_refuses("evidence_referralitem_once"):
        ReferralItem.objects.create(
            case=cast.case_a, referral=referral, find=cast.find_a, position=9, described_as="x", asked="x"
        )


def test_a_thing_of_another_case_is_not_sent(cast: Cast) -> None:
    referral = draft(cast)
    with refused("access.not_found"):
        items.add_items(actor=cast.investigator, referral=referral, subjects=[cast.find_b], asked="Age?")


def test_what_is_restricted_stays_so_in_a_referral(cast: Cast) -> None:
    from tests.actors import make_find

    with change(INSTALLER, "tests.find.made"):
        kept = make_find(cast.site_a, 7, handling="investigation")
    referral = draft(cast, kept, cast.find_a)
    assert [item.handling for item in referral.items.all()] == ["investigation", "open"]
    assert [item.find for item in ReferralItem.objects.visible_to(cast.liaison)] == [cast.find_a]


def test_receipt_is_said_of_every_item_once(cast: Cast, bones: Any) -> None:
    referral = sent(cast, *bones, until="dispatch")
    first, second = referral.items.all()
    with refused("referral.receipt_whole"):
        results.acknowledge(actor=cast.laboratory, referral=referral, receipts=[Receipt(first.pk, " ")])
    with refused("referral.seal_unsaid"):
        results.acknowledge(
            actor=cast.laboratory, referral=referral, receipts=[Receipt(first.pk, "dry", "S-1")]
        )
    results.acknowledge(actor=cast.laboratory, referral=referral, receipts=[Receipt(first.pk, "dry")])
    with refused("referral.item_not_acknowledged"):
        step(cast, referral, "receive", "laboratory")
    with database_refuses("evidence_referral_acknowledged"):
        Referral.objects.filter(pk=referral.pk).update(status="received")
    with refused("referral.receipt_once"):
        results.acknowledge(actor=cast.laboratory, referral=referral, receipts=[Receipt(first.pk, "wet")])
    with database_refuses("evidence_referralitem_receipt"):
        ReferralItem.objects.filter(pk=first.pk).update(condition_seen="wet")
    results.acknowledge(
        actor=cast.laboratory,
        referral=referral,
        receipts=[Receipt(second.pk, "dry", "S-2", False, "cut open")],
    )
    assert step(cast, referral, "receive", "laboratory").status == "received"


def test_a_report_answers_every_question(cast: Cast, bones: Any) -> None:
    referral = sent(cast, *bones)
    answer(cast, referral.items.first())
    with refused("referral.not_answered"):
        step(cast, referral, "report", "laboratory")
    with database_refuses("evidence_referral_answered"):
        Referral.objects.filter(pk=referral.pk).update(status="reported")
    answer(cast, referral.items.last(), outcome="not_possible", answer="burnt to ash")
    assert step(cast, referral, "report", "laboratory").status == "reported"


def test_a_result_is_of_an_item_of_the_referral_and_of_one_question(cast: Cast, bones: Any) -> None:
    mine, other = sent(cast, bones[0]), sent(cast, bones[1])
    foreign = a_result(mine.items.get(), examination=other.examinations.get())
    with refused("result.item_not_in_referral"):
        results.record_result(actor=cast.laboratory, record=foreign)
    with database_refuses("evidence_result_item_of_referral"):
        foreign.recorded_by, foreign.case = cast.laboratory, cast.case_a
        foreign.save(force_insert=True)
    with refused("result.item_not_in_referral"):
        results.acknowledge(
            actor=cast.laboratory,
            referral=sent(cast, cast.find_a, until="dispatch"),
            receipts=[Receipt(mine.items.get().pk, "dry")],
        )


def test_a_result_is_corrected_and_never_edited(cast: Cast, bones: Any) -> None:
    item = sent(cast, bones[0]).items.get()
    first = answer(cast, item)
    with refused("result.once"):
        answer(cast, item)
    with refused("record.reason_required"):
        results.record_result(actor=cast.laboratory, record=a_result(item), supersedes=first)
    again = results.record_result(
        actor=cast.laboratory, record=a_result(item, answer="closed"), supersedes=first, correction="misread"
    )
    assert (again.supersedes, again.correction) == (first, "misread")
    with refused("result.superseded"):
        results.record_result(
            actor=cast.laboratory, record=a_result(item), supersedes=first, correction="again"
        )
    with pytest.raises(Exception, match="refused"), change(INSTALLER, "tests.result.attacked"):
        type(first).objects.filter(pk=first.pk).update(answer="something else")


def test_no_result_comes_before_or_after_the_examination(cast: Cast, bones: Any) -> None:
    item = sent(cast, bones[0], until="dispatch").items.get()
    with refused("result.not_in_examination"):
        answer(cast, item)
    with database_refuses("evidence_result_in_examination"):
        result = a_result(item)
        result.case, result.recorded_by = cast.case_a, cast.laboratory
        result.save(force_insert=True)


def test_a_report_is_returned_and_completed(cast: Cast, bones: Any) -> None:
    referral = sent(cast, bones[0], until="report")
    with refused("referral.tells_the_case", "reason"):
        step(cast, referral, "return", "anthropologist", f"{bones[0].number}: which method?")
    returned = step(cast, referral, "return", "anthropologist", "Which method?")
    assert returned.return_reason == "Which method?"
    referral = step(cast, returned, "resume", "laboratory")
    first = referral.items.get().results.get()
    results.record_result(
        actor=cast.laboratory,
        record=a_result(referral.items.get(), method="CT"),
        supersedes=first,
        correction="method added",
    )
    step(cast, referral, "report", "laboratory")
    assert step(cast, referral, "accept", "anthropologist").status == "accepted"


def test_a_report_may_be_taken_back_by_the_laboratory_with_a_reason(cast: Cast, bones: Any) -> None:
    referral = sent(cast, bones[0], until="report")
    with refused("workflow.reason_required"):
        step(cast, referral, "correct", "laboratory")
    assert step(cast, referral, "correct", "laboratory", "bags mixed up").status == "examination"


def test_a_refused_request_says_why_and_can_be_mended(cast: Cast) -> None:
    referral = sent(cast, cast.find_a, until="request")
    refused_one = step(cast, referral, "refuse", "prosecutor", "ask for DNA as well")
    assert (refused_one.status, refused_one.refusal_reason) == ("draft", "ask for DNA as well")
    again = step(cast, refused_one, "request", "anthropologist")
    assert (again.refusal_reason, again.requested_by) == ("", cast.anthropologist)


def test_a_sent_referral_is_not_cancelled(cast: Cast) -> None:
    referral = sent(cast, cast.find_a, until="dispatch")
    with refused("referral.dispatched"):
        step(cast, referral, "cancel", "prosecutor", "too late")
    with database_refuses("evidence_referral_nothing_there", reason="too late"):
        Referral.objects.filter(pk=referral.pk).update(status="cancelled")


def test_a_specimen_that_was_sent_shows_it_and_may_be_sent_again(cast: Cast, bones: Any) -> None:
    step(cast, sent(cast, bones[0], until="accept"), "close", "prosecutor", "done")
    again = sent(cast, bones[0], until="request")
    assert [row.referral.number for row in bones[0].referralitem_set.order_by("id")] == [
        "A-1/R-001",
        again.number,
    ]


def test_nobody_of_the_team_withdraws_what_was_sent(cast: Cast, bones: Any) -> None:
    referral = sent(cast, bones[0], until="dispatch")
    with pytest.raises(LookupError):
        withdraw_record(actor=cast.prosecutor, record=referral, reason="x")
    acknowledge(cast, referral)
