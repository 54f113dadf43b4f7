"""From the text of a foreign cell to a value of ours, or the reason why not. Nothing is guessed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from cases import dates
from cases.importing.faults import InvalidValue
from cases.refusals import shown

LARGEST_INTEGER = 2_147_483_647

_INTEGER = re.compile(r"[+-]?[0-9]{1,12}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,20})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[.,'\u2019 \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DIRECTIVES = {"%d": "(?P<d>[0-9]{1,2})", "%m": "(?P<m>[0-9]{1,2})", "%Y": "(?P<Y>[0-9]{4})"}


def whole_number(text: str, *, smallest: int = 0, largest: int = LARGEST_INTEGER) -> int:
    """Read a whole number. Raises `value.grouped`, `value.not_whole`, `value.out_of_range`."""
    if not _INTEGER.fullmatch(text):
        raise (
            _grouped(text)
            if _GROUPED.fullmatch(text)
            else InvalidValue(
                "value.not_whole",
                _("“%(text)s” is no whole number.") % {"text": shown(text)},
                text,
                rule=_("Numbers of people are whole numbers in digits."),
                way_forward=_("Write the number in digits, or leave the cell empty when it is not known."),
            )
        )
    number = int(text)
    if not smallest <= number <= largest:
        raise _out_of_range(text, str(smallest), str(largest))
    return number


def decimal_number(text: str, *, smallest: Decimal, largest: Decimal, places: int) -> Decimal:
    """Read a number with a decimal comma or point and round it to `places`.

    Raises `value.grouped`, `value.not_a_number`, `value.out_of_range`.
    """
    if not _DECIMAL.fullmatch(text):
        raise (
            _grouped(text)
            if _GROUPED.fullmatch(text)
            else InvalidValue(
                "value.not_a_number",
                _("“%(text)s” is no number.") % {"text": shown(text)},
                text,
                rule=_("One decimal comma or point, no unit, no degrees with minutes."),
                way_forward=_("Write it as 42.5 or 42,5, or leave the cell empty when it is not known."),
            )
        )
    number = Decimal(text.replace(",", ".")).quantize(Decimal(1).scaleb(-places))
    if not smallest <= number <= largest:
        raise _out_of_range(text, str(smallest), str(largest))
    return number


def longitude(text: str) -> Decimal:
    """Read degrees east with seven decimals. Raises as `decimal_number`."""
    return decimal_number(text, smallest=Decimal(-180), largest=Decimal(180), places=7)


def latitude(text: str) -> Decimal:
    """Read degrees north with seven decimals. Raises as `decimal_number`."""
    return decimal_number(text, smallest=Decimal(-90), largest=Decimal(90), places=7)


@lru_cache(maxsize=64)
def date_pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of a date format made of %d, %m and %Y. Raises `ValueError` for any other format."""
    parts = re.split("(%.)", form)
    if sorted(parts[1::2]) != sorted(_DIRECTIVES):
        raise ValueError(form)
    return re.compile("".join(_DIRECTIVES.get(part) or re.escape(part) for part in parts))


def day(text: str, formats: Sequence[str]) -> date:
    """Read a day in one of several formats; what two of them read differently is refused.

    Raises `value.date_not_understood`, `value.date_impossible`, `value.date_ambiguous`.
    """
    found: dict[date, str] = {}
    fits = False
    for form in formats:
        match = date_pattern(form).fullmatch(text)
        if not match:
            continue
        fits = True
        try:
            found.setdefault(date(int(match["Y"]), int(match["m"]), int(match["d"])), form)
        except ValueError:
            continue
    if len(found) == 1:
        return next(iter(found))
    readings = {"text": shown(text), "days": ", ".join(day.isoformat() for day in found)}
    rule = _("The formats that the mapping declares are %(formats)s.") % {"formats": ", ".join(formats)}
    if found:
        raise InvalidValue(
            "value.date_ambiguous",
            _("“%(text)s” may be any of %(days)s.") % readings,
            text,
            rule=rule,
            way_forward=_("Write the day as year-month-day, such as 1936-11-27."),
        )
    if fits:
        raise InvalidValue(
            "value.date_impossible",
            _("“%(text)s” is a day that does not exist.") % readings,
            text,
            rule=rule,
            way_forward=_("Check day and month against the source."),
        )
    raise InvalidValue(
        "value.date_not_understood",
        _("“%(text)s” is no date that can be read.") % readings,
        text,
        rule=rule,
        way_forward=_("Write the day as year-month-day, or add its format to the mapping."),
    )


def uncertain_date(text: str) -> str:
    """Return a date in EDTF as it is typed. Raises `value.date_edtf`."""
    try:
        return dates.parse(text).text
    except dates.InvalidDate as refused:
        raise InvalidValue(
            "value.date_edtf",
            refused.message,
            text,
            rule=_("Dates are EDTF (ISO 8601-2) unless the mapping declares formats."),
            way_forward=refused.way_forward,
        ) from None


def coded(text: str, codes: Mapping[str, str]) -> str:
    """Return our code for a foreign value. Raises `value.unknown_code`."""
    try:
        return codes[text]
    except KeyError:
        raise InvalidValue(
            "value.unknown_code",
            _("“%(text)s” stands for nothing in the mapping.") % {"text": shown(text)},
            text,
            rule=_("Known are: %(known)s.") % {"known": shown(", ".join(codes), 300)},
            way_forward=_("Correct the cell, or add the value to the mapping."),
        ) from None


def short_text(text: str, *, longest: int) -> str:
    """Return a text that fits its field. Raises `value.too_long`, `value.unprintable`."""
    if len(text) > longest:
        raise InvalidValue(
            "value.too_long",
            _("A text of %(length)d characters is longer than the %(limit)d that fit.")
            % {"length": len(text), "limit": longest},
            text,
            way_forward=_("Shorten it, or map the column to the remarks."),
        )
    if _UNSTORABLE.search(text):
        raise InvalidValue(
            "value.unprintable",
            _("The text contains signs that cannot be stored."),
            text,
            way_forward=_("Copy the text again from its source."),
        )
    return text


def _grouped(text: str) -> InvalidValue:
    return InvalidValue(
        "value.grouped",
        _("“%(text)s” may be a number with thousands set apart, or one with decimals.")
        % {"text": shown(text)},
        text,
        rule=_("Whether a sign groups digits or begins decimals is not guessed."),
        way_forward=_("Write the number without a sign between its thousands."),
    )


def _out_of_range(text: str, smallest: str, largest: str) -> InvalidValue:
    return InvalidValue(
        "value.out_of_range",
        _("%(text)s does not lie between %(smallest)s and %(largest)s.")
        % {"text": shown(text), "smallest": smallest, "largest": largest},
        text,
        way_forward=_("Check the number against the source."),
    )
