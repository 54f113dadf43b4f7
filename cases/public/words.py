"""The languages of public texts: the words around them, and how a number or a date of a record is said in each.

They are data (`words.yaml`), because a public page is read in languages in which Taphos itself is not worked with.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml
from django.utils import timezone

from cases import dates

FILE: Final = Path(__file__).with_name("words.yaml")
DASH: Final = "\N{EN DASH}"
#: The language of pages that belong to no case, unless another one is asked for.
FIRST: Final = "en"
#: What a record says, free of any language: {"form": "number", "put": "at_least", "number": 4}.
Value: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Language:
    """One language with its words."""

    code: str
    name: str
    say: dict[str, str]
    day: str
    month: str
    months: tuple[str, ...]
    months_alone: tuple[str, ...]
    direction: str
    words: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """Return one of the words around the texts."""
        return self.words[name]

    def on(self, day: dt.date) -> str:
        """Say a day, or the day of an instant where Taphos is."""
        if isinstance(day, dt.datetime):
            day = timezone.localtime(day).date()
        return self.day.format(day=day.day, month=self.months[day.month - 1], year=day.year)


@cache
def languages() -> dict[str, Language]:
    """Return the languages by their codes, in the order of the file."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    found = {}
    for code, block in read.items():
        months = tuple(block.pop("months"))
        found[code] = Language(
            code=code,
            name=block.pop("name"),
            say=block.pop("say"),
            day=block.pop("day"),
            month=block.pop("month"),
            months=months,
            months_alone=tuple(block.pop("months_alone", months)),
            direction=block.pop("direction", "ltr"),
            words=block,
        )
    return found


def language_choices() -> list[tuple[str, str]]:
    """Return the languages as a form offers them."""
    return [(code, language.name) for code, language in languages().items()]


def number(put: str, count: int) -> Value:
    """Return the value of a number of people, with how it is put: exactly, at least, about, at most."""
    return {"form": "number", "put": put, "number": count}


def date(edtf: str) -> Value:
    """Return the value of a date, which may be uncertain."""
    return {"form": "date", "edtf": edtf}


def span(low: Any, high: Any) -> Value:
    """Return the value of an interval, open on a side that is None."""
    return {"form": "span", "low": _plain(low), "high": _plain(high)}


def words(text: str) -> Value:
    """Return the value of a name, which is said as it was recorded in every language."""
    return {"form": "words", "words": text}


def say(value: Value, language: Language) -> str:
    """Say what a record says."""
    if value["form"] == "number":
        text = str(value["number"])
        return text if value["put"] == "exact" else language.say[value["put"]].format(number=text)
    if value["form"] == "date":
        return _say_date(value["edtf"], language)
    if value["form"] == "span":
        low, high = value["low"], value["high"]
        if low is None or high is None:
            return language.say["at_least" if high is None else "at_most"].format(number=low or high)
        return low if low == high else f"{low}{DASH}{high}"
    return str(value["words"])


def _plain(number: Any) -> str | None:
    if number is None:
        return None
    return f"{number.normalize():f}" if hasattr(number, "normalize") else str(number)


def _say_date(edtf: str, language: Language) -> str:
    """Say a date as it was typed; a span by its two ends."""
    text = edtf.strip()
    lower, slash, upper = text.partition("/")
    if not slash:
        return _say_single(text, language)
    if lower in ("", ".."):
        return language.say["earlier"].format(date=_say_single(upper, language))
    if upper in ("", ".."):
        return language.say["later"].format(date=_say_single(lower, language))
    return f"{_say_single(lower, language)} {DASH} {_say_single(upper, language)}"


def _say_single(text: str, language: Language) -> str:
    """Say one date; one that no simple words fit is said by the first and the last day that it allows."""
    bare = text.rstrip("~?%")
    if bare != text:
        return language.say["about"].format(number=_say_single(bare, language))
    known = dates.parse(text)
    first, last = known.earliest_on, known.latest_on
    if first is None or last is None:
        end = first or last
        return (
            text
            if end is None
            else language.say["later" if first else "earlier"].format(date=language.on(end))
        )
    if first == last:
        return language.on(first)
    if text == f"{first:%Y-%m}":
        return language.month.format(month=language.months_alone[first.month - 1], year=first.year)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}{DASH}{last.year}"
    return f"{language.on(first)} {DASH} {language.on(last)}"
