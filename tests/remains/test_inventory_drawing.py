"""The drawing: every bone of a person has its place, once, and shows what was recovered."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remains.models import Specimen
from remains.recovered import figures, summary, table, tallies
from remains.science.elements import elements, series_of_elements
from remains.skeleton import Panel, panels, regions, shapes
from tests.actors import Cast
from tests.remains.specimens import log
from tests.signed_in import signed_in


def drawn_for(only: str) -> list[Panel]:
    return [panel for panel in panels() if panel.only in ("", only)]


def test_every_bone_and_tooth_that_has_a_place_is_drawn_once_on_each_figure() -> None:
    for only in ("adult", "juvenile"):
        keys = [shape.key for panel in drawn_for(only) for shape in panel.shapes]
        assert len(keys) == len(set(keys)), only
    places = {f"{e.code}.{side}" for e in elements().values() for side in e.sides if side != "unsided"}
    uncountable = {code for code, e in elements().items() if e.capacity != 1}
    wanted = {key for key in places if key.split(".")[0] not in series_of_elements() | uncountable}
    assert wanted == set(shapes())


def test_a_shape_lies_inside_its_drawing_and_left_mirrors_right() -> None:
    for panel in panels():
        for shape in panel.shapes:
            assert 0 < shape.x < panel.width, shape.key
            assert 0 < shape.y < panel.height, shape.key
    for panel in panels():
        middle = {shape.key: shape.x for shape in panel.shapes}
        for key, x in middle.items():
            if key.endswith(".right") and f"{key[:-6]}.left" in middle:
                assert x < middle[f"{key[:-6]}.left"], key  # the body's right is on the viewer's left


def test_a_complete_adult_has_the_bones_that_every_book_counts() -> None:
    known = {(region.name, region.only): region for region in regions()}
    whole = known["skeleton", "adult"].keys
    assert len(whole) == len(set(whole)) == 180  # 206 less the bones of the skull but two, and the ear's
    assert len(known["teeth", ""].keys) == 32
    assert len(known["milk_teeth", "juvenile"].keys) == 20
    assert set(known["left", "adult"].keys) | set(known["right", "adult"].keys) < set(whole)
    for region in regions():
        assert set(region.keys) <= set(shapes()), region.name


def test_what_was_recovered_is_shown_where_it_belongs(cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, ("femur", "left"), ("femur", "left"), zones=[4, 5])
    log(cast.anthropologist, cast.find_a, ("sacrum", "axial"), completeness="complete")
    log(cast.anthropologist, cast.find_a, ("femur", "right"), cohort="child")
    log(cast.anthropologist, cast.find_a, ("rib", "left"), ("non_human", "left"))
    found = tallies(Specimen.objects.filter(find=cast.find_a))
    assert summary(found) == {"specimens": 5, "bones": 4}
    assert (found["adult"]["femur.left"].specimens, found["adult"]["femur.left"].least) == (2, 2)
    adult, child = figures(found)
    looks = {
        drawn.shape.key: (drawn.look, drawn.number)
        for _panel, shapes, _marks in adult.panels
        for drawn in shapes
    }
    assert looks["femur.left"] == ("part", "2")
    assert looks["sacrum.axial"] == ("whole", "")
    assert looks["femur.right"] == ("absent", "")
    of_child = {drawn.shape.key: drawn.look for _panel, shapes, _marks in child.panels for drawn in shapes}
    assert of_child["femur.right"] == "part"
    assert [row["name"] for row in table(found) if not row["drawn"]] == ["Rib, number unknown, left"]


def test_zones_of_several_fragments_add_up_to_one_bone(cast: Cast) -> None:
    every = sorted(elements()["femur"].zone_numbers)
    log(cast.anthropologist, cast.find_a, ("femur", "left"), zones=every[:5])
    log(cast.anthropologist, cast.find_a, ("femur", "left"), zones=every[5:])
    found = tallies(Specimen.objects.filter(find=cast.find_a))
    assert found["adult"]["femur.left"].least == 1
    [figure] = figures(found)
    assert {d.look for _p, shapes, _m in figure.panels for d in shapes if d.shape.key == "femur.left"} == {
        "whole"
    }


def test_a_socket_without_its_tooth_is_no_tooth(cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, ("tooth_36", "left"), tooth_status_id="tooth_status.am_lost")
    assert summary(tallies(Specimen.objects.filter(find=cast.find_a))) == {"specimens": 0, "bones": 0}


def test_a_site_shows_how_often_each_bone_was_found(cast: Cast) -> None:
    log(cast.anthropologist, cast.find_a, *[("femur", "left")] * 4, zones=[6])
    log(cast.anthropologist, cast.find_a, ("tibia", "left"))
    url = reverse("admin:remains_site_inventory", args=[cast.site_a.pk])
    answer = signed_in(cast.prosecutor).get(url)
    page = answer.content.decode()
    assert "at least 4, of 4 specimens" in page
    assert "is-step4" in page
    assert "is-step1" in page
    assert signed_in(cast.outsider).get(url).status_code == 404


def test_a_find_shows_its_bones_in_as_many_questions_for_many_as_for_one(cast: Cast) -> None:
    client = signed_in(cast.anthropologist)
    page = reverse("admin:remains_find_change", args=[cast.find_a.pk])
    client.get(page)
    log(cast.anthropologist, cast.find_a, ("femur", "left"))
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert "Specimens: " in client.get(page).content.decode()
        counts.append(len(asked))
        log(cast.anthropologist, cast.find_a, ("tibia", "left"), ("tibia", "right"), ("sacrum", "axial"))
    assert counts[0] == counts[1]
