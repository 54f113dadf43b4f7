"""From cells to values: what is read, what is refused, and that nothing is guessed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.importing import values
from cases.importing.faults import InvalidValue

SPANISH = ("%d/%m/%Y", "%Y/%m/%d")


def code_of(read: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(InvalidValue) as refused:
        read(*args, **kwargs)
    assert refused.value.way_forward
    return refused.value.code


def test_whole_numbers_are_read() -> None:
    assert values.whole_number("887") == 887
    assert values.whole_number("0") == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "value.grouped"),
        ("1,234", "value.grouped"),
        ("1 234", "value.grouped"),
        ("12,5", "value.not_whole"),
        ("about 40", "value.not_whole"),
        ("٤٠", "value.not_whole"),
        ("", "value.not_whole"),
        ("-1", "value.out_of_range"),
        ("99999999999", "value.out_of_range"),
    ],
)
def test_numbers_that_may_mean_two_things_are_refused(text: str, code: str) -> None:
    assert code_of(values.whole_number, text) == code


@pytest.mark.parametrize("text", ["43,055292", "43.055292", "+43.0552920"])
def test_decimals_take_comma_or_point(text: str) -> None:
    assert values.latitude(text) == Decimal("43.0552920")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234,5", "value.grouped"),
        ("43°03'19\"", "value.not_a_number"),
        ("43.1.2", "value.not_a_number"),
        ("nan", "value.not_a_number"),
        ("1e3", "value.not_a_number"),
        ("90,0000001", "value.out_of_range"),
        ("9" * 40, "value.not_a_number"),
    ],
)
def test_what_is_no_coordinate_is_refused(text: str, code: str) -> None:
    assert code_of(values.latitude, text) == code


def test_two_formats_stand_in_one_column() -> None:
    assert values.day("27/11/1936", SPANISH) == values.day("1936/11/27", SPANISH) == date(1936, 11, 27)


@pytest.mark.parametrize(
    ("text", "formats", "code"),
    [
        ("03/04/1936", ("%d/%m/%Y", "%m/%d/%Y"), "value.date_ambiguous"),
        ("31/02/1936", SPANISH, "value.date_impossible"),
        ("00/00/1936", SPANISH, "value.date_impossible"),
        ("1936", SPANISH, "value.date_not_understood"),
        ("27.11.1936", SPANISH, "value.date_not_understood"),
    ],
)
def test_dates_that_cannot_be_told_are_refused(text: str, formats: tuple[str, ...], code: str) -> None:
    assert code_of(values.day, text, formats) == code


def test_a_date_that_two_formats_read_alike_is_not_ambiguous() -> None:
    assert values.day("04/04/1936", ("%d/%m/%Y", "%m/%d/%Y")) == date(1936, 4, 4)


@pytest.mark.parametrize("form", ["%d/%m/%y", "%d/%m", "%d/%d/%Y", "", "%H:%M", "%"])
def test_a_format_names_day_month_and_year_once(form: str) -> None:
    with pytest.raises(ValueError, match=r"^[^ ]*$"):
        values.date_pattern(form)


def test_uncertain_dates_stay_as_typed() -> None:
    assert values.uncertain_date("1936-1X") == "1936-1X"
    assert code_of(values.uncertain_date, "autumn of 36") == "value.date_edtf"


def test_an_unknown_foreign_value_is_refused_with_those_known() -> None:
    with pytest.raises(InvalidValue) as refused:
        values.coded("OTRO", {"FOSA": "site_type.inh_primary"})
    assert refused.value.code == "value.unknown_code"
    assert "FOSA" in refused.value.rule


def test_texts_must_fit_and_be_storable() -> None:
    assert values.short_text("a" * 40, longest=40)
    assert code_of(values.short_text, "a" * 41, longest=40) == "value.too_long"
    assert code_of(values.short_text, "a\x00", longest=40) == "value.unprintable"


@given(st.text(max_size=60) | st.text("0123456789.,-/ +%", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    readers: list[Callable[[], Any]] = [
        lambda: values.whole_number(text),
        lambda: values.longitude(text),
        lambda: values.latitude(text),
        lambda: values.day(text, SPANISH),
        lambda: values.uncertain_date(text),
        lambda: values.coded(text, {}),
        lambda: values.short_text(text, longest=50),
    ]
    codes = set()
    for read in readers:
        try:
            read()
        except InvalidValue as refused:
            codes.add(refused.code.partition(".")[0])
    assert codes <= {"value"}


@given(st.integers(0, values.LARGEST_INTEGER))
def test_numbers_come_back(number: int) -> None:
    assert values.whole_number(str(number)) == number


@given(st.dates())
def test_days_come_back_in_either_format(day: date) -> None:
    year, month, of_month = day.isoformat().split("-")
    assert values.day(f"{of_month}/{month}/{year}", SPANISH) == day
    assert values.day(f"{year}/{month}/{of_month}", SPANISH) == day
