"""The search of finds: what people type at the table, answered from indexes however many finds there are.

The condition of a word is asked by itself and for identifiers: put into the list's own query, it would have the
database walk the case from its newest find and read the description of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db import connection, transaction
from django.db.models import Q
from django.utils.text import smart_split, unescape_string_literal

from remains.models.find import DESCRIPTION_WORDS, FindAlias

#: Finds that one search brings at most; who gets as many types another word.
MATCHES = 1_000
#: A serial by itself: "12" and "0012" are the same find of every site.
SERIAL = re.compile(r"[0-9]{1,9}")


def search_finds(finds: Any, term: str, *, user: Any, fields: Iterable[str]) -> Any:
    """Narrow to finds with a label that begins like the term, or in which every word of it fits.

    A word fits the beginning of the number, the serial, or the beginning of a word of the description.
    """
    words = [list(_conditions(_unquoted(raw), fields)) for raw in smart_split(term)]
    if not words:
        return finds
    with _from_indexes():
        found = _fitting(finds.order_by(), words) | _labelled(user, _unquoted(term.strip()))
    return finds.filter(pk__in=found)


@contextmanager
def _from_indexes() -> Iterator[None]:
    """Have the database look into the index of each condition.

    It takes one row in two hundred for a match of any beginning of a word, and would rather read every description
    until it has enough of them: for a word in no row, that is all of them.
    """
    ways = ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan")
    with transaction.atomic(), connection.cursor() as cursor:
        for state in ("off", "on"):
            cursor.execute("SELECT " + ", ".join(f"set_config('{way}', '{state}', true)" for way in ways))
            if state == "off":
                yield


def _fitting(finds: Any, words: list[list[Q]]) -> set[Any]:
    """Return the finds in which every word fits: the rare words say which, the frequent ones only whether."""
    rare: set[Any] | None = None
    frequent: list[Q] = []
    some: set[Any] = set()
    for conditions in words:
        some = _some(finds, conditions)
        if len(some) > MATCHES:
            frequent.append(reduce(or_, conditions))
        else:
            rare = some if rare is None else rare & some
    if rare is None and len(words) == 1:
        return some
    if rare is not None and (not frequent or not rare):
        return rare
    named = finds if rare is None else finds.filter(pk__in=rare)
    return set(named.filter(*frequent).values_list("pk", flat=True)[:MATCHES])


def _some(finds: Any, conditions: list[Q]) -> set[Any]:
    """Return the finds for which any of the conditions holds, each by its own index; more than `MATCHES` if many."""
    first, *others = [finds.filter(one).values_list("pk", flat=True)[: MATCHES + 1] for one in conditions]
    return set(first.union(*others, all=True) if others else first)


def _conditions(word: str, fields: Iterable[str]) -> Iterator[Q]:
    yield Q(number__istartswith=word)
    if SERIAL.fullmatch(word):
        yield Q(serial=int(word))
    if "description" in fields:
        quoted = word.replace("\\", "\\\\").replace("'", "''")
        begins = SearchQuery(f"'{quoted}':*", search_type="raw", config="simple")
        yield Q(SearchVectorExact(DESCRIPTION_WORDS, begins))


def _labelled(user: Any, term: str) -> set[Any]:
    """Return the finds with such a label; of very many, those whose label is exactly this are not missed."""
    labels = FindAlias.objects.visible_to(user).current().order_by()
    asked = [
        labels.filter(**{lookup: term}).values_list("find_id", flat=True)[:MATCHES]
        for lookup in ("label__iexact", "label__istartswith")
    ]
    return set(asked[0].union(asked[1], all=True))


def _unquoted(text: str) -> str:
    return (
        unescape_string_literal(text) if len(text) > 1 and text[0] in "\"'" and text[0] == text[-1] else text
    )
