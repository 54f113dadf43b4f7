"""The table of joints: whole, sourced, and which specimens may fit by it."""

from __future__ import annotations

import pytest

from remains.science.elements import elements
from remains.science.joints import OPPOSITE, SAME, are_kin, articulate, joints


def test_every_joint_is_of_two_elements_and_says_how_far_it_was_checked() -> None:
    pairs = [frozenset((joint.first, joint.second)) for joint in joints()]
    assert len(set(pairs)) == len(pairs)
    for joint in joints():
        assert {joint.first, joint.second} <= set(elements()), joint
        assert joint.sides in {SAME, OPPOSITE}
        assert joint.name, joint
        assert joint.source, joint
        assert joint.verified, joint


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        (("femur", "left"), ("tibia", "left"), True),
        (("tibia", "left"), ("femur", "left"), True),
        (("femur", "left"), ("tibia", "right"), False),
        (("femur", "left"), ("tibia", "unsided"), True),
        (("femur", "left"), ("humerus", "left"), False),
        (("os_coxa", "left"), ("os_coxa", "right"), True),
        (("os_coxa", "left"), ("os_coxa", "left"), False),
        (("os_coxa", "right"), ("sacrum", "axial"), True),
        (("vert_t05", "axial"), ("vert_t06", "axial"), True),
        (("vert_t05", "axial"), ("vert_t07", "axial"), False),
        (("vert_t", "axial"), ("vert_t", "axial"), True),
        (("rib", "left"), ("vert_t07", "axial"), True),
        (("rib_05", "left"), ("vert_t07", "axial"), False),
        (("tooth_11", "right"), ("maxilla", "left"), False),
        (("non_human", "unsided"), ("femur", "left"), False),
    ],
)
def test_neighbours(one: tuple[str, str], other: tuple[str, str], fits: bool) -> None:
    assert articulate(*one, *other) is fits
    assert articulate(*other, *one) is fits


def test_an_unnumbered_rib_may_be_any_rib() -> None:
    assert are_kin("rib", "rib_03")
    assert not are_kin("rib_02", "rib_03")
