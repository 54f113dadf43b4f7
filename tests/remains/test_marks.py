"""What was seen on bones is marked on the skeleton where it was seen, and stands beside it in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.ledger.context import change
from remains.admin.skeleton_marks import LOOKS, marked
from remains.marks import NAMED, SIGNS, marks_on
from remains.models import ConditionNote, Injury, InjuryTiming, Specimen
from remains.science.elements import elements
from remains.services import condition
from remains.skeleton import panels
from remains.skeleton_zones import PLACES, place_of
from tests.actors import INSTALLER, Cast, make_find
from tests.refused import database_refuses, refused
from tests.remains.bones import bone, hurt, noted
from tests.remains.counted import find_of_body, individual, set_on
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


def everything() -> Any:
    return Specimen.objects.order_by("pk")


def page(cast: Cast, name: str, *args: Any, who: str = "anthropologist") -> str:
    return signed_in(cast.people[who]).get(reverse(f"admin:{name}", args=args)).content.decode()


def test_every_zone_of_every_bone_has_a_place_of_its_own_on_the_drawing() -> None:
    known = {element.zone_scheme: element.zone_numbers for element in elements().values() if element.zones}
    assert {scheme: frozenset(places) for scheme, places in PLACES.items()} == known
    for panel in panels():
        for shape in panel.shapes:
            numbers = [zone.number for zone in elements()[shape.element].zones]
            spots = [place_of(shape, number) for number in numbers]
            assert len(set(spots)) == len(numbers), shape.key
            assert all(0 <= x <= panel.width and 0 <= y <= panel.height for x, y in spots), shape.key


def test_a_zone_of_the_left_mirrors_that_of_the_right() -> None:
    shapes = {shape.key: shape for panel in panels() if panel.only != "juvenile" for shape in panel.shapes}
    for zone in (1, 3, 9):
        right, left = (place_of(shapes[f"femur.{side}"], zone) for side in ("right", "left"))
        assert (round(320 - right[0], 1), right[1]) == pytest.approx(left, abs=0.2)


def test_signs_differ_by_shape_and_letter() -> None:
    assert set(SIGNS) == {*InjuryTiming.values, "condition"} == set(LOOKS)
    assert len({look.outline for look in LOOKS.values()}) == len(SIGNS)
    assert len({str(look.letter) for look in LOOKS.values()}) == len(SIGNS)


def test_what_was_seen_at_one_place_with_one_sign_is_one_mark(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left", 6), bone(cast.find_a, "femur", "left", 6)
    for specimen in (one, other):
        hurt(specimen, "peri", 6)
    hurt(one, "ante", 6)
    hurt(one, "peri", 9)
    noted(bone(cast.find_a, "femur", "right", cohort="child"))
    made = marks_on(cast.anthropologist, everything())
    told = [(mark.figure, mark.key, mark.zone, mark.sign, mark.count) for mark in made]
    assert told == [
        ("adult", "femur.left", 6, "peri", 2),
        ("adult", "femur.left", 6, "ante", 1),
        ("adult", "femur.left", 9, "peri", 1),
        ("juvenile", "femur.right", None, "condition", 1),
    ]


def test_withdrawn_and_unseen_injuries_are_not_marked(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    gone, kept = hurt(one), hurt(one, handling="investigation")
    set_on(gone, withdrawn_at=timezone.now(), withdrawn_reason="mistake")
    assert [mark.noted[0].id for mark in marks_on(cast.anthropologist, everything())] == [str(kept.pk)]
    assert marks_on(cast.liaison, everything()) == []


def test_a_mark_opens_its_record_and_several_lead_to_their_rows(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    injury = hurt(one, "peri", 6)
    url = reverse("admin:remains_injury_change", args=[injury.pk])
    made = marked(cast.anthropologist, everything())
    assert [(mark.link, mark.letter, mark.number) for mark in made.shown] == [(url, "P", "")]
    assert "Peri-mortem injury" in made.shown[0].words
    assert "zone 6" in made.shown[0].words
    for _each in range(NAMED):
        hurt(one, "peri", 6)
    made = marked(cast.anthropologist, everything())
    assert [(mark.link, mark.number) for mark in made.shown] == [("#mark-1", str(NAMED + 1))]
    assert (len(made.lines), made.lines[0].anchor, made.lines[-1].more) == (NAMED, "mark-1", 1)


def test_marks_at_one_place_stand_beside_one_another(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    for timing in InjuryTiming.values:
        hurt(one, timing, 6)
    made = marked(cast.anthropologist, everything()).shown
    assert len({(mark.x, mark.y) for mark in made}) == 4


def test_what_has_no_place_on_the_drawing_stands_in_the_table(cast: Cast) -> None:
    hurt(bone(cast.find_a, "rib", "left"))
    made = marked(cast.anthropologist, everything())
    assert (made.shown, [line.drawn for line in made.lines]) == ([], [False])
    assert "not on the drawing" in page(cast, "remains_find_change", cast.find_a.pk)


@pytest.mark.parametrize("who", ["anthropologist", "prosecutor"])
def test_a_find_a_site_and_an_individual_are_marked(cast: Cast, who: str) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    injury = hurt(one, "ante", 6)
    person = individual(one)
    link = f'href="{reverse("admin:remains_injury_change", args=[injury.pk])}"'
    for name, record in (
        ("remains_find_change", cast.find_a),
        ("remains_site_inventory", cast.site_a),
        ("remains_individual_change", person),
    ):
        shown = page(cast, name, record.pk, who=who)
        assert 'class="mark is-ante"' in shown
        assert shown.count(link) == 2  # the mark, and its row in words
        assert "ante-mortem injury, healing seen" in shown  # the legend


def test_an_individual_lists_what_was_seen_over_finds_and_of_its_body(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
    one, two, three = bone(cast.find_a), bone(other, "tibia"), bone(other, "fibula")
    hurt(one, description="healed break of the thigh")
    noted(two, note="white with roots")
    hurt(three, description="of somebody else")
    with change(INSTALLER, "tests.condition.made"):
        ConditionNote.objects.create(
            case=cast.case_a, find=cast.find_a, kind_id="condition.adhering_soil", note="clay", observer="A."
        )
    person = individual(one, two)
    shown = page(cast, "remains_individual_change", person.pk)
    assert "healed break of the thigh" in shown
    assert "white with roots" in shown
    assert "of somebody else" not in shown
    assert "clay" not in shown  # of a bag of bones, nobody knows whose
    find_of_body(cast.find_a)
    assert "clay" in page(cast, "remains_individual_change", person.pk)


def test_a_condition_note_is_placed_on_a_specimen_by_its_page(cast: Cast) -> None:
    one = bone(cast.find_a, "cranium", "axial", 1)
    client = signed_in(cast.anthropologist)
    add = reverse("admin:remains_conditionnote_add")
    form = client.get(add, {"specimen": str(one.pk)}).context["adminform"].form
    assert form["find"].value() == cast.find_a.pk
    assert dict(form.fields["zone"].choices)[1] == "1 frontal R half"
    typed = {"find": str(cast.find_a.pk), "specimen": str(one.pk), "zone": "1", "note": "white",
             "kind": "condition.adhering_roots", "observer": "A. N.", "handling": "open"}  # fmt: skip
    assert client.post(f"{add}?specimen={one.pk}", typed).status_code == 302
    made = ConditionNote.objects.get()
    assert (made.specimen, made.zone, made.case) == (one, 1, cast.case_a)
    assert "white" in page(cast, "remains_specimen_change", one.pk)


def test_a_condition_note_is_of_a_specimen_of_its_find_at_a_zone_that_it_has(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
    one = bone(cast.find_a, "femur", "left")

    def note(**fields: Any) -> ConditionNote:
        known = {"kind_id": "condition.adhering_roots", "note": "roots", "observer": "A. N."}
        return ConditionNote(case=cast.case_a, **{"find": cast.find_a, "specimen": one, **known, **fields})

    for fields, code, rule in (
        ({"find": other}, "condition.other_find", "remains_conditionnote_specimen_of_find"),
        ({"zone": 99}, "condition.zone", "remains_conditionnote_zone_of_element"),
        (
            {"specimen": None, "zone": 1},
            "condition.zone_of_nothing",
            "remains_conditionnote_zone_of_specimen",
        ),
    ):
        with refused(code):
            condition.create(actor=cast.anthropologist, record=note(**fields))
        with database_refuses(rule):
            note(**fields).save()
    kept = condition.create(actor=cast.anthropologist, record=note(zone=6))
    with database_refuses("remains_conditionnote_zone_of_element"):
        Specimen.objects.filter(pk=one.pk).update(element_id="element.sternum", side="axial")
    with database_refuses("remains_conditionnote_specimen_of_find"):
        ConditionNote.objects.filter(pk=kept.pk).update(find=other)
    set_on(one, find=other, numbered_at=cast.find_a)  # it was seen where it was seen
    kept.note = "many roots"
    assert condition.change(actor=cast.anthropologist, record=kept, version=1).version == 2
    assert Injury.objects.count() == 0
