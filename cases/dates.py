"""Uncertain dates as people know them ("the last week of February 1992"), written in EDTF (ISO 8601-2).

Levels 0-2, years 0001-9999. Kept as typed; the earliest and latest day that the text allows are derived for
sorting and filtering. Times of day, long years and significant digits are not taken: no witness dates a
burial that way.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product

from django.utils.dates import MONTHS, MONTHS_ALT
from django.utils.translation import gettext as _

from cases.refusals import Invalid, shown

LONGEST_TEXT = 100

_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DIGITS = "[0-9X]"
_QUALIFIER = "[?~%]?"
_SINGLE = re.compile(
    rf"{_QUALIFIER}({_DIGITS}{{4}}){_QUALIFIER}"
    rf"(?:-{_QUALIFIER}({_DIGITS}{{2}}){_QUALIFIER}(?:-{_QUALIFIER}({_DIGITS}{{2}}){_QUALIFIER})?)?"
)
_OUT_OF_RANGE = re.compile(r"-[0-9]{4}|Y-?[1-9]|\+?[0-9]{5,}(?:$|-)")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}")

# First and last month of the divisions of a year. Month 0 is December of the year before, 14 February of the
# next: "winter 1992" may be either one, and is bounded so that neither reading is cut off. Seasons 21-24 say
# no hemisphere: the northern one is meant.
_SPRING, _SUMMER, _AUTUMN, _WINTER = (3, 5), (6, 8), (9, 11), (0, 14)
_SEASONS = (_SPRING, _SUMMER, _AUTUMN, _WINTER) * 2 + (_AUTUMN, _WINTER, _SPRING, _SUMMER)
_QUARTERS, _THIRDS, _HALVES = ((1, 3), (4, 6), (7, 9), (10, 12)), ((1, 4), (5, 8), (9, 12)), ((1, 6), (7, 12))
_DIVISIONS = dict(enumerate((*_SEASONS, *_QUARTERS, *_THIRDS, *_HALVES), start=21))

Bounds = tuple[date | None, date | None]


class InvalidDate(Invalid, ValueError):
    """A text that is no uncertain date, or one that cannot have been."""

    def __init__(self, code: str, message: str, value: str, way_forward: str) -> None:
        super().__init__(code, message, value=value, way_forward=way_forward)


@dataclass(frozen=True, slots=True)
class UncertainDate:
    """The text as typed, and the first and last day it allows; None where that side is open."""

    text: str
    earliest_on: date | None
    latest_on: date | None


def parse(text: str) -> UncertainDate:
    """Read an uncertain date.

    Raises `InvalidDate`: `date.empty`, `date.too_long`, `date.not_understood`, `date.impossible`,
    `date.reversed`, `date.year_out_of_range`, `date.time_of_day`, `date.says_nothing`.
    """
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise InvalidDate(
            "date.too_long",
            _("A date of %(length)d characters is longer than the %(limit)d allowed.")
            % {"length": len(text), "limit": LONGEST_TEXT},
            shown(text),
            _("Give the date alone and put the story into the remarks."),
        )
    return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> UncertainDate:
    return UncertainDate(text, *_bounds(text))


def in_words(text: str) -> str:
    """Say an uncertain date in the reader's language; a text that is no date comes back as it is."""
    try:
        known = parse(text)
    except InvalidDate:
        return text
    if "/" in known.text:
        lower, _slash, upper = known.text.partition("/")
        if lower in ("", ".."):
            return _("%(date)s or earlier") % {"date": _single_in_words(upper)}
        if upper in ("", ".."):
            return _("%(date)s or later") % {"date": _single_in_words(lower)}
        return _between(_single_in_words(lower), _single_in_words(upper))
    return known.text if known.text[0] in "[{" else _single_in_words(known.text)


def _single_in_words(part: str) -> str:
    words = _unqualified_in_words("".join(sign for sign in part if sign not in "?~%"))
    if "~" in part or "%" in part:
        words = _("about %(date)s") % {"date": words}
    if "?" in part or "%" in part:
        words = _("%(date)s (uncertain)") % {"date": words}
    return words


def _unqualified_in_words(part: str) -> str:
    if "X" not in part:
        return _known_in_words(part)
    known, _dash, unknown = part.partition("-XX")
    if unknown in ("", "-XX") and "X" not in known:
        return _("some day in %(date)s") % {"date": _known_in_words(known)}
    if part[:3].isdecimal() and part[3:] == "X":
        return _("the %(year)ss") % {"year": f"{part[:3]}0"}
    earliest_on, latest_on = _single_bounds(part, part)
    if earliest_on is None or latest_on is None:
        return part
    digits = 4 if len(part) == 4 else 10
    return _between(
        _known_in_words(earliest_on.isoformat()[:digits]), _known_in_words(latest_on.isoformat()[:digits])
    )


def _known_in_words(part: str) -> str:
    year, month, day = (int(number) for number in f"{part}-0-0".split("-")[:3])
    if day:
        return _("%(day)d %(month)s %(year)d") % {"day": day, "month": MONTHS_ALT[month], "year": year}
    if month:
        division = MONTHS.get(month) or _division_name(month)
        return _("%(month)s %(year)d") % {"month": division, "year": year}
    return str(year)


def _division_name(code: int) -> str:
    if code <= 32:
        return (_("spring"), _("summer"), _("autumn"), _("winter"))[(code - 21) % 4]
    if code <= 36:
        return _("quarter %(number)d of") % {"number": code - 32}
    if code <= 39:
        return _("third %(number)d of") % {"number": code - 36}
    return _("half %(number)d of") % {"number": code - 39}


def _between(earlier: str, later: str) -> str:
    return _("between %(earlier)s and %(later)s") % {"earlier": earlier, "later": later}


def _bounds(text: str) -> Bounds:
    if plain := _PLAIN.fullmatch(text):
        return _plain_bounds(text, *plain.groups())
    if not text:
        raise InvalidDate(
            "date.empty", _("No date is given."), text, _("Give a date or leave the field out.")
        )
    if "/" in text:
        lower, _slash, upper = text.partition("/")
        bounds = _span(text, "" if lower == ".." else lower, "" if upper == ".." else upper)
    elif text[0] + text[-1] in ("[]", "{}"):
        bounds = _set_bounds(text, text[1:-1])
    else:
        bounds = _single_bounds(text, text)
    return bounds


def _plain_bounds(text: str, year: str, month: str | None, day: str | None) -> Bounds:
    """Bounds of YYYY, YYYY-MM and YYYY-MM-DD: nearly every date there is, so no searching."""
    y = int(year)
    if y == 0:
        raise _out_of_range(text)
    if month is None:
        return date(y, 1, 1), date(y, 12, 31)
    m = int(month)
    if day is None and m in _DIVISIONS:
        first, last = _DIVISIONS[m]
        return _month_start(text, y, first), _month_end(text, y, last)
    if not 1 <= m <= 12:
        raise _impossible(text)
    if day is None:
        return date(y, m, 1), _month_end(text, y, m)
    try:
        exact = date(y, m, int(day))
    except ValueError:
        raise _impossible(text) from None
    return exact, exact


def _single_bounds(text: str, part: str) -> Bounds:
    """Bounds of one date that may carry qualifiers (? ~ %) and unknown digits (X)."""
    found = _SINGLE.fullmatch(part)
    if not found:
        raise _not_understood(text, part)
    year, month, day = found.groups()
    if "X" not in part:
        return _plain_bounds(text, year, month, day)
    if year == "XXXX" and set((month or "") + (day or "")) <= {"X"}:
        raise _says_nothing(text)
    earliest = next(_days(year, month, day, latest=False), None)
    latest = next(_days(year, month, day, latest=True), None)
    if earliest is None or latest is None:
        raise _impossible(text)
    return (None, None) if year == "XXXX" else (earliest, latest)


def _days(year: str, month: str | None, day: str | None, *, latest: bool) -> Iterator[date]:
    """Yield the real days that fit the known digits, from the earliest on or from the latest back."""
    unknown = "9876543210" if latest else "0123456789"

    def fitting(digits: str, highest: int) -> Iterator[int]:
        numbers = (int("".join(choice)) for choice in product(*(unknown if d == "X" else d for d in digits)))
        return (number for number in numbers if 1 <= number <= highest)

    months, days = list(fitting(month or "XX", 12)), list(fitting(day or "XX", 31))
    if months and days:
        for y in fitting(year, 9999):
            for m, d in product(months, days):
                with suppress(ValueError):
                    yield date(y, m, d)


def _span(text: str, lower: str, upper: str) -> Bounds:
    """Bounds of a span between two single dates, "" standing for an open side."""
    if not lower and not upper:
        raise _says_nothing(text)
    lower_bounds = _single_bounds(text, lower) if lower else (None, None)
    upper_bounds = _single_bounds(text, upper) if upper else (None, None)
    earliest, latest = lower_bounds[0], upper_bounds[1]
    if earliest and latest and earliest > latest:
        raise InvalidDate(
            "date.reversed",
            _("“%(text)s” ends before it begins.") % {"text": shown(text)},
            text,
            _("Put the earlier date first: earlier/later."),
        )
    return earliest, latest


def _set_bounds(text: str, inside: str) -> Bounds:
    """Bounds of "one of" [a,b] and "all of" {a,b}, whose members may be a..b, ..b or a.. as well."""
    members: list[Bounds] = []
    for member in (part.strip() for part in inside.split(",")):
        lower, dots, upper = member.partition("..")
        members.append(_span(text, lower, upper) if dots else _single_bounds(text, member))
    earliest = [bounds[0] for bounds in members if bounds[0]]
    latest = [bounds[1] for bounds in members if bounds[1]]
    return (
        min(earliest) if len(earliest) == len(members) else None,
        max(latest) if len(latest) == len(members) else None,
    )


def _month_start(text: str, year: int, month: int) -> date:
    year, month = (year - 1, month + 12) if month < 1 else (year, month)
    if year < 1:
        raise _out_of_range(text)
    return date(year, month, 1)


def _month_end(text: str, year: int, month: int) -> date:
    year, month = (year + 1, month - 12) if month > 12 else (year, month)
    if year > 9999:
        raise _out_of_range(text)
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1) if month < 12 else date(year, 12, 31)


def _not_understood(text: str, part: str) -> InvalidDate:
    if _OUT_OF_RANGE.match(part):
        return _out_of_range(text)
    if _TIME.match(part):
        return InvalidDate(
            "date.time_of_day",
            _("“%(text)s” gives a time of day; only days are kept here.") % {"text": shown(text)},
            text,
            _("Give the day alone, such as 1992-02-21."),
        )
    return InvalidDate(
        "date.not_understood",
        _("“%(text)s” is not a date that can be read.") % {"text": shown(text)},
        text,
        _("Write year-month-day as far as known: 1992, 1992-02-26, 1992-02~ (about), 1992-02-2X, ../1995."),
    )


def _impossible(text: str) -> InvalidDate:
    return InvalidDate(
        "date.impossible",
        _("“%(text)s” names a day or month that does not exist.") % {"text": shown(text)},
        text,
        _("Check the day and the month; write X for a digit that is not known."),
    )


def _out_of_range(text: str) -> InvalidDate:
    return InvalidDate(
        "date.year_out_of_range",
        _("“%(text)s” lies outside the years 0001 to 9999.") % {"text": shown(text)},
        text,
        _("Write the year with four digits."),
    )


def _says_nothing(text: str) -> InvalidDate:
    return InvalidDate(
        "date.says_nothing",
        _("“%(text)s” leaves every date possible.") % {"text": shown(text)},
        text,
        _("Leave the field empty when nothing is known."),
    )
