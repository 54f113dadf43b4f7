"""Sheets of labels: which sizes there are, what stands on a label, and the PDF of chosen records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.languages import capitalised, written_in
from cases.models.base import Handling
from cases.refusals import Invalid
from evidence.labels.tokens import address_of
from evidence.models import Exhibit, StoragePlace
from evidence.reports.engine import set_as_pdf
from evidence.reports.paper import in_letters, in_own_words, qr
from remains.models import Find, Specimen

#: Labels of one PDF.
MOST_LABELS: Final = 2000
#: Bags of one find, each with a label of its own.
MOST_BAGS: Final = 200


@dataclass(frozen=True, slots=True)
class Format:
    """One size of labels, in millimetres; on a roll each label is a page."""

    name: str
    title: Any
    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float = 0
    top: float = 0
    gap: float = 0

    @property
    def on_page(self) -> int:
        """Return how many labels a page has."""
        return self.columns * self.rows


FORMATS: Final = (
    Format("a4-3x8", gettext_lazy("A4 sheet, 24 labels of 70 x 37 mm"), 210, 297, 3, 8, 70, 37, top=0.5),
    Format(
        "a4-2x7",
        gettext_lazy("A4 sheet, 14 labels of 99.1 x 38.1 mm"),
        210, 297, 2, 7, 99.1, 38.1, left=4.65, top=15.15, gap=2.5,
    ),
    Format("roll-62x29", gettext_lazy("Roll of 62 mm, labels 29 mm long"), 62, 29, 1, 1, 62, 29),
    Format("roll-62x60", gettext_lazy("Roll of 62 mm, labels 60 mm long, for bags"), 62, 60, 1, 1, 62, 60),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LabelKind:
    """A kind of record that gets labels: what to read along, and what stands on a label below the number."""

    name: str
    model: Any
    related: tuple[str, ...]
    says: Callable[[Any], Iterable[str]]
    bags: Callable[[Any], int | None] = lambda record: None


def _of_find(find: Find) -> Iterator[str]:
    yield (
        f"{find.site.code}, {_('context %(number)s') % {'number': find.context.number}}"
        if find.context
        else find.site.code
    )
    yield capitalised(str(find.get_category_display()))
    day = find.lifted_on or find.found_on
    yield in_letters(day) or ""


def _of_specimen(specimen: Specimen) -> Iterator[str]:
    yield capitalised(in_own_words(specimen.element.label))
    yield str(specimen.get_side_display())
    yield _("find %(number)s") % {"number": specimen.find.number}


def _of_exhibit(exhibit: Exhibit) -> Iterator[str]:
    yield capitalised(in_own_words(exhibit.kind.label))
    yield Truncator(exhibit.description).chars(60)
    if exhibit.find is not None:
        yield _("find %(number)s") % {"number": exhibit.find.number}


def _of_place(place: StoragePlace) -> Iterator[str]:
    yield capitalised(str(place.get_kind_display()))
    yield place.conditions


KINDS: Final = (
    LabelKind("find", Find, ("case", "site", "context"), _of_find, lambda find: find.bags),
    LabelKind("specimen", Specimen, ("case", "find", "element"), _of_specimen),
    LabelKind("exhibit", Exhibit, ("case", "kind", "find"), _of_exhibit),
    LabelKind("storage-place", StoragePlace, ("case", "parent"), _of_place),
)


def kind_of(record_or_model: Any) -> LabelKind | None:
    """Return what labels a kind of record has, or None."""
    return next((kind for kind in KINDS if kind.model._meta.label == record_or_model._meta.label), None)


def labels_of(kind: LabelKind, records: Iterable[Any], *, each_bag: bool) -> list[dict[str, Any]]:
    """Return the labels of some records as data: one for each, or for each bag of it."""
    labels = []
    for record in records:
        code = qr(address_of(record))
        bags = min(kind.bags(record) or 1, MOST_BAGS) if each_bag else 1
        with written_in(record.case.language or settings.LANGUAGE_CODE):
            said = [line for line in kind.says(record) if line]
            restricted = record.get_handling_display() if record.handling != Handling.OPEN else ""
            for bag in range(1, bags + 1):
                count = [_("bag %(number)s of %(all)s") % {"number": bag, "all": bags}] if bags > 1 else []
                labels.append(
                    {
                        "qr": code,
                        "number": str(getattr(record, "number", None) or record.name),
                        "case": record.case.number,
                        "lines": said + count,
                        "restricted": restricted,
                    }
                )
    if len(labels) > MOST_LABELS:
        raise Invalid(
            "label.too_many",
            _("%(n)d labels are more than one file takes.") % {"n": len(labels)},
            rule=_("At most %(limit)d at once.") % {"limit": MOST_LABELS},
            way_forward=_("Choose fewer records, and print them one after the other."),
        )
    return labels


def label_sheet(labels: list[dict[str, Any]], form: Format, *, first: int = 1) -> bytes:
    """Return the PDF; `first` is the place on the first sheet that is still free, counted from 1.

    Raises `label.no_place`.
    """
    if not 1 <= first <= form.on_page:
        raise Invalid(
            "label.no_place",
            _("This sheet has no place %(number)s.") % {"number": first},
            field="first",
            value=first,
            rule=_("Places are counted from 1 to %(last)s, row by row.") % {"last": form.on_page},
        )
    data = {
        "title": _("Labels"),
        "format": {**asdict(form), "title": str(form.title)},
        "skipped": first - 1,
        "labels": labels,
    }
    return set_as_pdf("labels.typ", data, at=dt.datetime.fromtimestamp(0, dt.UTC))
