"""Specimens go with their find, or by themselves to another one: none is lost, and each keeps its number."""

from __future__ import annotations

from cases.ledger.context import change
from cases.models import LedgerEntry
from remains.models import Find, Specimen
from remains.services.find import add_alias, merge_finds, split_find
from remains.services.measurement import create as measure
from remains.services.specimen import withdraw
from remains.services.specimen_move import move_specimens
from tests.actors import INSTALLER, Cast, make_find
from tests.refused import refused
from tests.remains.bones import hurt, noted
from tests.remains.counted import individual
from tests.remains.specimens import log, reading


def second_find(cast: Cast, **fields: str) -> Find:
    with change(INSTALLER, "tests.find.made"):
        return make_find(cast.site_a, 2, **fields)


def test_a_split_leaves_specimens_where_they_are_and_chosen_ones_follow(cast: Cast) -> None:
    femur, skull = log(cast.anthropologist, cast.find_a, ("femur", "left"), ("cranium", "axial"))
    measure(actor=cast.anthropologist, record=reading(femur, "450"))
    [part] = split_find(
        actor=cast.anthropologist, find=cast.find_a, parts=[Find(category="bone")], reason="second person"
    )
    assert set(cast.find_a.specimens.all()) == {femur, skull}
    [moved] = move_specimens(actor=cast.anthropologist, specimens=[femur], to=part, reason="second person")
    assert (moved.find, moved.number, moved.numbered_at) == (part, "KHJ01-0001.001", cast.find_a)
    assert moved.measurements.count() == 1
    assert list(cast.find_a.specimens.all()) == [skull]


def test_chosen_specimens_go_along_with_the_parts_in_the_same_act(cast: Cast) -> None:
    femur, skull, tibia = log(
        cast.anthropologist, cast.find_a, ("femur", "left"), ("cranium", "axial"), ("tibia", "left")
    )
    measure(actor=cast.anthropologist, record=reading(femur, "450"))
    injury, note = hurt(femur), noted(femur)
    person = individual(femur, tibia)
    add_alias(actor=cast.anthropologist, find=cast.find_a, label="BAG-1", origin="bag")
    before = LedgerEntry.objects.filter(chain=cast.case_a.pk).latest("seq").seq
    parts = [Find(category="bone"), Find(category="body")]
    one, two = split_find(
        actor=cast.anthropologist,
        find=cast.find_a,
        parts=parts,
        reason="two people",
        specimens=[[femur, tibia], [skull]],
    )
    assert not cast.find_a.specimens.exists()
    assert set(one.specimens.all()) == {femur, tibia}
    assert set(two.specimens.all()) == {skull}
    femur.refresh_from_db()
    assert (femur.number, femur.numbered_at) == ("KHJ01-0001.001", cast.find_a)
    assert (femur.injuries.get(), femur.condition_notes.get()) == (injury, note)
    assert femur.measurements.count() == 1
    assert set(person.parts.values_list("specimen", flat=True)) == {femur.pk, tibia.pk}
    assert [alias.label for alias in cast.find_a.aliases.all()] == ["BAG-1"]
    entries = LedgerEntry.objects.filter(chain=cast.case_a.pk, seq__gt=before)
    moved = entries.filter(table_name="remains_specimen")
    assert {(entry.action, entry.reason) for entry in moved} == {("remains.find.split", "two people")}
    assert moved.count() == 3


def test_specimens_that_cannot_go_along_are_refused_and_nothing_is_split(cast: Cast) -> None:
    femur, skull = log(cast.anthropologist, cast.find_a, ("femur", "left"), ("cranium", "axial"))
    other = second_find(cast)
    [elsewhere] = log(cast.anthropologist, other, ("tibia", "left"))
    withdraw(actor=cast.anthropologist, record=skull, reason="an animal's")

    def split(*going: list[Specimen], who: str = "anthropologist", **fields: str) -> None:
        parts = [Find(**{"category": "bone", **fields}) for _each in going]
        split_find(
            actor=cast.people[who], find=cast.find_a, parts=parts, reason="two people", specimens=going
        )

    for code, going, more in (
        ("specimen.in_two_parts", ([femur], [femur]), {}),
        ("specimen.not_of_find", ([elsewhere],), {}),
        ("record.withdrawn", ([skull],), {}),
        ("access.forbidden", ([femur],), {"who": "investigator"}),
        ("record.handling_of_parent", ([femur],), {"handling": "investigation"}),
        ("access.not_found", ([Specimen(find=cast.find_a)],), {}),
    ):
        with refused(code):
            split(*going, **more)
    assert Find.objects.filter(site=cast.site_a).count() == 2
    assert set(cast.find_a.specimens.all()) == {femur, skull}


def test_the_number_of_a_moved_specimen_stays_taken(cast: Cast) -> None:
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    other = second_find(cast)
    move_specimens(actor=cast.anthropologist, specimens=[femur], to=other, reason="wrong bag")
    [next_one] = log(cast.anthropologist, cast.find_a, ("tibia", "left"))
    [first_there] = log(cast.anthropologist, other, ("tibia", "left"))
    assert [next_one.number, first_there.number] == ["KHJ01-0001.002", "KHJ01-0002.001"]


def test_a_specimen_that_comes_back_is_as_it_was(cast: Cast) -> None:
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    move_specimens(actor=cast.anthropologist, specimens=[femur], to=second_find(cast), reason="wrong bag")
    [back] = move_specimens(actor=cast.anthropologist, specimens=[femur], to=cast.find_a, reason="right bag")
    assert (back.find, back.numbered_at) == (cast.find_a, None)


def test_the_specimens_of_merged_finds_go_to_the_new_find_in_the_same_entry(cast: Cast) -> None:
    kept, gone = log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "right"))
    withdraw(actor=cast.anthropologist, record=gone, reason="an animal's")
    other = second_find(cast)
    [there] = log(cast.anthropologist, other, ("tibia", "left"))
    merged = merge_finds(
        actor=cast.investigator, finds=[cast.find_a, other], record=Find(category="body"), reason="one body"
    )
    assert set(merged.specimens.all()) == {kept, there}
    assert set(cast.find_a.specimens.all()) == {gone}
    assert {row.number for row in merged.specimens.all()} == {"KHJ01-0001.001", "KHJ01-0002.001"}
    entries = LedgerEntry.objects.filter(table_name="remains_specimen", action="remains.find.merged")
    assert {entry.reason for entry in entries} == {"one body"}
    assert entries.count() == 2
    with refused("find.merged"):
        log(cast.anthropologist, cast.find_a, ("femur", "left"))


def test_moves_that_make_no_sense_are_refused(cast: Cast) -> None:
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    with refused("specimen.there_already"):
        move_specimens(actor=cast.anthropologist, specimens=[femur], to=cast.find_a, reason="why not")
    with refused("record.reason_required"):
        move_specimens(actor=cast.anthropologist, specimens=[femur], to=second_find(cast), reason=" ")
    with refused("specimen.none_chosen"):
        move_specimens(actor=cast.anthropologist, specimens=[], to=cast.find_a, reason="why not")
    with refused("access.not_found"):
        move_specimens(actor=cast.anthropologist, specimens=[femur], to=cast.find_b, reason="why not")
    withdraw(actor=cast.anthropologist, record=femur, reason="an animal's")
    with refused("record.withdrawn"):
        move_specimens(
            actor=cast.anthropologist, specimens=[femur], to=Find.objects.get(number="KHJ01-0002"), reason="x"
        )


def test_a_specimen_open_to_all_does_not_go_into_a_restricted_find(cast: Cast) -> None:
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    hidden = second_find(cast, handling="investigation")
    with refused("record.handling_of_parent"):
        move_specimens(actor=cast.anthropologist, specimens=[femur], to=hidden, reason="wrong bag")
    assert Specimen.objects.get(pk=femur.pk).find == cast.find_a
