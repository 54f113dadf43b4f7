"""The tables of elements and zones: whole, sourced, honest about what was checked."""

from __future__ import annotations

import pytest

from remains.science.elements import (
    SIDES,
    InvalidSpecimen,
    check_place,
    default_capacities,
    elements,
    name_of,
)


def test_every_row_has_a_source_and_says_how_far_it_was_checked() -> None:
    for element in elements().values():
        assert element.source, element.code
        assert element.verified, element.code
        assert all(zone.source and zone.verified for zone in element.zones), element.code


def test_sides_zones_and_series_are_consistent() -> None:
    for element in elements().values():
        assert element.sides <= SIDES, element.code
        assert len(element.zone_numbers) == len(element.zones), element.code
        assert all(zone.side in {None, "left", "right", "axial"} for zone in element.zones), element.code
        if element.part_of:
            wider = elements()[element.part_of]
            assert element.sides <= wider.sides, element.code
            assert (element.capacity or 0) <= (wider.capacity or 0), element.code


@pytest.mark.parametrize(
    "series", ["rib", "vert_c", "vert_t", "vert_l", "vert", "mc", "mt", "hand_prox_ph", "phalanx"]
)
def test_a_series_has_as_many_as_its_parts(series: str) -> None:
    parts = [element for element in elements().values() if element.part_of == series]
    assert sum(element.capacity or 0 for element in parts) == default_capacities()[series]


def test_an_adult_has_206_bones() -> None:
    inside = {e.part_of for e in elements().values()}
    cranial = ["frontal", "occipital", "sphenoid", "ethmoid", "vomer"]
    bones = [
        e
        for e in elements().values()
        if e.capacity
        and not e.subadult_only
        and "tooth" not in e.region
        and e.code not in {*inside, "cranium"}
    ]
    assert set(cranial) <= {e.code for e in bones}
    assert sum(1 if e.sides == {"axial"} else 2 for e in bones) == 206


def test_there_are_52_teeth_each_on_its_side() -> None:
    teeth = [e for e in elements().values() if "tooth" in e.region]
    assert len(teeth) == 52
    for tooth in teeth:
        quadrant = int(tooth.code.removeprefix("tooth_")[0])
        assert tooth.sides == {"right" if quadrant in {1, 4, 5, 8} else "left"}


def test_doubtful_labels_say_so() -> None:
    doubtful = [
        (e.code, zone.number)
        for e in elements().values()
        for zone in e.zones
        if zone.verified.startswith("doubtful")
    ]
    assert doubtful == [("femur", 3), ("tibia", 6)]


@pytest.mark.parametrize(
    ("element", "side", "zones", "code"),
    [
        ("tail", "axial", {1}, "specimen.element"),
        ("mandible", "left", {1}, "specimen.side"),
        ("femur", "axial", {1}, "specimen.side"),
        ("tooth_36", "right", {1}, "specimen.side"),
        ("femur", "left", {1, 12}, "specimen.zone"),
        ("unid_fragment", "unsided", {1}, "specimen.zone"),
    ],
)
def test_what_an_element_does_not_have_is_refused(
    element: str, side: str, zones: set[int], code: str
) -> None:
    with pytest.raises(InvalidSpecimen) as refused:
        check_place(element, side, frozenset(zones))
    assert refused.value.code == code


def test_what_it_has_is_taken() -> None:
    check_place("femur", "unsided", frozenset(range(1, 12)))
    check_place("patella", "left", frozenset({1}))
    check_place("unid_fragment", "unsided", frozenset())


def test_names_stand_in_a_sentence() -> None:
    assert (name_of("os_coxa"), name_of("own code")) == ("os coxa", "own code")
