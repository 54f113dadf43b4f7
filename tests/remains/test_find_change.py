"""Changing and moving finds, and what became of them: split, merged."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from cases.ledger.context import change
from cases.models import Context, LedgerEntry
from remains.models import Find, Lineage
from remains.services.find import (
    apply_transition,
    change_find,
    log_find,
    merge_finds,
    merged_into,
    move_find,
    split_find,
)
from tests.actors import INSTALLER, SINCE, Cast, make_find, make_site
from tests.refused import database_refuses, refused, run


@pytest.fixture
def second_site(cast: Cast) -> Any:
    """Another site of case A."""
    with change(INSTALLER, "tests.site.made"):
        return make_site(cast.case_a, "KHJ02")


def log(cast: Cast, **fields: Any) -> Find:
    values = {"case": cast.case_a, "site": cast.site_a, "category": "commingled"}
    return log_find(actor=cast.investigator, record=Find(**(values | fields)))


def bring(cast: Cast, find: Find, *steps: str) -> Find:
    for step in steps:
        actor = cast.anthropologist if step.startswith("exam") else cast.investigator
        find = apply_transition(actor=actor, find=find, name=step)
    return find


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("number", "KHJ01-0009", "record.not_by_hand"),
        ("serial", 9, "record.not_by_hand"),
        ("status", "lifted", "record.not_by_hand"),
        ("numbered_at", "other", "record.not_by_hand"),
        ("site", "other", "find.site_by_move"),
    ],
)
def test_what_has_a_door_of_its_own_is_changed_by_no_form(
    cast: Cast, second_site: Any, field: str, value: Any, code: str
) -> None:
    setattr(cast.find_a, field, second_site if value == "other" else value)
    with refused(code, field):
        change_find(actor=cast.investigator, record=cast.find_a, version=1)


def test_a_description_is_changed(cast: Cast) -> None:
    cast.find_a.bindings, cast.find_a.bindings_note = "present", "rope around both wrists"
    assert change_find(actor=cast.anthropologist, record=cast.find_a, version=1).version == 2


def test_the_day_of_lifting_of_a_lifted_find_stays(cast: Cast) -> None:
    find = log(cast, lifted_on=SINCE)
    find.lifted_on = None
    with refused("find.lifting_not_recorded", "lifted_on"):
        change_find(actor=cast.investigator, record=find, version=1)


def test_a_find_moved_keeps_its_number_which_stays_taken_where_it_was_given(
    cast: Cast, second_site: Any
) -> None:
    find = log(cast, easting_m=Decimal(1), northing_m=Decimal(2))
    moved = move_find(actor=cast.investigator, find=find, to=second_site, reason="wrong grave on the label")
    assert (moved.number, moved.site, moved.easting_m) == ("KHJ01-0002", second_site, None)
    assert log(cast).number == "KHJ01-0003"
    assert log(cast, site=second_site).number == "KHJ02-0001"
    entry = LedgerEntry.objects.filter(record_id=str(find.pk)).order_by("seq").last()
    assert entry is not None
    assert (entry.action, entry.reason) == ("remains.find.moved", "wrong grave on the label")


def test_a_find_moved_back_is_as_it_was(cast: Cast, second_site: Any) -> None:
    moved = move_find(actor=cast.investigator, find=cast.find_a, to=second_site, reason="x")
    back = move_find(actor=cast.investigator, find=moved, to=cast.site_a, reason="y", version=moved.version)
    assert (back.numbered_at, back.serial) == (None, 1)


def test_a_find_moves_to_another_context_of_its_site(cast: Cast) -> None:
    with change(INSTALLER, "tests.context.made"):
        context = Context.objects.create(case=cast.case_a, site=cast.site_a, number="7", kind="fill")
    moved = move_find(actor=cast.investigator, find=cast.find_a, context=context, reason="section redrawn")
    assert (moved.context, moved.site) == (context, cast.site_a)
    with refused("find.there_already"):
        move_find(actor=cast.investigator, find=moved, context=context, reason="again")


def test_moving_takes_a_reason_and_stays_in_the_case(cast: Cast, second_site: Any) -> None:
    with refused("record.reason_required", "reason"):
        move_find(actor=cast.investigator, find=cast.find_a, to=second_site, reason=" ")
    with refused("access.not_found"):
        move_find(actor=cast.investigator, find=cast.find_a, to=cast.site_b, reason="x")
    with refused("access.forbidden"):
        move_find(actor=cast.custodian, find=cast.find_a, to=second_site, reason="x")


def test_no_statement_moves_a_find_without_saying_from_where(cast: Cast, second_site: Any) -> None:
    with database_refuses("remains_find_number_fixed"):
        run("UPDATE remains_find SET site_id = %s WHERE id = %s", second_site.pk, cast.find_a.pk)
    with database_refuses("remains_find_site_same_case"):
        run(
            "UPDATE remains_find SET site_id = %s, numbered_at_id = %s WHERE id = %s",
            cast.site_b.pk,
            cast.site_a.pk,
            cast.find_a.pk,
        )


def test_a_serial_is_given_once_even_by_sql(cast: Cast, second_site: Any) -> None:
    move_find(actor=cast.investigator, find=cast.find_a, to=second_site, reason="x")
    with database_refuses("remains_find_serial_unique"):
        make_find(cast.site_a, 1, number="KHJ01-001")
    with database_refuses("remains_find_number_unique"):
        make_find(cast.site_a, 2, number="KHJ01-0001")


def test_parts_of_a_find_have_numbers_of_their_own_and_carry_the_rest_over(cast: Cast) -> None:
    source = log(cast, lifted_on=SINCE, found_on=SINCE, finder=cast.investigator, storage_place="shelf 4")
    parts = split_find(
        actor=cast.anthropologist,
        find=source,
        parts=[Find(category="bone", description="left femur"), Find(category="fragments")],
        reason="two people in one bag",
    )
    assert [part.number for part in parts] == ["KHJ01-0003", "KHJ01-0004"]
    assert {(p.status, p.site_id, p.found_on, p.storage_place) for p in parts} == {
        ("lifted", cast.site_a.pk, SINCE, "shelf 4")
    }
    lineage = Lineage.objects.filter(parent=source)
    assert {(row.child_id, row.kind, row.reason) for row in lineage} == {
        (part.pk, "split", "two people in one bag") for part in parts
    }
    assert Find.objects.get(pk=source.pk).version == 1


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ((), "lifted"),
        (("receive",), "received"),
        (("receive", "examine"), "examination"),
        (("receive", "examine", "examined"), "examined"),
    ],
)
def test_a_part_is_where_the_find_is(cast: Cast, steps: tuple[str, ...], status: str) -> None:
    source = bring(cast, log(cast, lifted_on=SINCE), *steps)
    [part] = split_find(
        actor=cast.anthropologist, find=source, parts=[Find(category="bone")], reason="sorted"
    )
    stored = Find.objects.get(pk=part.pk)
    assert (stored.status, stored.version) == (status, part.version)


def test_a_part_of_a_restricted_find_is_restricted(cast: Cast) -> None:
    source = log(cast, handling="investigation")
    [part] = split_find(actor=cast.investigator, find=source, parts=[Find(category="bone")], reason="sorted")
    assert {part.handling, Lineage.objects.get().handling} == {"investigation"}


def test_a_find_on_its_way_is_not_split(cast: Cast) -> None:
    source = bring(cast, log(cast, lifted_on=SINCE), "send")
    with refused("find.not_at_hand", "status"):
        split_find(actor=cast.investigator, find=source, parts=[Find(category="bone")], reason="x")


def test_a_split_takes_parts_and_a_reason_and_the_right(cast: Cast) -> None:
    part = Find(category="bone")
    with refused("find.no_parts"):
        split_find(actor=cast.investigator, find=cast.find_a, parts=[], reason="x")
    with refused("record.reason_required"):
        split_find(actor=cast.investigator, find=cast.find_a, parts=[part], reason="")
    with refused("access.forbidden"):
        split_find(actor=cast.custodian, find=cast.find_a, parts=[part], reason="x")
    with refused("access.not_found"):
        split_find(actor=cast.outsider, find=cast.find_a, parts=[part], reason="x")


def test_merged_finds_stay_and_go_no_further(cast: Cast) -> None:
    first, second = log(cast), log(cast)
    new = merge_finds(
        actor=cast.anthropologist,
        finds=[first, second],
        record=Find(category="body_part"),
        reason="refitting halves",
    )
    assert new.number == "KHJ01-0004"
    assert merged_into(first) == merged_into(second) == new
    assert Find.objects.get(pk=first.pk).withdrawn_at is None
    with refused("find.merged"):
        apply_transition(actor=cast.investigator, find=first, name="lift")
    with refused("find.merged"):
        split_find(actor=cast.investigator, find=first, parts=[Find(category="bone")], reason="x")
    with refused("find.merged"):
        merge_finds(actor=cast.investigator, finds=[first, cast.find_a], record=new, reason="x")


def test_merging_brings_nothing_restricted_into_the_open(cast: Cast) -> None:
    one, other = log(cast), log(cast, handling="investigation")
    merged = merge_finds(
        actor=cast.investigator, finds=[one, other], record=Find(category="body"), reason="one person"
    )
    assert merged.handling == "investigation"
    one, other = log(cast), log(cast, handling="investigation")
    with refused("find.two_handlings", "handling"):
        merge_finds(actor=cast.investigator, finds=[other], record=one, reason="one person")


def test_a_merged_find_has_only_what_all_share_and_the_last_day_of_lifting(cast: Cast) -> None:
    shared = {"found_on": dt.date(2024, 2, 21), "finder_as_named": "Team 1"}
    first = log(cast, lifted_on=dt.date(2024, 2, 22), storage_place="Shelf 1", **shared)
    second = log(cast, lifted_on=dt.date(2024, 2, 24), storage_place="Shelf 2", **shared)
    new = Find(category="body")
    merge_finds(actor=cast.investigator, finds=[first, second], record=new, reason="one person")
    assert (new.found_on, new.finder_as_named) == (shared["found_on"], "Team 1")
    assert (new.storage_place, new.lifted_on) == ("", dt.date(2024, 2, 24))


def test_a_find_is_merged_into_one_that_is_there(cast: Cast) -> None:
    first, second = log(cast), log(cast)
    into = merge_finds(actor=cast.investigator, finds=[first, second], record=second, reason="one bag")
    assert (into.pk, merged_into(first), merged_into(second)) == (second.pk, second, None)


def test_finds_of_two_sites_or_states_are_not_merged(cast: Cast, second_site: Any) -> None:
    here, there, lifted = log(cast), log(cast, site=second_site), log(cast, lifted_on=SINCE)
    with refused("find.two_sites"):
        merge_finds(actor=cast.investigator, finds=[here], record=there, reason="x")
    with refused("find.two_states"):
        merge_finds(actor=cast.investigator, finds=[here], record=lifted, reason="x")
    with refused("find.merge_of_too_few"):
        merge_finds(actor=cast.investigator, finds=[here], record=here, reason="x")
    with refused("find.merge_of_too_few"):
        merge_finds(actor=cast.investigator, finds=[here], record=Find(category="bone"), reason="x")
    with database_refuses("remains_lineage_one_site"):
        lineage(here, there)


def lineage(parent: Find, child: Find, kind: str = "merge", **fields: Any) -> Lineage:
    values = {"reason": "x", **fields}
    return Lineage.objects.create(case=parent.case, parent=parent, child=child, kind=kind, **values)


def test_a_find_does_not_come_out_of_itself(cast: Cast) -> None:
    source = log(cast)
    [part] = split_find(actor=cast.investigator, find=source, parts=[Find(category="bone")], reason="x")
    [smaller] = split_find(actor=cast.investigator, find=part, parts=[Find(category="bone")], reason="x")
    with refused("find.lineage_circle"):
        merge_finds(actor=cast.investigator, finds=[smaller], record=source, reason="undo")
    with database_refuses("remains_lineage_circle"):
        lineage(smaller, source)
    with database_refuses("remains_lineage_two_finds"):
        lineage(source, source)
    new = merge_finds(
        actor=cast.investigator, finds=[source, part, smaller], record=Find(category="bone"), reason="undo"
    )
    assert merged_into(source) == new


def test_lineage_is_once_and_for_ever(cast: Cast) -> None:
    first, second, third = log(cast), log(cast), log(cast)
    merge_finds(actor=cast.investigator, finds=[first], record=second, reason="one bag")
    with database_refuses("remains_lineage_merged_once"):
        lineage(first, third)
    with database_refuses("remains_lineage_reasoned"):
        lineage(second, third, reason="")
    with database_refuses("remains_find_merged"):
        run("UPDATE remains_find SET status = 'lifted', lifted_on = now() WHERE id = %s", first.pk)
    for attack in ("UPDATE remains_lineage SET reason = 'y'", "DELETE FROM remains_lineage"):
        from django.db import ProgrammingError, transaction

        with pytest.raises(ProgrammingError), transaction.atomic(), change(INSTALLER, "tests.rule.attacked"):
            run(attack)
