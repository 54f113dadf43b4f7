"""The search of records that hang on finds, specimens or individuals, from the same indexes as that of finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.contrib.postgres.search import SearchVector
from django.db.models import Q
from django.http import HttpRequest

from cases.models.code import Code
from cases.models.site import Site
from remains.admin import indexed_search
from remains.admin.indexed_search import SERIAL, begins, finds_labelled, search_rows
from remains.models import Find, Individual, Specimen

#: I-002, I-2 and 2 are the same individual of a case.
_INDIVIDUAL: Final = re.compile(r"(?:I-)?0*([0-9]{1,9})", re.IGNORECASE)
#: What is written on a bag: the serial of the find and of the specimen in it.
_SPECIMEN: Final = re.compile(r"([0-9]{1,9})[./]([0-9]{1,9})")


class SearchedBelow:
    """Searches by what `search_fields` name: beginnings of numbers and codes, names of codes, and words of the texts.

    The texts are those of `search_words`, which has an index; a viewer from whom one of them is kept finds by none.
    """

    search_words: SearchVector | None = None

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find the records in which every word fits, or those of a find with such a label."""
        fields = list(self.get_search_fields(request))  # type: ignore[attr-defined]

        def conditions(word: str) -> Iterator[Q]:
            return self._conditions(request.user, word, fields)

        def labelled(term: str) -> list[Any]:
            finds = finds_labelled(request.user, term) if term and self._below_finds(fields) else None
            rows = queryset.order_by().filter(find__in=finds) if finds else queryset.none()
            return list(rows.values_list("pk", flat=True)[: indexed_search.MATCHES])

        return search_rows(queryset, search_term, conditions, labelled), False

    @staticmethod
    def _below_finds(fields: list[str]) -> bool:
        return "find__number" in fields

    def _conditions(self, user: Any, word: str, fields: list[str]) -> Iterator[Q]:
        """Yield each condition that a word may fit; each is served by an index of its own."""
        model = self.model  # type: ignore[attr-defined]
        for path in fields:
            reference, _under, name = path.partition("__")
            if name == "label":
                scheme = model._meta.get_field(reference).scheme
                named = Code.objects.filter(scheme=scheme, label__iregex=rf"\m{re.escape(word)}")
                if keys := list(named.values_list("pk", flat=True)):
                    yield Q(**{f"{reference}__in": keys})
            elif name:
                about = model._meta.get_field(reference).related_model
                for one in _numbered(about, word):
                    yield Q(**{f"{reference}__in": about.objects.visible_to(user).filter(one).values("pk")})
            elif path in {"number", "label"}:
                yield from _numbered(model, word) if path == "number" else [Q(label__istartswith=word)]
        texts = [path for path in self.search_fields if "__" not in path and path not in {"number", "label"}]  # type: ignore[attr-defined]
        if self.search_words is not None and set(texts) <= set(fields):
            yield begins(self.search_words, word)


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
