"""Assessments: frozen with all they rest on, signed by another, superseded, and the same again from the ledger."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from cases.ledger.context import change as named
from cases.models import LedgerEntry, User
from remains.models import Assessment, Specimen
from remains.services import assessment as door
from remains.services.assessment import apply_transition, draft, recompute, redraft, sign
from tests.actors import INSTALLER, Cast, make_find, make_site
from tests.refused import database_refuses, refused, run
from tests.remains.bones import bone
from tests.remains.counted import aged, link, second_anthropologist, set_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(cast: Cast) -> list[Specimen]:
    """Three left femora of adults, and one of a child that is presumed to be 4-5 years old."""
    bones = [bone(cast.find_a, "femur", "left", 6) for _each in range(3)]
    for each in bones:
        aged(each, 18, None)
    child = bone(cast.find_a, "mandible", "axial", 1)
    aged(child, 4, 5, certainty="presumed")
    return [*bones, child]


@pytest.fixture
def second(cast: Cast) -> User:
    """Another anthropologist of the case."""
    return second_anthropologist(cast)


def drafted(cast: Cast, reading: str = "presumed", who: str = "anthropologist", **about: Any) -> Assessment:
    record = Assessment(
        case=cast.case_a, **(about or {"site": cast.site_a}), reasoning="Four, by their femora."
    )
    return draft(actor=cast.people[who], record=record, reading=reading)


def test_a_draft_freezes_the_number_its_proof_and_all_it_rests_on(cast: Cast, four: list[Specimen]) -> None:
    made = Assessment.objects.get(pk=drafted(cast).pk)
    assert (made.count, made.status, made.drafted_by) == (4, "draft", cast.anthropologist)
    assert sum(group["count"] for group in made.result["readings"]["presumed"]["proof"]) == 4
    assert made.result["readings"]["determined"]["count"] == 3
    assert [[str(each.pk), 1] for each in four] == made.inputs["specimen"]
    assert {kind: len(rows) for kind, rows in made.inputs.items()} == {
        "specimen": 4,
        "estimate": 4,
        "find": 1,
        "site": 1,
    }
    newest = LedgerEntry.objects.filter(chain=cast.case_a.pk).latest("seq")
    assert (newest.action, made.ledger_seq) == ("remains.assessment.created", newest.seq - 1)


@pytest.mark.usefixtures("four")
def test_which_opinions_count_is_said_by_who_drafts(cast: Cast) -> None:
    assert drafted(cast, "determined").count == 3
    with refused("assessment.reading", "reading"):
        drafted(cast, "")


def test_nothing_to_count_and_contradictions_are_not_drafted(cast: Cast) -> None:
    with refused("assessment.nothing"):
        drafted(cast)
    one = bone(cast.find_a, "femur", "left", 6)
    aged(one, 4, 5)
    aged(one, 18, None)
    with refused("assessment.contradiction"):
        drafted(cast)
    assert not Assessment.objects.exists()


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize("name", ["investigator", "prosecutor", "liaison", "supervisor", "auditor"])
def test_only_anthropologists_draft(cast: Cast, name: str) -> None:
    with refused("access.forbidden"):
        drafted(cast, who=name)


@pytest.mark.usefixtures("four")
def test_another_anthropologist_signs(cast: Cast, second: User) -> None:
    made = drafted(cast)
    with refused("assessment.needs_second_person"):
        sign(actor=cast.anthropologist, assessment=made)
    with refused("access.forbidden"):
        sign(actor=cast.prosecutor, assessment=made)
    signed = sign(actor=second, assessment=made)
    assert (signed.status, signed.signed_by) == ("signed", second)
    with refused("workflow.wrong_state"):
        sign(actor=second, assessment=made)


@pytest.mark.usefixtures("four")
def test_database_holds_that_another_signs(cast: Cast) -> None:
    made = drafted(cast)
    statement = (
        "UPDATE remains_assessment SET status = 'signed', signed_at = now(), signed_by_id = %s WHERE id = %s"
    )
    with database_refuses("remains_assessment_signed_by_another"):
        run(statement, cast.anthropologist.pk, made.pk)
    with database_refuses("remains_assessment_signed_by_another"):
        run("UPDATE remains_assessment SET status = 'signed' WHERE id = %s", made.pk)


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    "column", ["count = 5", "reasoning = 'x'", "result = '{}'", "inputs = '{}'", "ledger_seq = 1"]
)
def test_database_keeps_a_signed_assessment_as_it_is(cast: Cast, second: User, column: str) -> None:
    made = sign(actor=second, assessment=drafted(cast))
    with database_refuses("remains_assessment_signed"):
        run(f"UPDATE remains_assessment SET {column} WHERE id = %s", made.pk)


@pytest.mark.usefixtures("four")
def test_database_knows_no_way_back_to_a_draft(cast: Cast, second: User) -> None:
    made = sign(actor=second, assessment=drafted(cast))
    with database_refuses("remains_assessment_signed"):
        run("UPDATE remains_assessment SET status = 'draft', signed_by_id = NULL WHERE id = %s", made.pk)


@pytest.mark.usefixtures("four")
def test_what_changes_no_answer_leaves_a_draft_fresh_and_what_does_makes_it_stale(
    cast: Cast, second: User
) -> None:
    made = drafted(cast)
    note = Specimen.objects.latest("pk")
    set_on(note, notes="seen again")
    assert not door.is_stale(made)
    aged(bone(cast.find_a, "femur", "left", 6), 18, None)
    assert door.is_stale(made)
    with refused("assessment.stale"):
        sign(actor=second, assessment=made)
    made.refresh_from_db()
    assert made.status == "draft"
    anew = redraft(actor=cast.anthropologist, assessment=made)
    assert (anew.count, door.is_stale(anew)) == (5, False)
    assert sign(actor=second, assessment=anew).count == 5


@pytest.mark.usefixtures("four")
def test_only_who_drafted_changes_a_draft(cast: Cast, second: User) -> None:
    made = drafted(cast)
    made.reasoning = "Other words."
    assert door.change(actor=cast.anthropologist, record=made, version=1).version == 2
    with refused("assessment.not_yours"):
        door.change(actor=second, record=made, version=2)
    with refused("assessment.not_yours"):
        redraft(actor=second, assessment=made)
    made.count = 9
    with refused("record.not_by_hand", "count"):
        door.change(actor=cast.anthropologist, record=made, version=2)
    signed = sign(actor=second, assessment=made)
    with refused("assessment.not_a_draft"):
        door.change(actor=cast.anthropologist, record=signed, version=3)


@pytest.mark.usefixtures("four")
def test_a_draft_is_discarded_with_a_reason(cast: Cast, second: User) -> None:
    made = drafted(cast)
    with refused("workflow.reason_required"):
        apply_transition(actor=second, assessment=made, name="discard")
    assert apply_transition(actor=second, assessment=made, name="discard", reason="x").status == "discarded"


@pytest.mark.usefixtures("four")
def test_the_next_signed_one_stands_in_the_place_of_the_earlier(cast: Cast, second: User) -> None:
    first = sign(actor=second, assessment=drafted(cast))
    of_find = sign(actor=second, assessment=drafted(cast, find=cast.find_a))
    bone(cast.find_a, "femur", "left", 6)
    later = sign(actor=second, assessment=drafted(cast))
    for record in (first, of_find):
        record.refresh_from_db()
    assert (first.superseded_by, of_find.superseded_by) == (later, None)
    assert list(door.standing(Assessment.objects.filter(find=None))) == [later]


@pytest.mark.usefixtures("four")
def test_an_assessment_of_linked_sites_covers_those_of_each(cast: Cast, second: User) -> None:
    with named(INSTALLER, "tests.site.made"):
        other = make_site(cast.case_a, "KHJ02")
        find = make_find(other)
    aged(bone(find, "femur", "left", 6), 18, None)
    apart = [sign(actor=second, assessment=drafted(cast, site=site)) for site in (cast.site_a, other)]
    link(cast.site_a, other)
    together = sign(actor=second, assessment=drafted(cast))
    assert (together.count, set(together.linked_sites)) == (5, {cast.site_a.pk, other.pk})
    for record in apart:
        record.refresh_from_db()
        assert record.superseded_by == together
    assert recompute(together).same


def test_an_answer_that_rests_on_restricted_records_is_restricted(cast: Cast, second: User) -> None:
    bone(cast.find_a, "femur", "left", 6)
    open_one = sign(actor=second, assessment=drafted(cast))
    bone(cast.find_a, "femur", "left", 6, handling="investigation")
    made = sign(actor=second, assessment=drafted(cast))
    assert (open_one.handling, made.handling, made.count) == ("open", "investigation", 2)
    assert list(Assessment.objects.visible_to(cast.liaison)) == [open_one]
    open_one.refresh_from_db()
    assert open_one.superseded_by is None


def test_the_ledger_gives_the_same_whatever_came_after(
    cast: Cast, four: list[Specimen], second: User
) -> None:
    with named(INSTALLER, "tests.site.made"):
        other = make_site(cast.case_a, "KHJ02")
        elsewhere = make_find(other)
    joined = link(cast.site_a, other)
    aged(bone(elsewhere, "femur", "left", 6), 18, None)
    made = sign(actor=second, assessment=drafted(cast))
    assert made.count == 5
    set_on(four[0], withdrawn_at=timezone.now(), withdrawn_reason="mistake")
    set_on(four[1], zones=[1])
    set_on(joined, withdrawn_at=timezone.now(), withdrawn_reason="mistake")
    set_on(cast.find_a, withdrawn_at=timezone.now(), withdrawn_reason="mistake")
    bone(elsewhere, "tibia", "left", 7)
    again = recompute(Assessment.objects.get(pk=made.pk))
    assert (again.same, again.count, again.differs_in) == (True, 5, ())


@pytest.mark.usefixtures("four")
def test_the_command_says_whether_it_is_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = drafted(cast)
    said = io.StringIO()
    call_command("recompute_assessment", str(made.pk), stdout=said)
    call_command("recompute_assessment", cast.case_a.number, stdout=said)
    assert said.getvalue().count("and the same again") == 2
    set_on(made, result={**made.result, "specimens": 3})
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("recompute_assessment", str(made.pk), stdout=said)
    assert "specimens" in said.getvalue().splitlines()[-1]
    for which in ("no such case", str(cast.case_a.pk)):
        with pytest.raises(CommandError, match="no assessment"):
            call_command("recompute_assessment", which)


def test_an_assessment_tells_nothing_of_another_case(cast: Cast) -> None:
    bone(cast.find_b, "femur", "left", 6)
    with refused("access.not_found"):
        drafted(cast, site=cast.site_b)
