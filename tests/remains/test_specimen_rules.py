"""Specimens and measurements attacked by SQL: the database holds each rule by itself."""

from __future__ import annotations

from typing import Any

import pytest

from remains.models import Find, Measurement, Specimen
from remains.services.find import merge_finds
from remains.services.measurement import create as measure
from tests.actors import Cast
from tests.refused import database_refuses, run
from tests.remains.specimens import bone, log, reading
from tests.remains.test_specimen_move import second_find


@pytest.fixture
def femur(cast: Cast) -> Specimen:
    return log(cast.anthropologist, cast.find_a, ("femur", "left"))[0]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ("side = 'axial'", "remains_specimen_side_of_element"),
        ("side = 'middle'", "remains_specimen_side_known"),
        ("element_id = 'element.sacrum'", "remains_specimen_side_of_element"),
        ("zones = '{12}'", "remains_specimen_zone_of_element"),
        ("number = 'X'", "remains_specimen_number_fixed"),
        ("serial = 9", "remains_specimen_number_fixed"),
        ("weight_g = 0", "remains_specimen_weight_positive"),
        ("fragment_count = 0", "remains_specimen_fragments_positive"),
        ("completeness = 'whole'", "remains_specimen_completeness_known"),
        ("tooth_status_id = 'tooth_status.present'", "remains_specimen_status_of_tooth"),
        (
            "element_id = 'element.tooth_36', tooth_status_id = 'tooth_status.am_lost', zones = '{1}'",
            "remains_specimen_no_tooth_no_zones",
        ),
    ],
)
def test_what_no_skeleton_has(femur: Specimen, changed: str, rule: str) -> None:
    with database_refuses(rule):
        run(f"UPDATE remains_specimen SET {changed} WHERE id = %s", femur.pk)


def test_a_serial_is_given_once_and_a_move_says_where_the_number_is_from(cast: Cast, femur: Specimen) -> None:
    with database_refuses("remains_specimen_serial_unique"):
        bone(cast.find_a, serial=1, number="another").save()
    with database_refuses("remains_specimen_number_unique"):
        bone(cast.find_a, serial=2, number=femur.number).save()
    with database_refuses("remains_specimen_number_fixed"):
        run("UPDATE remains_specimen SET find_id = %s WHERE id = %s", second_find(cast).pk, femur.pk)


def test_a_merged_find_takes_no_specimen(cast: Cast) -> None:
    merge_finds(
        actor=cast.investigator,
        finds=[cast.find_a, second_find(cast)],
        record=Find(category="body"),
        reason="one body",
    )
    with database_refuses("remains_specimen_find_merged"):
        bone(cast.find_a, serial=1, number="KHJ01-0001.001").save()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"value": 0, "value_mm": 0}, "remains_measurement_positive"),
        ({"value": 45, "unit": "cm", "value_mm": 45}, "remains_measurement_normalised"),
        ({"value": 450, "unit": "ft", "value_mm": 450}, "remains_measurement_normalised"),
        ({"value": 4500, "value_mm": 4500}, "remains_measurement_unusual_explained"),
        ({"value": 450, "value_mm": 450, "kind": "hum_max_length"}, "remains_measurement_of_element"),
    ],
)
def test_what_nobody_measures(femur: Specimen, fields: dict[str, Any], rule: str) -> None:
    with database_refuses(rule):
        reading(femur, **fields).save()


def test_a_measurement_is_never_edited(cast: Cast, femur: Specimen) -> None:
    made = measure(actor=cast.anthropologist, record=reading(femur, "450"))
    with pytest.raises(Exception, match="remains_measurement"):
        run("UPDATE remains_measurement SET value = 451, value_mm = 451 WHERE id = %s", made.pk)
    assert Measurement._meta.db_table == "remains_measurement"
