"""Places: what is taken as a point or an outline, and what is told about the rest."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.geometry import InvalidGeometry, parse, point

SQUARE = [[46.79, 39.91], [46.80, 39.91], [46.80, 39.92], [46.79, 39.92], [46.79, 39.91]]


def polygon(*rings: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def code_of(value: Any) -> str:
    with pytest.raises(InvalidGeometry) as refused:
        parse(value)
    assert refused.value.way_forward
    return refused.value.code


def test_a_point_is_its_own_place() -> None:
    place = parse('{"type": "Point", "coordinates": [46.79634567891, 39.9113, 812.5]}')
    assert place == point(46.7963457, 39.9113)
    assert place.geojson == {"type": "Point", "coordinates": [46.7963457, 39.9113]}


def test_an_outline_has_a_point_inside() -> None:
    place = parse(polygon(SQUARE))
    assert place.kind == "Polygon"
    assert 46.79 < place.longitude < 46.80
    assert 39.91 < place.latitude < 39.92


def test_heights_are_dropped_and_a_feature_is_opened() -> None:
    raised = polygon([[*position, 800] for position in SQUARE])
    assert parse({"type": "Feature", "properties": {}, "geometry": raised}).geojson == polygon(SQUARE)


def test_several_areas_are_one_site() -> None:
    away = [[x + 1, y] for x, y in SQUARE]
    assert parse({"type": "MultiPolygon", "coordinates": [[SQUARE], [away]]}).kind == "MultiPolygon"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "geometry.not_json"),
        ("[" * 100_000, "geometry.not_json"),
        ("[1, 2]", "geometry.not_geojson"),
        ({"type": "Point"}, "geometry.not_geojson"),
        ({"type": "Point", "coordinates": ["a", "b"]}, "geometry.not_geojson"),
        ({"type": "Point", "coordinates": [1, 2, 3, 4]}, "geometry.not_geojson"),
        ({"type": "Point", "coordinates": [True, 2]}, "geometry.not_geojson"),
        ({"type": "Polygon", "coordinates": [1, 2]}, "geometry.not_geojson"),
        ({"type": "LineString", "coordinates": SQUARE}, "geometry.kind"),
        ({**polygon(SQUARE), "crs": {"properties": {"name": "EPSG:25830"}}}, "geometry.other_system"),
        ('{"type": "Point", "coordinates": [NaN, 1]}', "geometry.not_finite"),
        ('{"type": "Point", "coordinates": [1e999, 1]}', "geometry.not_finite"),
        ({"type": "Point", "coordinates": [10**400, 1]}, "geometry.not_finite"),
        ({"type": "Point", "coordinates": [39.9, 146.8]}, "geometry.swapped"),
        ({"type": "Point", "coordinates": [512345.6, 4654321.0]}, "geometry.out_of_range"),
        ({"type": "Point", "coordinates": [0, 0]}, "geometry.no_place"),
        (polygon([[0, 0]] * 5), "geometry.crosses_itself"),
        (polygon(), "geometry.empty"),
        (polygon(SQUARE[:3]), "geometry.ring_short"),
        (polygon(SQUARE[:4]), "geometry.ring_open"),
        (polygon([[0, 1], [1, 2], [1, 1], [0, 2], [0, 1]]), "geometry.crosses_itself"),
        (polygon([[1, 1]] * 20_000), "geometry.too_many_vertices"),
    ],
)
def test_what_is_no_place_is_refused(value: Any, code: str) -> None:
    assert code_of(value) == code


def test_a_crossing_is_told_where_it_is() -> None:
    with pytest.raises(InvalidGeometry, match=r"0\.5 1\.5"):
        parse(polygon([[0, 1], [1, 2], [1, 1], [0, 2], [0, 1]]))


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=20,
)
geometries = st.fixed_dictionaries(
    {"type": st.sampled_from(["Point", "Polygon", "MultiPolygon", "Feature"]), "coordinates": json_values}
)


@given(json_values | geometries | st.text(max_size=40))
def test_any_value_is_taken_or_refused(value: Any) -> None:
    for form in (value, json.dumps(value)):
        try:
            place = parse(form)
        except InvalidGeometry:
            continue
        assert abs(place.longitude) <= 180
        assert abs(place.latitude) <= 90


positions = st.tuples(st.floats(-179, 179), st.floats(-89, 89))


@given(st.lists(positions, min_size=3, max_size=12))
def test_any_ring_is_taken_or_refused_and_stays_the_same_when_read_again(
    ring: list[tuple[float, float]],
) -> None:
    try:
        place = parse(polygon([*ring, ring[0]]))
    except InvalidGeometry as refused:
        codes = {refused.code}
    else:
        codes = set()
        assert parse(place.geojson) == place
        assert math.isfinite(place.longitude)
    assert codes <= {"geometry.crosses_itself", "geometry.no_place"}
