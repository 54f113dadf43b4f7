"""What stands in a cell: numbers, days and instants as such, everything else as text that no spreadsheet calculates."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any, Final, TypeAlias

from django.db import models
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

#: What a column gives for one row; None is an empty cell.
Cell: TypeAlias = "str | int | float | Decimal | bool | dt.date | dt.datetime | None"
#: What begins a formula somewhere: also the full-width forms, which some spreadsheets take for the same.
_FORMULA: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20"
#: Where a spreadsheet may see the beginning of a cell: at the beginning, after a line break or tab, and after a sign by
#: which another country's spreadsheet separates cells. Blanks before a formula hide nothing.
_BEGINS: Final = r"(^|[;|\t\r\n])"
_BLANK: Final = "[ \u00a0\u200b\u3000\ufeff]*"
_DANGER: Final = re.compile(rf"{_BEGINS}(?={_BLANK}['{_FORMULA}]|(?<=^)[\t\r\n])")
_MARKED: Final = re.compile(rf"{_BEGINS}'(?={_BLANK}['{_FORMULA}]|(?<=^')[\t\r\n])")
#: What no file of text or XML can hold.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe stands before what could begin one.

    `read_back` returns the text as it was.
    """
    return _DANGER.sub(r"\1'", text)


def read_back(text: str) -> str:
    """Return what `harmless` was given."""
    return _MARKED.sub(r"\1", text)


def plain(value: Any) -> Cell:
    """Return what a column of a list gives, as a cell: without mark-up, and empty where the list shows a dash."""
    if isinstance(value, (list, tuple)):
        # A word with its colour, as (key, word); or a heading with what stands below it.
        parts = [plain(part) for part in (value[1:] if isinstance(value, tuple) else value)]
        value = " ".join(str(part) for part in parts if part is not None)
    if isinstance(value, (bool, int, float, Decimal, dt.date, dt.datetime)):
        return value
    if value is None:
        return None
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = _unmarked(value) if isinstance(value, SafeString) else str(value)
    text = _UNWRITABLE.sub("\ufffd", text)
    return None if text in {"", "-"} else text


def of_field(field: Any, record: Any) -> Cell:
    """Return a field of a record as a cell: the word of a choice, the name of what it refers to."""
    if field.is_relation:
        return plain(str(getattr(record, field.name) or ""))
    value = getattr(record, field.attname)
    if field.choices and value is not None:
        return plain(str(dict(field.flatchoices).get(value, value)))
    if isinstance(field, models.JSONField):
        return None if value is None else plain(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return plain(value)


def in_words(cell: Cell) -> str:
    """Return a cell as text: days and instants as ISO 8601 writes them, an instant in UTC."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, dt.datetime):
        return in_utc(cell).isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell)


def in_utc(instant: dt.datetime) -> dt.datetime:
    """Return an instant as spreadsheets hold one: in UTC, without saying so."""
    return timezone.make_naive(instant, dt.UTC) if timezone.is_aware(instant) else instant


def _unmarked(markup: str) -> str:
    from html import unescape

    return " ".join(unescape(strip_tags(markup)).split())
