"""Sketches: contexts stand below what is above them, and no line says what others say."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from evidence.reports.sketch import Placed, matrix, outline, plan, somewhere

SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg: str) -> dict[str, float]:
    """Return how far down each box stands, by what is written in it."""
    drawn = list(ET.fromstring(svg))  # noqa: S314 - our own
    found = {}
    for one, after in pairwise(drawn):
        if one.tag == f"{SVG}rect":
            found[after.text or ""] = float(one.get("y", ""))
    return found


def test_what_is_later_stands_above_and_equals_share_a_box() -> None:
    numbers = {"a": "1", "b": "2", "c": "3", "d": "4"}
    svg = matrix(numbers, [("a", "b"), ("b", "d"), ("a", "d")], [("b", "c")])
    placed = boxes(svg)
    assert list(placed) == ["1", "2 = 3", "4"]
    assert placed["1"] < placed["2 = 3"] < placed["4"]
    assert len(re.findall("<path", svg)) == 2  # that 1 is above 4 follows


def test_a_long_chain_and_many_beside_each_other_are_drawn() -> None:
    chain = {n: str(n) for n in range(60)}
    placed = boxes(matrix(chain, [(n, n + 1) for n in range(59)], []))
    assert sorted(placed.values()) == [placed[str(n)] for n in range(60)]
    assert len(set(boxes(matrix(chain, [], [])).values())) == 1


@pytest.mark.parametrize("points", [[(0, 0)], [(3, 3), (3, 3)], [(0, 0), (0, 40)], [(-5, 2), (900, 2.5)]])
def test_finds_lie_on_the_plan_wherever_they_are(points: list[tuple[float, float]]) -> None:
    svg = plan([Placed(at, "<1&2>") for at in points], east="east", north="north")
    root = ET.fromstring(svg)  # noqa: S314 - our own
    _x, _y, width, height = map(float, root.get("viewBox", "").split())
    for circle in root.iter(f"{SVG}circle"):
        assert 0 < float(circle.get("cx", "")) < width
        assert 0 < float(circle.get("cy", "")) < height


def test_an_outline_is_to_scale() -> None:
    """Two hundred metres east and one hundred north, at 40 degrees north."""
    west, south, east, north = 46.79, 39.91, 46.79 + 200 / (111_320 * 0.767), 39.91 + 100 / 111_320
    square: dict[str, Any] = {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }
    path = re.search(r'<path d="M([^"]+)Z"', outline(square, metres="m", north="N"))
    assert path is not None
    corners = [tuple(map(float, corner.split())) for corner in path[1].split("L")]
    wide, high = corners[1][0] - corners[0][0], corners[1][1] - corners[2][1]
    assert wide / high == pytest.approx(2, rel=0.01)


def test_a_point_is_drawn_with_the_circle_of_its_accuracy_to_scale() -> None:
    svg = somewhere(1500, metres="m", north="N")
    root = ET.fromstring(svg)  # noqa: S314 - our own
    [circle] = root.iter(f"{SVG}circle")
    bar = re.search(r'd="M([\d.]+) [\d.]+V[\d.]+H([\d.]+)V', svg)
    assert bar is not None
    assert ">1000 m<" in svg
    assert float(circle.get("r", "")) / (float(bar[2]) - float(bar[1])) == pytest.approx(1.5, rel=0.01)
