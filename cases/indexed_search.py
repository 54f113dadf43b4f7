"""Search that is answered from indexes: by the beginnings of numbers, labels and words, however many records there are.

Each condition is asked by itself and for identifiers: put into the list's own query, it would have the database walk
the case from its newest record and read the words of each. What a kind of record is found by, it says itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db import connection, transaction
from django.db.models import Q
from django.utils.text import smart_split, unescape_string_literal

#: Records that one search brings at most; who gets as many types another word.
MATCHES = 1_000
#: A serial by itself: "12" and "0012" are the same find of every site.
SERIAL = re.compile(r"[0-9]{1,9}")


def search_rows(
    rows: Any,
    term: str,
    conditions: Callable[[str], Iterable[Q]],
    labelled: Callable[[str], Iterable[Any]] | None = None,
) -> Any:
    """Narrow to rows in which every word of the term fits one of its `conditions`, or those that `labelled` names.

    `labelled` is asked for the term as a whole and returns identifiers of rows.
    """
    words = [list(conditions(unquoted(raw))) for raw in smart_split(term)]
    if not words:
        return rows
    with _from_indexes():
        found = _fitting(rows.order_by(), words)
        if labelled is not None:
            found |= set(labelled(unquoted(term.strip())))
    return rows.filter(pk__in=found)


def begins(words: SearchVector, word: str) -> Q:
    """Return the condition that a word of an indexed vector begins like this one."""
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return Q(SearchVectorExact(words, SearchQuery(f"'{quoted}':*", search_type="raw", config="simple")))


def unquoted(text: str) -> str:
    """Return a quoted phrase without its quotation marks."""
    return (
        unescape_string_literal(text) if len(text) > 1 and text[0] in "\"'" and text[0] == text[-1] else text
    )


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


def _fitting(rows: Any, words: list[list[Q]]) -> set[Any]:
    """Return the rows in which every word fits: the rare words say which, the frequent ones only whether."""
    rare: set[Any] | None = None
    frequent: list[Q] = []
    some: set[Any] = set()
    for conditions in words:
        some = _some(rows, conditions)
        if len(some) > MATCHES:
            frequent.append(reduce(or_, conditions))
        else:
            rare = some if rare is None else rare & some
    if rare is None and len(words) == 1:
        return some
    if rare is not None and (not frequent or not rare):
        return rare
    named = rows if rare is None else rows.filter(pk__in=rare)
    return set(named.filter(*frequent).values_list("pk", flat=True)[:MATCHES])


def _some(rows: Any, conditions: list[Q]) -> set[Any]:
    """Return the rows for which any of the conditions holds, each by its own index; more than `MATCHES` if many."""
    first, *others = [rows.filter(one).values_list("pk", flat=True)[: MATCHES + 1] for one in conditions]
    return set(first.union(*others, all=True) if others else first)
