"""Measurements: in millimetres, within what people are known for or with a word on why, never edited."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from cases.refusals import Refusal
from remains.models import Measurement, Specimen
from remains.models.specimen import plain
from remains.science.elements import elements
from remains.science.measurements import limits
from remains.services.measurement import create, in_mm, record_measurements, withdraw
from tests.actors import Cast
from tests.refused import refused
from tests.remains.specimens import log, reading


@pytest.fixture
def femur(cast: Cast) -> Specimen:
    return log(cast.anthropologist, cast.find_a, ("femur", "left"))[0]


@pytest.mark.parametrize(
    ("value", "unit", "mm"), [("450", "mm", "450"), ("45.05", "cm", "450.5"), ("17.75", "in", "450.85")]
)
def test_a_value_is_kept_as_read_and_in_millimetres(
    cast: Cast, femur: Specimen, value: str, unit: str, mm: str
) -> None:
    create(actor=cast.anthropologist, record=reading(femur, Decimal(value), unit))
    made = Measurement.objects.get()
    assert (made.value, made.unit, made.value_mm) == (Decimal(value), unit, Decimal(mm))


@pytest.mark.parametrize(
    ("value", "unit", "kind", "code"),
    [
        ("450", "ft", "fem_max_length", "measurement.unit"),
        ("0", "mm", "fem_max_length", "measurement.positive"),
        ("45", "mm", "fem_max_length", "measurement.unusual"),
        ("450", "cm", "fem_max_length", "measurement.unusual"),
        ("300", "mm", "hum_max_length", "measurement.other_element"),
    ],
)
def test_slips_of_unit_key_and_element_are_refused(
    cast: Cast, femur: Specimen, value: str, unit: str, kind: str, code: str
) -> None:
    with refused(code):
        create(actor=cast.anthropologist, record=reading(femur, Decimal(value), unit, kind))
    assert not Measurement.objects.exists()


def test_an_unusual_value_stands_with_a_word_on_why(cast: Cast, femur: Specimen) -> None:
    made = create(
        actor=cast.anthropologist,
        record=reading(femur, Decimal(605), note="Read twice; remarkably tall, ends eroded by 5 mm"),
    )
    assert Measurement.objects.get().note == made.note


def test_one_wrong_reading_stops_them_all_and_says_which(cast: Cast, femur: Specimen) -> None:
    with pytest.raises(Refusal) as caught:
        record_measurements(
            actor=cast.anthropologist,
            records=[reading(femur, Decimal(450)), reading(femur, Decimal(4), "mm", "fem_head_diameter")],
        )
    assert (caught.value.code, caught.value.row) == ("measurement.unusual", 1)
    assert not Measurement.objects.exists()


def test_a_measurement_is_withdrawn_and_entered_anew(cast: Cast, femur: Specimen) -> None:
    first = create(actor=cast.anthropologist, record=reading(femur, Decimal(450)))
    withdraw(actor=cast.anthropologist, record=first, reason="read at the wrong end")
    create(actor=cast.anthropologist, record=reading(femur, Decimal(455)))
    assert [row.value_mm for row in Measurement.objects.current()] == [Decimal(455)]


def test_the_day_of_a_measurement_has_come(cast: Cast, femur: Specimen) -> None:
    with refused("record.day_in_future", "measured_on"):
        create(
            actor=cast.anthropologist, record=reading(femur, Decimal(450), measured_on=dt.date(2999, 1, 1))
        )


def test_only_anthropologists_measure(cast: Cast, femur: Specimen) -> None:
    with refused("access.forbidden"):
        create(actor=cast.investigator, record=reading(femur, Decimal(450)))


def test_an_inch_is_254_tenths_of_a_millimetre() -> None:
    assert in_mm(Decimal("0.5"), "in") == Decimal("12.700")


def test_every_limit_is_one_of_an_element_and_says_what_it_is() -> None:
    for (kind, element), limit in limits().items():
        assert element in elements(), kind
        assert 0 < limit.min_mm < limit.max_mm
        assert limit.verified == "own"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Decimal("439.000"), "439"),
        (Decimal(440), "440"),
        (Decimal("0.500"), "0.5"),
        (45.5, "45.5"),
        (None, "-"),
    ],
)
def test_a_number_is_written_without_the_zeros_of_its_column(number: Any, written: str) -> None:
    assert plain(number) == written
