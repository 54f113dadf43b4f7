"""The search of finds: by the number or its serial, by another label, and by words of the description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from cases import indexed_search
from cases.indexed_search import SERIAL, begins, search_rows
from remains.models.find import DESCRIPTION_WORDS, FindAlias


def search_finds(finds: Any, term: str, *, user: Any, fields: Iterable[str]) -> Any:
    """Narrow to finds with a label that begins like the term, or in which every word of it fits.

    A word fits the beginning of the number, the serial, or the beginning of a word of the description.
    """
    named = frozenset(fields)

    def conditions(word: str) -> Iterator[Q]:
        yield Q(number__istartswith=word)
        if SERIAL.fullmatch(word):
            yield Q(serial=int(word))
        if "description" in named:
            yield begins(DESCRIPTION_WORDS, word)

    return search_rows(finds, term, conditions, lambda whole: finds_labelled(user, whole))


def finds_labelled(user: Any, term: str) -> set[Any]:
    """Return the finds with such a label; of very many, those whose label is exactly this are not missed."""
    labels = FindAlias.objects.visible_to(user).current().order_by()
    asked = [
        labels.filter(**{lookup: term}).values_list("find_id", flat=True)[: indexed_search.MATCHES]
        for lookup in ("label__iexact", "label__istartswith")
    ]
    return set(asked[0].union(asked[1], all=True))
