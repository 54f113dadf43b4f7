"""The fields of a site that an import may fill, and how a cell's text becomes the value of each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from cases.importing import values as convert
from cases.importing.faults import InvalidValue
from cases.refusals import shown


class Kind(Enum):
    """What a field holds, which decides how a cell is read and which options a mapping may give."""

    TEXT = "text"
    NUMBER = "number"
    CODE = "code"
    DATE = "date"


#: Longest text of each field; a site's columns in the database are as wide.
LONGEST = {
    "code": 40,
    "name": 300,
    "place_description": 10_000,
    "municipality": 200,
    "region": 200,
    "owner": 200,
    "access": 10_000,
    "remarks": 50_000,
    "status_as_stated": 200,
}
NUMBERS: dict[str, Callable[[str], Decimal]] = {
    "longitude": convert.longitude,
    "latitude": convert.latitude,
    "accuracy_m": partial(
        convert.decimal_number, smallest=Decimal("0.1"), largest=Decimal(1_000_000), places=1
    ),
    "elevation_m": partial(
        convert.decimal_number, smallest=Decimal(-12_000), largest=Decimal(9_000), places=2
    ),
}
CODES = ("site_type", "shape", "deposition", "disturbance")
KINDS = (
    dict.fromkeys(LONGEST, Kind.TEXT)
    | dict.fromkeys(NUMBERS, Kind.NUMBER)
    | dict.fromkeys(CODES, Kind.CODE)
    | {"burial_edtf": Kind.DATE}
)
#: What a mapping may say for all rows. A finding has no default, nor has what a source did not state.
WITH_DEFAULT = frozenset({"name", "place_description", "municipality", "region", "remarks"})
#: First days that stand for a whole year or month in a source; widening them never excludes the true day.
WIDENINGS = ("first_of_january", "first_of_month")

_CODE_FORM = re.compile(r"[^\s/\\][^/\\\n]*")


@dataclass(frozen=True, slots=True)
class Field:
    """One field and the columns that feed it: the first that is not blank, or all of them `joined_by`."""

    name: str
    columns: tuple[str, ...]
    convert: Callable[[str], Any]
    joined_by: str | None = None
    blank: frozenset[str] = frozenset()
    default: str = ""
    optional: bool = False
    verbatim: bool = False

    def read(self, values: Mapping[str, str]) -> Any:
        """Return the value of the field in a row, None where it is not said. Raises `InvalidValue`."""
        texts = [
            text for column in self.columns if (text := values.get(column, "")) and text not in self.blank
        ]
        if not texts:
            return self.default or None
        text = texts[0] if self.joined_by is None else self.joined_by.join(dict.fromkeys(texts))
        return self.convert(text)


def text_converter(name: str, replace: Mapping[str, str]) -> Callable[[str], str]:
    """Return the converter of a text field, which first replaces what its field cannot hold."""
    fits = partial(convert.short_text, longest=LONGEST[name])
    if name != "code" and not replace:
        return fits

    def converted(text: str) -> str:
        for old, new in replace.items():
            text = text.replace(old, new)
        if name == "code" and not _CODE_FORM.fullmatch(text):
            raise InvalidValue(
                "value.code_form",
                _("“%(text)s” cannot be a site's code.") % {"text": shown(text)},
                text,
                rule=_(
                    "A code begins every find's number: no slash, no line break, no space at its beginning."
                ),
                way_forward=_("Let the mapping replace the sign (replace), or correct the cell."),
            )
        return fits(text)

    return converted


def code_converter(codes: Mapping[str, str], *, leave_unknown: bool) -> Callable[[str], str | None]:
    """Return the converter of a coded field; a value that stands for nothing of ours may be left."""

    def converted(text: str) -> str | None:
        return codes.get(text) if leave_unknown else convert.coded(text, codes)

    return converted


def date_converter(formats: tuple[str, ...], widen: frozenset[str]) -> Callable[[str], str]:
    """Return the converter of a date: declared formats and year-month-day, or EDTF when none are declared."""
    if not formats:
        return convert.uncertain_date
    formats = tuple(dict.fromkeys((*formats, "%Y-%m-%d")))

    def converted(text: str) -> str:
        day: date = convert.day(text, formats)
        if day.day == 1 and day.month == 1 and "first_of_january" in widen:
            return f"{day.year:04}"
        return day.isoformat()[:7] if day.day == 1 and "first_of_month" in widen else day.isoformat()

    return converted
