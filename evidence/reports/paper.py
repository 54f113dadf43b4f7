"""A paper as data: its head, and its blocks one after the other, as `typst/report.typ` sets them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import segno
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases import access
from cases.dates import in_words
from cases.languages import capitalised
from cases.models.base import CaseRecord, Handling
from cases.models.case import Case
from cases.models.code import Code
from cases.models.fields import UncertainDateField
from cases.models.user import User
from evidence.reports.position import Position
from remains.models.specimen import plain

Block = dict[str, Any]
#: How a day is written where it is not written as in English.
_DAYS: Final = {"en": "%Y-%m-%d", "fr": "%d/%m/%Y"}
_DAY: Final = "%d.%m.%Y"


@dataclass
class Paper:
    """One paper about one record, as one person may see it."""

    case: Case
    viewer: User
    title: str
    subject: str
    position: Position
    address: str
    #: What stands in the place of the case, on papers for those who must not learn which case it is.
    instead_of_case: str = ""
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _handlings: set[str] = field(default_factory=set)

    # --- what a record says

    def holds(self, *records: Any) -> None:
        """Take note of how the records that the paper holds are handled; its pages say so."""
        self._handlings.update(record.handling for record in records)

    def field(self, record: Any, name: str, *, wide: bool = False, label: str = "") -> Block | None:
        """Return a field with its name and its value in words; nothing where the viewer may not see it."""
        if isinstance(record, CaseRecord) and name in access.hidden_fields(self.viewer, record):
            return None
        named: Any = record._meta.get_field(name)
        value = self.value(record, named)
        return {"label": label or capitalised(str(named.verbose_name)), "value": value, "wide": wide}

    def value(self, record: Any, named: Any) -> str | None:
        """Return a field's value as people read it, or None where nothing is recorded."""
        value = getattr(record, named.name)
        if value is None or value == "":
            return None
        if named.choices:
            return str(getattr(record, f"get_{named.name}_display")())
        if isinstance(named, UncertainDateField):
            return in_words(value)
        return in_letters(value)

    # --- blocks

    def heading(self, text: Any, level: int = 1) -> None:
        """Begin a part."""
        self.blocks.append({"kind": "heading", "level": level, "text": str(text)})

    def fields(self, *rows: Block | None) -> None:
        """Add names and values, two beside each other unless they are wide."""
        self.blocks.append({"kind": "fields", "rows": [row for row in rows if row is not None]})

    def text(self, text: Any, tone: str = "") -> None:
        """Add paragraphs; the tone is "", "soft" or "strong"."""
        self.blocks.append({"kind": "text", "text": str(text), "tone": tone})

    def claim(self, text: Any) -> None:
        """Add a sentence that the paper is about."""
        self.blocks.append({"kind": "claim", "text": str(text)})

    def items(self, items: list[str]) -> None:
        """Add a list."""
        if items:
            self.blocks.append({"kind": "items", "items": items})

    def table(self, columns: list[tuple[Any, float, str]], rows: list[list[Any]], size: float = 9) -> None:
        """Add a table; a column is its name, its share of the width (0: as wide as needed) and "left" or "right"."""
        self.blocks.append(
            {
                "kind": "table",
                "columns": [capitalised(str(name)) for name, _width, _aligned in columns],
                "widths": [width for _name, width, _aligned in columns],
                "aligned": [aligned for _name, _width, aligned in columns],
                "rows": [[in_letters(value) or "" for value in row] for row in rows],
                "size": size,
            }
        )

    def drawing(
        self, svg: str, alt: str, width: int = 100, legend: list[tuple[str, str]] | None = None
    ) -> None:
        """Add a drawing, so many per cent of the page wide, with its signs and what they mean."""
        items = [{"svg": sign, "words": words} for sign, words in legend or []]
        self.blocks.append({"kind": "drawing", "svg": svg, "alt": alt, "width": width, "legend": items})

    def photographs(self, items: list[dict[str, str]]) -> None:
        """Add pictures by their hashes, each with a caption, a note and a text for who does not see it."""
        self.blocks.append({"kind": "pictures", "items": [{**item, "instead": ""} for item in items]})

    def signatures(self, *labels: Any) -> None:
        """Leave room to sign by hand."""
        self.blocks.append({"kind": "signatures", "labels": [str(label) for label in labels]})

    # --- as the template reads it

    def as_data(self) -> dict[str, Any]:
        """Return what the template reads."""
        said = {"seq": self.position.seq, "case": self.case.number, "at": in_letters(self.position.at)}
        as_of = (
            _("Made on %(at)s. The sender finds it again by this hash:")
            if self.instead_of_case
            else _("As of entry %(seq)s in the ledger of case %(case)s, %(at)s")
        )
        return {
            "title": self.title,
            "subject": self.subject,
            "language": get_language() or "en",
            "agency": self.case.lead_agency.name,
            "case": self.instead_of_case or self.case.number,
            "marks": [
                str(Handling(handling).label) for handling in sorted(self._handlings - {Handling.OPEN.value})
            ],
            "address": self.address,
            "qr": qr(self.address),
            "position": {
                "words": as_of % said,
                "hash": self.position.hash,
            },
            "words": {
                "page": _("Page {page} of {pages}"),
                "leads_to": _("The record that this paper was made from:"),
            },
            "notes": self.notes,
            "blocks": self.blocks,
        }


def in_letters(value: Any) -> str | None:
    """Return a value as the language of the paper writes it, or None where there is none."""
    text: str
    match value:
        case None | "":
            return None
        case bool():
            text = _("yes") if value else _("no")
        case dt.datetime():
            here = timezone.localtime(value)
            text = f"{here.strftime(_day_form())} {here:%H:%M} {here:%Z}"
        case dt.date():
            text = value.strftime(_day_form())
        case Decimal() | float():
            text = plain(value) if get_language() == "en" else plain(value).replace(".", ",")
        case Code():
            text = in_own_words(value.label)
        case User():
            text = value.full_name
        case list() | tuple():
            text = ", ".join(in_letters(part) or "" for part in value)
        case _:
            text = str(value)
    return text


def in_own_words(label: str) -> str:
    """Return a word of a code list in the language of the paper; one that an agency has added stays as it is."""
    return _(label) if label else ""


def _day_form() -> str:
    return _DAYS.get(get_language() or "en", _DAY)


def qr(text: str) -> str:
    """Return a text as a QR code, drawn as SVG."""
    drawn = segno.make(text, error="m", micro=False)
    return drawn.svg_inline(border=2, omitsize=True)
