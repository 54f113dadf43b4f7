"""The search of records that hang on finds, specimens or individuals, from the same indexes as that of finds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.search import SearchVector
from django.db.models import Q

from cases import indexed_search
from cases.indexed_search import SERIAL, begins, search_rows
from cases.models.code import Code
from cases.models.site import Site
from remains.find_search import finds_labelled
from remains.models import Find, Individual, Specimen

#: I-002, I-2 and 2 are the same individual of a case.
_INDIVIDUAL: Final = re.compile(r"(?:I-)?0*([0-9]{1,9})", re.IGNORECASE)
#: What is written on a bag: the serial of the find and of the specimen in it.
_SPECIMEN: Final = re.compile(r"([0-9]{1,9})[./]([0-9]{1,9})")
_BY_NUMBER: Final = frozenset({"number", "label"})


@dataclass(frozen=True, slots=True)
class SearchBelow:
    """What a kind of record is found by: beginnings of numbers and codes, names of codes, and words of its texts.

    The texts are those of `words`, which has an index; a viewer from whom one of them is kept finds by none.
    """

    model: Any
    fields: tuple[str, ...]
    words: SearchVector | None = None

    def narrow(self, rows: Any, term: str, *, user: Any, fields: Collection[str]) -> Any:
        """Narrow to records in which every word fits, or those of a find with such a label; `fields` may be told."""

        def conditions(word: str) -> Iterator[Q]:
            return self.conditions_of(user, word, fields)

        def labelled(whole: str) -> list[Any]:
            finds = finds_labelled(user, whole) if whole and "find__number" in fields else None
            found = rows.order_by().filter(find__in=finds) if finds else rows.none()
            return list(found.values_list("pk", flat=True)[: indexed_search.MATCHES])

        return search_rows(rows, term, conditions, labelled)

    def conditions_of(self, user: Any, word: str, fields: Collection[str]) -> Iterator[Q]:
        """Yield each condition that a word may fit; each is served by an index of its own."""
        for path in fields:
            reference, _under, name = path.partition("__")
            if name == "label":
                scheme = self.model._meta.get_field(reference).scheme
                named = Code.objects.filter(scheme=scheme, label__iregex=rf"\m{re.escape(word)}")
                if keys := list(named.values_list("pk", flat=True)):
                    yield Q(**{f"{reference}__in": keys})
            elif name:
                about = self.model._meta.get_field(reference).related_model
                for one in _numbered(about, word):
                    yield Q(**{f"{reference}__in": about.objects.visible_to(user).filter(one).values("pk")})
            elif path in _BY_NUMBER:
                yield from _numbered(self.model, word) if path == "number" else [Q(label__istartswith=word)]
        texts = {path for path in self.fields if "__" not in path} - _BY_NUMBER
        if self.words is not None and texts <= set(fields):
            yield begins(self.words, word)


def _numbered(model: Any, word: str) -> Iterator[Q]:
    """Yield how a record of this kind is called by its number."""
    if model is Site:
        yield Q(code__istartswith=word)
        return
    yield Q(number__istartswith=word)
    if model is Find and SERIAL.fullmatch(word):
        yield Q(serial=int(word))
    elif model is Individual and (said := _INDIVIDUAL.fullmatch(word)):
        yield Q(serial=int(said[1]))
    elif model is Specimen and (said := _SPECIMEN.fullmatch(word)):
        yield Q(serial=int(said[2]), find__serial=int(said[1]))
