"""Exhibits: numbered at their site, tied to what they were found with, and disposed of by two people."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from cases.models import Site
from evidence.models import Exhibit, Holding
from evidence.services import custody, exhibit
from evidence.services.holder import Holder
from remains.models import Injury
from remains.services import injury
from remains.services.find import move_find
from tests.actors import INSTALLER, Cast, make_site
from tests.evidence.things import ago, held, holders, lifted, rope, sent
from tests.refused import database_refuses, refused
from tests.remains.specimens import log


def test_an_exhibit_gets_the_next_number_of_its_site(cast: Cast) -> None:
    assert [rope(cast).number for _n in range(2)] == ["KHJ01-E0001", "KHJ01-E0002"]
    exhibit.withdraw(actor=cast.investigator, record=Exhibit.objects.get(serial=2), reason="a root")
    assert rope(cast).number == "KHJ01-E0003"
    with database_refuses("evidence_exhibit_number_fixed"):
        Exhibit.objects.filter(serial=1).update(number="X")
    with database_refuses("cases_site_code_labelled"):
        Site.objects.filter(pk=cast.site_a.pk).update(code="OTHER")


def test_a_rope_around_the_wrists_is_tied_to_find_specimen_and_injury(cast: Cast) -> None:
    find = lifted(cast)
    [bone] = log(cast.anthropologist, find, ("radius", "left"))
    mark = injury.create(
        actor=cast.anthropologist,
        record=Injury(
            case=cast.case_a,
            specimen=bone,
            timing="peri",
            mechanism_id="injury_mechanism.ligature",
            place="distal shaft",
            description="groove",
            observer="A. N.",
        ),
    )
    made = exhibit.create(
        actor=cast.investigator,
        record=Exhibit(
            case=cast.case_a,
            injury=mark,
            kind_id="exhibit_kind.ligature",
            material_id="exhibit_material.rope",
            description="rope around both wrists",
        ),
    )
    assert (made.specimen, made.find, made.site) == (bone, find, cast.site_a)
    made.injury = None
    made.description = "rope, two strands"
    assert exhibit.change(actor=cast.investigator, record=made, version=1).version == 2


def other_site(cast: Cast) -> Site:
    from cases.ledger.context import change

    with change(INSTALLER, "tests.site.made"):
        return make_site(cast.case_a, "KHJ02")


def test_what_it_is_tied_to_is_of_its_site(cast: Cast) -> None:
    fields = {"site": other_site(cast), "find": cast.find_a}
    with refused("exhibit.of_other_site"):
        rope(cast, **fields)
    with database_refuses("evidence_exhibit_of_other_site"):
        Exhibit(
            case=cast.case_a,
            number="X",
            serial=9,
            status="recorded",
            kind_id="exhibit_kind.ligature",
            description="x",
            **fields,
        ).save()


def test_an_exhibit_keeps_its_number_when_its_find_goes_to_another_site(cast: Cast) -> None:
    made = rope(cast, find=cast.find_a)
    move_find(actor=cast.investigator, find=cast.find_a, to=other_site(cast), reason="wrong trench")
    made.refresh_from_db()
    made.remarks = "seen again"
    assert exhibit.change(actor=cast.investigator, record=made, version=1).number == "KHJ01-E0001"


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"description": ""}, "record.invalid", "evidence_exhibit_described"),
    ({"parting": "cut"}, "exhibit.part_of_nothing", "evidence_exhibit_part_of_something"),
    ({"parting_reason": "to test"}, "exhibit.parting_without_reason", "evidence_exhibit_parting_reasoned"),
    ({"height_m": 1}, "exhibit.point_whole", "evidence_exhibit_point_whole"),
    ({"kind_id": "exhibit_material.rope"}, "record.invalid", "evidence_exhibit_kind_list"),
]


@pytest.mark.parametrize(("fields", "code", "rule"), BAD)
def test_an_impossible_exhibit_is_refused(cast: Cast, fields: dict[str, Any], code: str, rule: str) -> None:
    with refused(code):
        rope(cast, **fields)
    values = {"kind_id": "exhibit_kind.ligature", "description": "x", **fields}
    with database_refuses(rule):
        Exhibit(case=cast.case_a, site=cast.site_a, number="X", serial=9, status="recorded", **values).save()


def test_a_part_is_held_by_whoever_holds_what_it_came_out_of(cast: Cast) -> None:
    bag = held(cast, kind_id="exhibit_kind.bag", description="bag with soil and metal")
    part = rope(
        cast,
        parent=bag,
        parting="taken_out",
        parting_reason="sieved",
        kind_id="exhibit_kind.projectile",
        description="bullet",
    )
    assert (part.status, holders(part)) == ("held", ["Investigator"])
    with database_refuses("evidence_exhibit_origin_fixed"):
        Exhibit.objects.filter(pk=part.pk).update(parent=None, parting=None, parting_reason="")
    sent(cast, bag)
    with refused("custody.on_its_way"):
        rope(cast, parent=bag, parting="taken_out", parting_reason="sieved")


def test_a_sample_is_cut_by_who_has_the_specimen_in_hand(cast: Cast) -> None:
    find = lifted(cast)
    [bone] = log(cast.anthropologist, find, ("femur", "left"))
    custody.take_in(actor=cast.anthropologist, items=[find], at=ago(hours=1))
    cut = {"specimen": bone, "parting": "cut", "parting_reason": "for DNA", "kind_id": "exhibit_kind.sample"}
    with refused("custody.not_holder"):
        rope(cast, **cut)
    sample = exhibit.create(
        actor=cast.anthropologist, record=Exhibit(case=cast.case_a, description="2 g of bone", **cut)
    )
    assert holders(sample) == ["Anthropologist"]


def test_what_was_used_up_is_held_by_nobody_any_more(cast: Cast) -> None:
    made = held(cast, by=cast.anthropologist, kind_id="exhibit_kind.sample")
    with refused("exhibit.not_proposed"):
        exhibit.apply_transition(actor=cast.custodian, exhibit=made, name="consume", reason="DNA")
    exhibit.propose_disposal(actor=cast.anthropologist, exhibit=made, disposal="consumed", reason="DNA")
    with refused("exhibit.needs_second_person"):
        exhibit.apply_transition(actor=cast.anthropologist, exhibit=made, name="consume", reason="DNA")
    for by in (None, cast.anthropologist):
        with database_refuses("evidence_exhibit_disposed_by_two", cast.anthropologist, reason="x"):
            Exhibit.objects.filter(pk=made.pk).update(status="consumed", disposed_by=by)
    with refused("workflow.reason_required"):
        exhibit.apply_transition(actor=cast.custodian, exhibit=made, name="consume")
    done = exhibit.apply_transition(actor=cast.custodian, exhibit=made, name="consume", reason="seen")
    assert done.status == "consumed"
    assert Holding.objects.get(exhibit=made).ending == "consumed"
    with refused("custody.ended"):
        sent(cast, made, by=cast.anthropologist)
    with refused("exhibit.in_custody"):
        exhibit.withdraw(actor=cast.investigator, record=made, reason="mistake")


def test_a_bone_is_not_used_up_by_one_person_but_a_sample_of_it_by_two(cast: Cast) -> None:
    [bone] = log(cast.anthropologist, lifted(cast), ("femur", "left"))
    custody.take_in(actor=cast.anthropologist, items=[bone])
    for ending in ("consumed", "released", "destroyed", "returned"):
        with database_refuses("evidence_holding_end_of_kind"):
            Holding.objects.filter(specimen=bone).update(
                ending=ending, ending_reason="x", until_at=timezone.now()
            )


@pytest.mark.parametrize(("disposal", "step"), [("released", "release"), ("destroyed", "destroy")])
def test_a_release_or_destruction_takes_two_people(cast: Cast, disposal: str, step: str) -> None:
    made = held(cast)
    go: dict[str, Any] = {"exhibit": made, "name": step, "reason": "by court order"}
    with refused("exhibit.not_proposed"):
        exhibit.apply_transition(actor=cast.prosecutor, **go)
    exhibit.propose_disposal(
        actor=cast.prosecutor, exhibit=made, disposal=disposal, reason="order 7", to="family"
    )
    with refused("exhibit.needs_second_person"):
        exhibit.apply_transition(actor=cast.prosecutor, **go)
    with refused("access.forbidden"):
        exhibit.apply_transition(actor=cast.custodian, **go)
    with refused("exhibit.disposal_proposed_already"):
        exhibit.propose_disposal(actor=cast.custodian, exhibit=made, disposal=disposal, reason="x", to="y")
    done = exhibit.apply_transition(actor=cast.second_prosecutor, **go)
    assert (done.status, done.disposed_by) == (disposal, cast.second_prosecutor)
    assert Holding.objects.get(exhibit=made).ending == disposal


def test_a_proposal_is_taken_back(cast: Cast) -> None:
    made = held(cast)
    with refused("exhibit.released_to_nobody", "disposal_to"):
        exhibit.propose_disposal(actor=cast.custodian, exhibit=made, disposal="released", reason="x")
    exhibit.propose_disposal(actor=cast.custodian, exhibit=made, disposal="destroyed", reason="mould")
    exhibit.withdraw_disposal(actor=cast.prosecutor, exhibit=made, reason="no")
    with refused("exhibit.not_proposed"):
        exhibit.withdraw_disposal(actor=cast.prosecutor, exhibit=made)
    sent(cast, made)
    exhibit.propose_disposal(actor=cast.custodian, exhibit=made, disposal="destroyed", reason="mould")
    with refused("custody.on_its_way"):
        exhibit.apply_transition(actor=cast.prosecutor, exhibit=made, name="destroy", reason="x")


def test_two_signatures_are_two_by_sql_too(cast: Cast) -> None:
    made = held(cast)
    mine = Exhibit.objects.filter(pk=made.pk)
    with database_refuses("evidence_exhibit_disposal_signed", cast.prosecutor):
        mine.update(disposal="destroyed", disposal_reason="x", disposal_proposed_by=cast.custodian)
    exhibit.propose_disposal(actor=cast.prosecutor, exhibit=made, disposal="destroyed", reason="x")
    with database_refuses("evidence_exhibit_disposed_by_two", cast.prosecutor, reason="x"):
        mine.update(status="destroyed", disposed_by=cast.prosecutor)
    with database_refuses("evidence_exhibit_disposed_by_two", cast.second_prosecutor, reason="x"):
        mine.update(status="destroyed")
    with database_refuses("evidence_exhibit_disposed_by_two", cast.second_prosecutor, reason="x"):
        mine.update(status="released", disposed_by=cast.second_prosecutor)
    with database_refuses("evidence_exhibit_disposal_signed", cast.second_prosecutor, reason="x"):
        mine.update(status="destroyed", disposed_by=cast.custodian)
    with database_refuses("evidence_exhibit_reason_given", cast.second_prosecutor):
        mine.update(status="destroyed", disposed_by=cast.second_prosecutor)


def test_a_find_that_is_returned_is_held_by_nobody_here(cast: Cast) -> None:
    from remains.services.find import apply_transition

    find = lifted(cast)
    custody.take_in(actor=cast.anthropologist, items=[find])
    from tests.evidence.things import accepted

    accepted(sent(cast, find, by=cast.anthropologist), cast.custodian)
    find.refresh_from_db()
    for step in ("examine", "examined"):
        apply_transition(actor=cast.anthropologist, find=find, name=step)
    with refused("custody.not_holder"):
        sent(cast, find, by=cast.anthropologist, to=Holder(person=cast.investigator))
    for step in ("release", "return"):
        apply_transition(actor=cast.prosecutor, find=find, name=step, reason="identified")
    assert Holding.objects.get(find=find, ending="returned").ending_reason == "identified"


def test_who_works_elsewhere_or_only_reads_records_no_exhibit(cast: Cast) -> None:
    for name in ("custodian", "prosecutor", "auditor", "liaison", "supervisor"):
        with refused("access.forbidden"):
            exhibit.create(
                actor=cast.people[name],
                record=Exhibit(
                    case=cast.case_a, site=cast.site_a, kind_id="exhibit_kind.soil", description="x"
                ),
            )
    with refused("access.not_found"):
        exhibit.create(
            actor=cast.outsider,
            record=Exhibit(case=cast.case_a, site=cast.site_a, kind_id="exhibit_kind.soil", description="x"),
        )
