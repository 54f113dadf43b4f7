"""Legal holds: while one stands, its item stays, by whatever door; another prosecutor lifts it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import decisions
from cases.ledger.context import change
from cases.models import Case
from cases.services.record import withdraw_record
from evidence.models import Exhibit, Holding, LegalHold
from evidence.services import exhibit as exhibits
from evidence.services import hold as service
from remains.models import Find, Specimen
from remains.services.lineage import split_find
from remains.services.specimen_move import move_specimens
from remains.workflows import FIND
from tests.actors import INSTALLER, SINCE, Cast, make_find
from tests.cases.test_decisions import decide, page_of
from tests.evidence.things import held
from tests.forms import as_sent
from tests.refused import database_refuses, refused, run
from tests.remains.specimens import log
from tests.signed_in import signed_in

TODAY = timezone.localdate()


def placed(cast: Cast, item: Any, who: str = "prosecutor", **fields: Any) -> LegalHold:
    values = {"reason": "order of the court", "from_on": TODAY, **fields}
    record = LegalHold(**{item._meta.model_name: item}, **values)
    return service.place(actor=cast.people[who], record=record)


@pytest.fixture
def examined(cast: Cast) -> Find:
    with change(INSTALLER, "tests.find.made", reason="x"):
        find = make_find(cast.site_a, 77, status="lifted", lifted_on=SINCE)
        for status in ("received", "examination", "examined"):
            Find.objects.filter(pk=find.pk).update(status=status)
    find.refresh_from_db()
    return find


def to_status(find: Find, status: str) -> None:
    """Write a status past every service."""
    run("UPDATE remains_find SET status = %s WHERE id = %s", status, find.pk)


def test_a_find_does_not_leave_while_a_hold_stands(cast: Cast, examined: Find) -> None:
    hold = placed(cast, examined)
    with refused("hold.stands"):
        FIND.apply(actor=cast.prosecutor, record=examined, name="release", reason="x")
    options = {o.transition.name: o.blocked for o in FIND.options(examined, cast.prosecutor)}
    assert options["release"] is not None
    assert options["release"].code == "hold.stands"
    with database_refuses("evidence_legalhold_stands", reason="x"):
        to_status(examined, "released")
    service.lift(actor=cast.second_prosecutor, hold=hold, reason="the court agrees")
    assert FIND.apply(actor=cast.prosecutor, record=examined, name="release", reason="x").status == "released"


def test_a_hold_placed_on_what_was_released_keeps_it_from_the_grave_and_the_family(
    cast: Cast, examined: Find
) -> None:
    FIND.apply(actor=cast.prosecutor, record=examined, name="release", reason="x")
    placed(cast, examined)
    for name, status in (("return", "returned"), ("rebury", "reburied")):
        with refused("hold.stands"):
            FIND.apply(actor=cast.prosecutor, record=examined, name=name, reason="x")
        with database_refuses("evidence_legalhold_stands", reason="x"):
            to_status(examined, status)


def test_a_hold_stands_for_the_bones_in_a_find_and_one_on_a_bone_for_its_find(
    cast: Cast, examined: Find
) -> None:
    [bone, _other] = log(cast.anthropologist, examined, ("femur", "left"), ("femur", "right"))
    hold = placed(cast, bone)
    with refused("hold.stands"):
        FIND.apply(actor=cast.prosecutor, record=examined, name="release", reason="x")
    service.lift(actor=cast.second_prosecutor, hold=hold, reason="x")
    placed(cast, examined)
    with refused("hold.stands"):
        withdraw_record(actor=cast.anthropologist, record=bone, reason="twice")
    with database_refuses("evidence_legalhold_stands"):
        Specimen.objects.filter(pk=bone.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="x")


def test_nothing_slips_out_of_a_hold_into_another_find(cast: Cast, examined: Find) -> None:
    [bone] = log(cast.anthropologist, examined, ("femur", "left"))
    placed(cast, examined)
    with refused("hold.stands"):
        move_specimens(actor=cast.anthropologist, specimens=[bone], to=cast.find_a, reason="x")
    [part] = split_find(
        actor=cast.anthropologist,
        find=examined,
        parts=[Find(case=cast.case_a, site=cast.site_a, category="bone", lifted_on=SINCE)],
        reason="two people",
    )
    assert service.blocks(part) is not None
    assert service.blocks(cast.find_a) is None


def test_what_was_split_off_before_a_hold_is_not_kept_by_it(cast: Cast, examined: Find) -> None:
    [part] = split_find(
        actor=cast.anthropologist,
        find=examined,
        parts=[Find(case=cast.case_a, site=cast.site_a, category="bone", lifted_on=SINCE)],
        reason="two people",
    )
    placed(cast, examined)
    assert service.blocks(part) is None


def test_an_exhibit_is_neither_used_up_nor_released_nor_destroyed_nor_are_its_later_parts(cast: Cast) -> None:
    thing = held(cast)
    before = cut(cast, thing)
    hold = placed(cast, thing)
    after = cut(cast, thing)
    assert (service.blocks(before), service.blocks(after) is None) == (None, False)
    for disposal, name, who in (
        ("consumed", "consume", "custodian"),
        ("released", "release", "prosecutor"),
        ("destroyed", "destroy", "prosecutor"),
    ):
        exhibits.propose_disposal(
            actor=cast.investigator, exhibit=thing, disposal=disposal, reason="rotten", to="the family"
        )
        with refused("hold.stands"):
            exhibits.apply_transition(actor=cast.people[who], exhibit=thing, name=name, reason="x")
        with database_refuses("evidence_legalhold_stands", cast.people[who], reason="x"):
            Exhibit.objects.filter(pk=thing.pk).update(status=disposal, disposed_by=cast.people[who])
        exhibits.withdraw_disposal(actor=cast.investigator, exhibit=thing)
    with database_refuses("evidence_legalhold_stands"):
        Holding.objects.filter(exhibit=thing).update(
            ending="consumed", ending_reason="x", until_at=timezone.now()
        )
    service.lift(actor=cast.second_prosecutor, hold=hold, reason="x")
    exhibits.propose_disposal(
        actor=cast.investigator, exhibit=thing, disposal="destroyed", reason="rotten", to=""
    )
    done = exhibits.apply_transition(actor=cast.prosecutor, exhibit=thing, name="destroy", reason="x")
    assert done.status == "destroyed"


def cut(cast: Cast, thing: Exhibit) -> Exhibit:
    return exhibits.create(
        actor=cast.investigator,
        record=Exhibit(
            case=cast.case_a,
            parent=thing,
            kind_id="exhibit_kind.sample",
            description="a piece",
            parting="cut",
            parting_reason="DNA",
        ),
    )


def test_a_hold_is_placed_by_a_prosecutor_on_one_item_that_is_there(cast: Cast, examined: Find) -> None:
    for who in ("investigator", "custodian", "supervisor"):
        with refused("access.forbidden"):
            placed(cast, examined, who)
    with refused("access.not_found"):
        placed(cast, examined, "outsider")
    with refused("hold.one_item"):
        service.place(actor=cast.prosecutor, record=LegalHold(reason="x", from_on=TODAY))
    with refused("record.day_in_future", "from_on"):
        placed(cast, examined, from_on=TODAY + dt.timedelta(days=1))
    with refused("record.invalid", "reason"):
        placed(cast, examined, reason="")
    for name in ("release", "return"):
        FIND.apply(actor=cast.prosecutor, record=examined, name=name, reason="x")
    with refused("hold.item_gone"):
        placed(cast, examined)


def test_a_hold_is_lifted_by_another_with_a_reason_and_in_no_other_way(cast: Cast, examined: Find) -> None:
    hold = placed(cast, examined)
    with refused("hold.needs_second_person"):
        service.lift(actor=cast.prosecutor, hold=hold, reason="x")
    with refused("workflow.reason_required"):
        service.lift(actor=cast.second_prosecutor, hold=hold, reason=" ")
    with refused("record.stale"):
        service.lift(actor=cast.second_prosecutor, hold=hold, reason="x", version=9)
    rows = LegalHold.objects.filter(pk=hold.pk)
    lifted = {"status": "lifted", "lifted_on": TODAY, "lifting_reason": "x"}
    with database_refuses("evidence_legalhold_lifted_by_another", cast.prosecutor, reason="x"):
        rows.update(lifted_by=cast.prosecutor, **lifted)
    with database_refuses("evidence_legalhold_own_name", cast.investigator, reason="x"):
        rows.update(lifted_by=cast.second_prosecutor, **lifted)
    with database_refuses("evidence_legalhold_never_withdrawn"):
        rows.update(withdrawn_at=timezone.now(), withdrawn_reason="x")
    for field in ({"reason": "y"}, {"find": cast.find_a}):
        with database_refuses("evidence_legalhold_placed_fixed"):
            rows.update(**field)
    done = service.lift(actor=cast.second_prosecutor, hold=hold, reason="the court agrees")
    assert (done.status, done.lifted_by, done.lifting_reason) == (
        "lifted",
        cast.second_prosecutor,
        "the court agrees",
    )
    assert service.standing_for(examined) is None


def test_two_holds_are_lifted_one_by_one(cast: Cast, examined: Find) -> None:
    first, second = placed(cast, examined), placed(cast, examined, "second_prosecutor")
    service.lift(actor=cast.second_prosecutor, hold=first, reason="x")
    assert service.standing_for(examined) == second


def test_a_hold_is_seen_by_those_who_see_its_item(cast: Cast, examined: Find) -> None:
    with change(INSTALLER, "tests.find.hidden"):
        Find.objects.filter(pk=examined.pk).update(handling="investigation")
    examined.refresh_from_db()
    hold = placed(cast, examined)
    assert hold.handling == "investigation"
    assert not LegalHold.objects.visible_to(cast.liaison).exists()


def test_a_closed_case_takes_no_hold(cast: Cast, examined: Find) -> None:
    with change(cast.second_prosecutor, "tests.closure.proposed"):
        Case.objects.filter(pk=cast.case_a.pk).update(
            closure_proposed_by=cast.second_prosecutor, closure_reason="x"
        )
    with change(cast.prosecutor, "tests.case.closed", reason="x"):
        Case.objects.filter(pk=cast.case_a.pk).update(status="closed", closed_by=cast.prosecutor)
    with refused("case.closed"):
        placed(cast, examined)


def test_who_asked_that_it_be_lifted_does_not_decide_and_a_prosecutor_decides_with_all_of_it_in_sight(
    cast: Cast, examined: Find
) -> None:
    hold = placed(cast, examined, court_order="Court of appeal, 7/2024")
    with refused("record.reason_required"):
        service.ask_lift(actor=cast.investigator, hold=hold, reason=" ")
    with refused("hold.lift_not_asked"):
        service.decline_lift(actor=cast.second_prosecutor, hold=hold, reason="x")
    service.ask_lift(actor=cast.second_prosecutor, hold=hold, reason="the court agrees")
    with refused("hold.lift_asked_already"):
        service.ask_lift(actor=cast.investigator, hold=hold, reason="x")
    with refused("hold.needs_second_person"):
        service.lift(actor=cast.second_prosecutor, hold=hold, reason="x")
    rows = LegalHold.objects.filter(pk=hold.pk)
    with database_refuses("evidence_legalhold_lifted_by_another", cast.second_prosecutor, reason="x"):
        rows.update(status="lifted", lifted_by=cast.second_prosecutor, lifted_on=TODAY, lifting_reason="x")
    with database_refuses("evidence_legalhold_own_name", cast.investigator):
        rows.update(lift_asked_by=cast.custodian)
    service.decline_lift(actor=cast.prosecutor, hold=hold, reason="not yet")
    service.ask_lift(actor=cast.investigator, hold=hold, reason="the trial is over")
    assert waits(cast, "prosecutor") == waits(cast, "investigator") == {}
    assert waits(cast, "second_prosecutor") == {"hold": 1}
    page = signed_in(cast.second_prosecutor).get(page_of("hold", hold)).content.decode()
    for words in (examined.number, "order of the court", "Court of appeal, 7/2024", "the trial is over"):
        assert words in page
    assert decide(cast.second_prosecutor, "hold", hold, "approve").status_code == 422
    answer = decide(cast.second_prosecutor, "hold", hold, "approve", reason_approve="agreed")
    assert (answer.status_code, LegalHold.objects.get().status) == (302, "lifted")


def test_the_end_of_an_exhibit_is_decided_with_its_custody_and_its_holds_in_sight(cast: Cast) -> None:
    thing = held(cast)
    hold = placed(cast, thing)
    exhibits.propose_disposal(
        actor=cast.investigator, exhibit=thing, disposal="released", reason="not needed", to="the family"
    )
    assert waits(cast, "prosecutor") == {"exhibit": 1}
    assert waits(cast, "investigator") == {}
    page = signed_in(cast.prosecutor).get(page_of("exhibit", thing)).content.decode()
    for words in (
        thing.number,
        "not needed",
        "the family",
        "order of the court",
        cast.investigator.full_name,
    ):
        assert words in page
    answer = decide(cast.prosecutor, "exhibit", thing, "approve", reason_approve="yes")
    assert (answer.status_code, Exhibit.objects.get(pk=thing.pk).status) == (409, "held")
    service.lift(actor=cast.second_prosecutor, hold=hold, reason="x")
    assert decide(cast.prosecutor, "exhibit", thing, "approve", reason_approve="yes").status_code == 302
    assert Exhibit.objects.get(pk=thing.pk).status == "released"


def waits(cast: Cast, who: str) -> dict[str, int]:
    return {source.key: number for source, number in decisions.counts(cast.people[who])}


def test_the_page_of_a_find_says_that_it_is_held_and_leads_to_the_hold(cast: Cast, examined: Find) -> None:
    client = signed_in(cast.prosecutor)
    url = reverse("admin:remains_find_change", args=[examined.pk])
    [group] = [group for group in client.get(url).context["related_groups"] if group.title == "Legal holds"]
    form = client.get(group.add_link)
    assert client.post(group.add_link, as_sent(form, reason="order of the court")).status_code == 302
    hold = LegalHold.objects.get()
    own = reverse("admin:evidence_legalhold_change", args=[hold.pk])
    said = client.get(url).content.decode().split('id="custody_state"')[1].split("</section>")[0]
    assert own in said
    assert "stands since" in said
    lift = reverse("admin:evidence_legalhold_transition", args=[hold.pk, "lift"])
    assert client.post(lift, {"reason": "x"}).status_code == 409
    ask = reverse("admin:evidence_legalhold_lift_request", args=[hold.pk, "ask"])
    assert ask in signed_in(cast.investigator).get(own).content.decode()
    assert signed_in(cast.investigator).post(ask, {"reason": "x"}).status_code == 302
    assert "Let it stand" in client.get(own).content.decode()
    assert signed_in(cast.second_prosecutor).post(lift, {"reason": "x"}).status_code == 302
    assert "stands since" not in client.get(url).content.decode()
