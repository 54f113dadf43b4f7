"""The search of finds: by the number or its serial, by another label, and by words of the description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from remains.admin.indexed_search import SERIAL, begins, finds_labelled, search_rows
from remains.models.find import DESCRIPTION_WORDS


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
