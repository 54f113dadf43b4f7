"""Uncertain dates: what is read, what is refused, and that nothing else ever happens."""

import calendar
from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import assume, given
from hypothesis import strategies as st

from cases.dates import InvalidDate, UncertainDate, in_words, parse


def days(text: str) -> tuple[str | None, str | None]:
    known = parse(text)
    earliest, latest = known.earliest_on, known.latest_on
    return earliest.isoformat() if earliest else None, latest.isoformat() if latest else None


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1992", "1992-01-01", "1992-12-31"),
        ("1992-02", "1992-02-01", "1992-02-29"),
        ("1992-02-26", "1992-02-26", "1992-02-26"),
        ("../1995", None, "1995-12-31"),
        ("/1995", None, "1995-12-31"),
        ("1992-03/..", "1992-03-01", None),
        ("1992-02-21/1992-02-26", "1992-02-21", "1992-02-26"),
        ("1992-02-21~/1992-02-26?", "1992-02-21", "1992-02-26"),
        ("1992-02-2X", "1992-02-20", "1992-02-29"),
        ("1993-02-2X", "1993-02-20", "1993-02-28"),
        ("1992-02-XX", "1992-02-01", "1992-02-29"),
        ("1992-XX-31", "1992-01-31", "1992-12-31"),
        ("199X-02-29", "1992-02-29", "1996-02-29"),
        ("XXXX-02-26", None, None),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("1992-02~", "1992-02-01", "1992-02-29"),
        ("1992?", "1992-01-01", "1992-12-31"),
        ("1992-?02-26", "1992-02-26", "1992-02-26"),
        ("1992-21", "1992-03-01", "1992-05-31"),
        ("1992-24", "1991-12-01", "1993-02-28"),
        ("1992-34", "1992-04-01", "1992-06-30"),
        ("[1992-02-21,1992-02-26..1992-03]", "1992-02-21", "1992-03-31"),
        ("[..1992,1995]", None, "1995-12-31"),
        ("{1992,1994}", "1992-01-01", "1994-12-31"),
    ],
)
def test_the_days_that_a_text_allows(text: str, earliest: str | None, latest: str | None) -> None:
    assert days(text) == (earliest, latest)


def test_the_text_is_kept_as_typed() -> None:
    assert parse(" 1992-02~ \n").text == "1992-02~"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date.empty"),
        ("last week of February", "date.not_understood"),
        ("1992-2-1", "date.not_understood"),
        ("1992/1993/1994", "date.not_understood"),
        ("[1992", "date.not_understood"),
        ("[]", "date.not_understood"),
        ("١٩٩٢", "date.not_understood"),
        ("1992-02-30", "date.impossible"),
        ("1992-13", "date.impossible"),
        ("199X-02-3X", "date.impossible"),
        ("1992-02-26/1992-02-21", "date.reversed"),
        ("[1995..1990]", "date.reversed"),
        ("0000", "date.year_out_of_range"),
        ("-0050", "date.year_out_of_range"),
        ("Y17000", "date.year_out_of_range"),
        ("12000", "date.year_out_of_range"),
        ("9999-24", "date.year_out_of_range"),
        ("0001-24", "date.year_out_of_range"),
        ("1992-02-26T10:00:00Z", "date.time_of_day"),
        ("../..", "date.says_nothing"),
        ("XXXX-XX", "date.says_nothing"),
        ("1992" * 26, "date.too_long"),
    ],
)
def test_what_is_no_date_is_refused_with_a_way_forward(text: str, code: str) -> None:
    with pytest.raises(InvalidDate) as refused:
        parse(text)
    assert refused.value.code == code
    assert refused.value.way_forward


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1992", "1992"),
        ("1992-02-26", "26 February 1992"),
        ("../1995", "1995 or earlier"),
        ("1992-02/..", "February 1992 or later"),
        ("1992-02~", "about February 1992"),
        ("1992%", "about 1992 (uncertain)"),
        ("1992-02-21/1992-02-26", "between 21 February 1992 and 26 February 1992"),
        ("1992-02-XX", "some day in February 1992"),
        ("1993-02-2X", "between 20 February 1993 and 28 February 1993"),
        ("199X", "the 1990s"),
        ("19XX", "between 1900 and 1999"),
        ("1992-24", "winter 1992"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_date_is_said_in_words(text: str, words: str) -> None:
    assert in_words(text) == words


near_dates = st.text("0123456789X-/.~?%[]{},YT ", max_size=30)


@given(st.text(max_size=130) | near_dates)
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(in_words(text), str)
    try:
        known = parse(text)
    except InvalidDate:
        return
    assert known.text == text.strip()
    assert known.earliest_on is None or known.latest_on is None or known.earliest_on <= known.latest_on


@given(st.dates())
def test_a_day_is_its_own_bounds(day: date) -> None:
    assert parse(day.isoformat()) == UncertainDate(day.isoformat(), day, day)


@given(st.dates(), st.lists(st.booleans(), min_size=8, max_size=8))
def test_hiding_digits_never_loses_the_day(day: date, hidden: list[bool]) -> None:
    digits = iter(hidden)
    text = "".join("X" if sign != "-" and next(digits) else sign for sign in day.isoformat())
    assume(set(text) != {"X", "-"})
    known = parse(text)
    assert known.earliest_on is None or known.earliest_on <= day
    assert known.latest_on is None or day <= known.latest_on


@given(st.dates(), st.dates(), st.sampled_from([4, 7, 10]), st.sampled_from(["", "?", "~"]))
def test_bounds_agree_with_an_independent_reader(one: date, other: date, length: int, qualifier: str) -> None:
    text = "/".join(f"{day.isoformat()[:length]}{qualifier}" for day in sorted((one, other)))
    theirs = parse_edtf(text)
    bounds = theirs.lower_strict(), theirs.upper_strict()
    assert days(text) == tuple(date(*bound[:3]).isoformat() for bound in bounds)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_has_the_days_of_its_calendar(year: int, month: int) -> None:
    latest = parse(f"{year:04}-{month:02}").latest_on
    assert latest
    assert latest.day == calendar.monthrange(year, month)[1]
