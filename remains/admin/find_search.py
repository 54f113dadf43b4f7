"""The search of finds: what people type at the table, answered from indexes however many finds there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db.models import Q
from django.utils.text import smart_split, unescape_string_literal

from remains.models.find import DESCRIPTION_WORDS, FindAlias

#: Labels looked at for one search; beyond it, only the label that is exactly what was typed.
LABELS = 500
#: A serial by itself: "12" and "0012" are the same find of every site.
SERIAL = re.compile(r"[0-9]{1,9}")


def search_finds(finds: Any, term: str, *, user: Any, fields: Iterable[str]) -> Any:
    """Narrow to finds with a label that begins like the term, or in which every word of it fits.

    A word fits the beginning of the number, the serial, or the beginning of a word of the description.
    """
    words = [_unquoted(raw) for raw in smart_split(term)]
    if not words:
        return finds
    fits = Q()
    for word in words:
        fits &= _fits(word, fields)
    labelled = _labelled(user, _unquoted(term.strip()))
    return finds.filter(fits | Q(pk__in=labelled)) if labelled else finds.filter(fits)


def _fits(word: str, fields: Iterable[str]) -> Q:
    fits = Q(number__istartswith=word)
    if SERIAL.fullmatch(word):
        fits |= Q(serial=int(word))
    if "description" in fields:
        quoted = word.replace("\\", "\\\\").replace("'", "''")
        begins = SearchQuery(f"'{quoted}':*", search_type="raw", config="simple")
        fits |= Q(SearchVectorExact(DESCRIPTION_WORDS, begins))
    return fits


def _labelled(user: Any, term: str) -> set[Any]:
    """Return the finds with such a label: as identifiers, because a join would have every find of the case read."""
    labels = FindAlias.objects.visible_to(user).current().order_by()
    begun = set(labels.filter(label__istartswith=term).values_list("find_id", flat=True)[:LABELS])
    if len(begun) < LABELS:
        return begun
    return begun | set(labels.filter(label__iexact=term).values_list("find_id", flat=True)[:LABELS])


def _unquoted(text: str) -> str:
    return (
        unescape_string_literal(text) if len(text) > 1 and text[0] in "\"'" and text[0] == text[-1] else text
    )
