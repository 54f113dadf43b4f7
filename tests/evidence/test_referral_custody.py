"""Referrals and custody are one act: the dispatch hands over, the receipt takes over, and seals are looked at."""

from __future__ import annotations

from typing import Any

import pytest

from cases.refusals import Refusal
from evidence.models import Consignment, CustodyEvent, Exhibit, Referral, Seal
from evidence.services import custody, custody_answer, seal
from evidence.services import exhibit as exhibits
from evidence.services import finding as findings
from evidence.services import referral as referrals
from evidence.services import result as results
from evidence.services.holder import Holder
from evidence.services.referral_receipt import Receipt
from remains.models import Estimate
from tests.actors import Cast
from tests.evidence.sent import a_result, answer, draft, in_custody, proposed, sent, step
from tests.evidence.test_laboratory_access import analyst
from tests.evidence.things import held, holders, rope
from tests.refused import database_refuses, refused
from tests.remains.specimens import log


@pytest.fixture
def femur(cast: Cast) -> Any:
    return log(cast.anthropologist, cast.find_a, ("femur", "left"))[0]


def approved(cast: Cast, *things: Any) -> Referral:
    referral = sent(cast, *things, until="approve")
    in_custody(cast, referral)
    return referral


def arrive(cast: Cast, referral: Referral, *said: Any, by: Any = None) -> None:
    [item] = referral.items.all()
    results.acknowledge(actor=by or cast.laboratory, referral=referral, receipts=[Receipt(item.pk, *said)])


def sealed(cast: Cast, thing: Any, number: str) -> Seal:
    return seal.apply_seal(actor=cast.custodian, item=thing, number=number)


def test_the_dispatch_is_one_consignment_and_the_receipt_takes_it_over(cast: Cast, femur: Any) -> None:
    thing = rope(cast)
    referral = approved(cast, femur, thing)
    dispatched = referrals.dispatch(actor=cast.custodian, referral=referral, carried_by="courier")
    consignment = Consignment.objects.get()
    assert (dispatched.consignment, consignment.to_agency) == (consignment, cast.laboratory_agency)
    assert (consignment.carried_by, consignment.events.count()) == ("courier", 2)
    assert holders(femur) == holders(thing) == ["Custodian"]
    for item in referral.items.all():
        results.acknowledge(actor=cast.laboratory, referral=referral, receipts=[Receipt(item.pk, "dry")])
    assert holders(femur) == holders(thing) == ["Custodian", "Laboratory L"]
    answered = CustodyEvent.objects.filter(status="accepted").values_list("answered_by", flat=True)
    assert set(answered) == {cast.laboratory.pk}


def test_an_analyst_of_the_laboratory_who_is_in_no_team_takes_over_as_well(cast: Cast, femur: Any) -> None:
    person = analyst(cast, cast.laboratory_agency)
    referral = step(cast, approved(cast, femur), "dispatch", "custodian")
    arrive(cast, referral, "dry", by=person)
    assert holders(femur) == ["Custodian", "Laboratory L"]


def test_what_others_hold_is_not_dispatched_and_the_refusal_says_who(cast: Cast, femur: Any) -> None:
    referral = sent(cast, femur, until="approve")
    with refused("custody.not_held"):
        referrals.dispatch(actor=cast.custodian, referral=referral)
    custody.take_in(actor=cast.investigator, items=[femur])
    with pytest.raises(Refusal) as caught:
        referrals.dispatch(actor=cast.custodian, referral=referral)
    assert caught.value.code == "referral.item_held_elsewhere"
    assert f"{femur}: Investigator" in caught.value.message
    custody.release(
        actor=cast.investigator, items=[femur], to=Holder(person=cast.custodian), purpose="to be sent"
    )
    with refused("custody.on_its_way"):
        referrals.dispatch(actor=cast.custodian, referral=referral)
    assert Referral.objects.get().status == "approved"


def test_nothing_is_dispatched_without_a_consignment_to_its_laboratory(cast: Cast, femur: Any) -> None:
    referral = approved(cast, femur)
    with database_refuses("evidence_referral_consigned"):
        Referral.objects.filter(pk=referral.pk).update(status="dispatched")
    other = custody.release(
        actor=cast.custodian, items=[femur], to=Holder(person=cast.investigator), purpose="back"
    )
    with database_refuses("evidence_referral_consigned_to_it"):
        Referral.objects.filter(pk=referral.pk).update(status="dispatched", consignment=other)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (("dry", "S-9", True), False),
        (("dry", "S-7", False), False),
        (("dry", "", None), False),
        (("dry", "S-7", True), True),
    ],
)
def test_a_seal_that_is_not_as_sent_is_accepted_only_with_a_word_and_recorded_as_broken(
    cast: Cast, femur: Any, said: Any, kept: bool
) -> None:
    referral = approved(cast, femur)
    on_it = sealed(cast, femur, "S-7")
    referral = step(cast, referral, "dispatch", "custodian")
    if not kept:
        with pytest.raises(Refusal) as caught:
            arrive(cast, referral, *said)
        assert caught.value.code == "referral.seal_differs"
        assert "S-7" not in str(caught.value)
        assert str(femur) not in str(caught.value)
        said = (*said, "tape torn on one side")
    arrive(cast, referral, *said)
    on_it.refresh_from_db()
    assert (on_it.broken_at is None) is kept
    assert holders(femur)[-1] == "Laboratory L"
    event = CustodyEvent.objects.get()
    assert event.remark == ("" if kept else "tape torn on one side")


def test_what_is_not_accepted_goes_back_and_is_not_reported_on(cast: Cast, femur: Any) -> None:
    thing = rope(cast)
    referral = step(cast, approved(cast, femur, thing), "dispatch", "custodian")
    bone, other = referral.items.order_by("position")
    results.acknowledge(
        actor=cast.laboratory,
        referral=referral,
        receipts=[Receipt(bone.pk, "dry"), Receipt(other.pk, "wet", not_accepted="it is another rope")],
    )
    assert holders(thing) == ["Custodian"]
    assert CustodyEvent.objects.get(exhibit=thing).status == "refused"
    for name in ("receive", "begin"):
        referral = step(cast, referral, name, "laboratory")
    with refused("result.item_not_in_referral"):
        answer(cast, other)
    with database_refuses("evidence_result_item_of_referral"):
        result = a_result(other)
        result.case, result.recorded_by = cast.case_a, cast.laboratory
        result.save(force_insert=True)
    answer(cast, bone)
    assert step(cast, referral, "report", "laboratory").status == "reported"


def test_a_dispatched_referral_is_cancelled_only_when_nothing_of_it_is_there(cast: Cast, femur: Any) -> None:
    referral = step(cast, approved(cast, femur), "dispatch", "custodian")
    with refused("referral.dispatched"):
        step(cast, referral, "cancel", "prosecutor", "not needed")
    with database_refuses("evidence_referral_nothing_there", reason="x"):
        Referral.objects.filter(pk=referral.pk).update(status="cancelled")
    arrive(cast, referral, "burst open", "", None, "", "unfit to be examined")
    with refused("referral.nothing_accepted"):
        step(cast, referral, "receive", "laboratory")
    assert step(cast, referral, "cancel", "prosecutor", "sent back").status == "cancelled"


def test_what_was_called_back_is_not_received(cast: Cast, femur: Any) -> None:
    referral = step(cast, approved(cast, femur), "dispatch", "custodian")
    custody_answer.call_back(
        actor=cast.custodian, events=list(CustodyEvent.objects.all()), reason="wrong bag"
    )
    with refused("referral.not_handed_over"):
        arrive(cast, referral, "dry")
    assert step(cast, referral, "cancel", "prosecutor", "wrong bag").status == "cancelled"


def test_an_exhibit_is_called_what_it_is_and_found_by_its_number(cast: Cast) -> None:
    thing = rope(cast, material_id="exhibit_material.rope")
    assert [item.described_as for item in draft(cast, thing).items.all()] == ["ligature, rope or string"]


def sample_of(cast: Cast, bone: Any) -> Exhibit:
    """Return a sample that was cut from a bone in the anthropologist's hands."""
    custody.take_in(actor=cast.anthropologist, items=[bone])
    record = Exhibit(
        case=cast.case_a,
        site=cast.site_a,
        specimen=bone,
        parting="cut",
        parting_reason="for DNA",
        kind_id="exhibit_kind.sample",
        description="cortical bone, 2 g",
    )
    return exhibits.create(actor=cast.anthropologist, record=record)


def test_a_second_sample_of_a_bone_is_sent_while_the_first_is_away(cast: Cast, femur: Any) -> None:
    first = sample_of(cast, femur)
    referral = sent(cast, first)
    group = proposed(cast, answer(cast, referral.items.get()), kind="dna_group", dna_group="P-1")
    record = Exhibit(
        case=cast.case_a,
        site=cast.site_a,
        specimen=femur,
        parting="cut",
        parting_reason="no profile at first",
        kind_id="exhibit_kind.sample",
        description="cortical bone, 3 g",
    )
    again = exhibits.create(actor=cast.anthropologist, record=record)
    assert sent(cast, again, until="dispatch").status == "dispatched"
    step(cast, referral, "report", "laboratory")
    assert findings.accept(actor=cast.anthropologist, finding=group).specimen == femur
    femur.refresh_from_db()
    assert femur.dna_group == "P-1"


def test_of_an_exhibit_without_remains_only_a_burial_interval_is_taken_over(cast: Cast) -> None:
    thing = held(cast, by=cast.custodian, kind_id="exhibit_kind.soil", description="from under the rope")
    referral = sent(cast, thing)
    result = answer(cast, referral.items.get())
    age, burial = (
        proposed(cast, result),
        proposed(cast, result, kind="burial", burial_edtf="1990/1995", basis="pollen"),
    )
    step(cast, referral, "report", "laboratory")
    with refused("finding.of_no_remains"):
        findings.accept(actor=cast.anthropologist, finding=age)
    findings.accept(actor=cast.anthropologist, finding=burial)
    assert Estimate.objects.get().site == cast.site_a
