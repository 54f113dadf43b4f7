"""The fields of a bone that an import may fill, and how a cell's text becomes the value of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.importing import values as convert
from cases.importing.faults import InvalidValue
from cases.refusals import shown
from remains.models.specimen import Cohort, Completeness, Side, Unit
from remains.science.elements import elements

#: Longest text of each field, as wide as its column in the database.
LONGEST: Final = {
    "find": 200,
    "notes": 50_000,
    "dna_group": 40,
    "observer": 200,
    "instrument": 100,
    "measurement_note": 1_000,
}
NUMBERS: Final[dict[str, Callable[[str], Any]]] = {
    "fragment_count": partial(convert.whole_number, smallest=1, largest=32_767),
    "weight_g": partial(convert.decimal_number, smallest=Decimal("0.01"), largest=Decimal(100_000), places=2),
}
#: Closed words of ours; a mapping may give foreign ones (`codes`).
WORDS: Final = {
    "side": frozenset(Side.values),
    "completeness": frozenset(Completeness.values),
    "cohort": frozenset(Cohort.values),
}
CODED: Final = ("element", "tooth_status")
DAYS: Final = ("measured_on",)
FIELDS: Final = (*LONGEST, *NUMBERS, *WORDS, *CODED, *DAYS, "zones")
#: Fields of the readings of a row; the others are the bone's.
OF_READINGS: Final = frozenset({"observer", "instrument", "measurement_note", "measured_on"})

_RANGE = re.compile(r"([0-9]{1,2})(?:\s*[-\u2013]\s*([0-9]{1,2}))?")
#: A spreadsheet makes 5.0 of a 5 and has no way to write a list of numbers but as text.
_SEPARATORS = re.compile(r"[,;/\s]+")


def converter(name: str, codes: Mapping[str, str], formats: tuple[str, ...]) -> Callable[[str], Any]:
    """Return what turns a cell's text into the value of this field, and refuses what it cannot be."""
    if name in LONGEST:
        return partial(convert.short_text, longest=LONGEST[name])
    if name in NUMBERS:
        return NUMBERS[name]
    if name == "zones":
        return zones
    if name == "measured_on":
        return partial(_day, formats=formats)
    if name == "element":
        return partial(_element, codes=codes)
    if name == "tooth_status":
        return partial(_status, codes=codes)
    own = WORDS.get(name)
    return partial(_word, codes=codes, own=own if own is not None else frozenset())


def zones(text: str) -> list[int]:
    """Read zones such as “1, 3, 5-8”. Raises `value.zones`. Whether the element has them is asked later."""
    found: set[int] = set()
    for part in _SEPARATORS.split(re.sub(r"\s*[-\u2013]\s*", "-", text.strip())):
        match = _RANGE.fullmatch(part)
        if match is None or (match[2] and int(match[2]) < int(match[1])):
            raise InvalidValue(
                "value.zones",
                _("“%(text)s” is no list of zones.") % {"text": shown(text)},
                text,
                rule=_("Zones are numbers with commas between them, and ranges such as 5-8."),
                way_forward=_("Write it as 1, 3, 5-8, or leave the cell empty when zones were not recorded."),
            )
        found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return sorted(found)


@cache
def _names() -> dict[str, str]:
    """Return the elements by their codes and names in small letters."""
    named = {element.name.casefold(): code for code, element in elements().items()}
    return named | {code: code for code in elements()}


def _element(text: str, codes: Mapping[str, str]) -> str:
    found = codes.get(text) or _names().get(text.removeprefix("element.").casefold())
    if found is None:
        raise InvalidValue(
            "specimen.element",
            _("“%(text)s” is no element.") % {"text": shown(text)},
            text,
            rule=_("An element is one of the code list, by its code or its name, or stands in the mapping."),
            way_forward=_("Correct the cell, or add the word to the mapping."),
        )
    return found


def _status(text: str, codes: Mapping[str, str]) -> str:
    """Return the code; whether the list has it is asked where the list is at hand."""
    return codes.get(text, text)


def _word(text: str, codes: Mapping[str, str], own: frozenset[str]) -> str:
    if text in codes:
        return codes[text]
    if text.casefold() in own:
        return text.casefold()
    return convert.coded(text, dict.fromkeys((*codes, *sorted(own)), ""))


def _day(text: str, formats: tuple[str, ...]) -> date:
    return convert.day(text, (*formats, "%Y-%m-%d"))


#: Units by what people write for them.
UNITS: Final = {"mm": Unit.MM, "cm": Unit.CM, "in": Unit.INCH, "inch": Unit.INCH, "inches": Unit.INCH}


def unit(text: str, codes: Mapping[str, str]) -> str:
    """Read a unit. Raises `measurement.unit`."""
    found = codes.get(text) or UNITS.get(text.casefold())
    if found is None:
        raise InvalidValue(
            "measurement.unit",
            _("“%(text)s” is no unit that is known here.") % {"text": shown(text)},
            text,
            rule=_("A measurement is in mm, cm or inches."),
            way_forward=_("Write the unit in which it was read."),
        )
    return str(found)


def reading(text: str) -> Decimal:
    """Read a value of at most three decimals, zero included. Raises `value.not_a_number`, `value.grouped`."""
    value = convert.decimal_number(text, smallest=Decimal(-99_999), largest=Decimal(99_999), places=3)
    if value <= 0:
        raise InvalidValue(
            "measurement.positive",
            _("A measurement is more than 0, and %(text)s is not.") % {"text": shown(text)},
            text,
            rule=_("Zero is a value, and no bone has it; a blank cell says that it was not measured."),
            way_forward=_("Check it against the sheet; leave the cell empty if it was not measured."),
        )
    return value
