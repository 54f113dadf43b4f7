"""The Harris matrix: every relation downwards, none twice, boxes apart, and the same drawing for the same facts."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from cases.harris import TALL, Drawing, drawn, natural, reduced


def units(*numbers: str) -> list[tuple[str, str, str]]:
    return [(f"key-{number}", number, "fill") for number in numbers]


def pairs(*said: str) -> list[tuple[str, str]]:
    """Read "1>2" as: 1 is above 2."""
    return [(f"key-{one}", f"key-{other}") for one, other in (text.split(">") for text in said)]


def layers(drawing: Drawing) -> dict[str, int]:
    return {cell.number: box.layer for box in drawing.boxes for cell in box.cells}


def test_later_lies_above_earlier() -> None:
    drawing = drawn(units("1", "2", "3", "4"), pairs("1>2", "2>4", "1>3", "3>4"))
    assert layers(drawing) == {"1": 0, "2": 1, "3": 1, "4": 2}
    assert len(drawing.paths) == 4


def test_what_follows_from_others_is_not_drawn() -> None:
    assert reduced({(1, 2), (2, 3), (1, 3), (3, 4), (1, 4)}) == {(1, 2), (2, 3), (3, 4)}


def test_equal_contexts_share_a_box_and_their_relations() -> None:
    drawing = drawn(units("1", "2", "10", "3"), pairs("1>2", "10>3"), pairs("2>10"))
    shared = [[cell.number for cell in box.cells] for box in drawing.boxes]
    assert shared == [["1"], ["2", "10"], ["3"]]
    assert layers(drawing)["3"] == 2


def test_contexts_without_relations_stand_below_the_others() -> None:
    drawing = drawn(units("1", "2", "3"), pairs("1>2"))
    assert [cell.number for box in drawing.alone for cell in box.cells] == ["3"]
    assert drawing.alone[0].y > max(box.y for box in drawing.boxes)


def test_nothing_is_an_empty_drawing() -> None:
    assert drawn([], []).boxes == []


def test_what_is_not_given_leaves_no_trace() -> None:
    every = units("1", "2", "3", "4")
    shown = [unit for unit in every if unit[1] != "2"]
    kept_back = pairs("1>2", "2>3", "3>4")
    assert drawn(shown, kept_back) == drawn(shown, pairs("3>4"))


@pytest.mark.parametrize("numbers", [("2", "10", "10a", "b1")])
def test_numbers_are_ordered_as_people_count(numbers: tuple[str, ...]) -> None:
    assert sorted(sorted(numbers), key=natural) == list(numbers)


def some_site(seed: int) -> tuple[list[Any], list[Any], list[Any]]:
    turn = random.Random(seed)
    names = [str(number) for number in range(1, turn.randint(2, 40))]
    edges = [
        (f"key-{one}", f"key-{other}")
        for one, other in itertools.combinations(names, 2)
        if turn.random() < 0.12
    ]
    equal = [(f"key-{one}", f"key-{one}") for one in names[:2]]
    return units(*names), edges, equal


@pytest.mark.parametrize("seed", range(20))
def test_a_drawing_of_any_site_is_sound(seed: int) -> None:
    given, edges, equal = some_site(seed)
    drawing = drawn(given, edges, equal)
    place = {cell.key: box for box in (*drawing.boxes, *drawing.alone) for cell in box.cells}
    assert set(place) == {key for key, _number, _below in given}
    for upper, lower in edges:
        assert place[upper].y + TALL < place[lower].y, "a relation does not lead downwards"
    for one, other in itertools.combinations([*drawing.boxes, *drawing.alone], 2):
        if one.y == other.y:
            assert one.x + one.width <= other.x or other.x + other.width <= one.x, "two boxes touch"
    assert all(box.x >= 0 and box.x + box.width <= drawing.width for box in place.values())
    shuffled = random.Random(seed + 1)
    for rows in (given, edges, equal):
        shuffled.shuffle(rows)
    assert drawn(given, edges, equal) == drawing, "another order of the same facts is drawn differently"


@pytest.mark.parametrize("seed", range(10))
def test_the_reduction_says_the_same_with_the_fewest_lines(seed: int) -> None:
    turn = random.Random(seed)
    edges = {(one, other) for one, other in itertools.combinations(range(12), 2) if turn.random() < 0.3}

    def reach(lines: set[tuple[int, int]]) -> set[tuple[int, int]]:
        found = set(lines)
        while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
            found |= more
        return found

    few = reduced(edges)
    assert reach(few) == reach(edges)
    assert all(reach(few - {line}) != reach(edges) for line in few)
