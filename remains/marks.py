"""What was seen on single bones, to be marked on the skeleton diagram: injuries and condition notes, by place and sign.

Here they are read and put together; `remains.admin.skeleton_marks` gives them places, words and links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet, Value

from remains.models import ConditionNote, Injury, InjuryTiming
from remains.recovered import figure_of, key_of
from remains.science.elements import elements

#: The sign of a condition note; those of injuries are their timings.
CONDITION: Final = "condition"
SIGNS: Final = (
    InjuryTiming.PERI.value,
    InjuryTiming.ANTE.value,
    InjuryTiming.POST.value,
    InjuryTiming.UNDETERMINED.value,
    CONDITION,
)
#: So many records of one mark are named; the mark says how many there are.
NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Noted:
    """One injury or condition note of one specimen. What a frozen diagram does not keep is empty."""

    kind: str
    id: str
    version: int
    number: str
    what: str
    place: str = ""
    specimen: str = ""
    find: tuple[str, str] = ("", "")
    text: str = ""
    observer: str = ""
    observed_on: Any = None


@dataclass(slots=True)
class Mark:
    """All that was noted with one sign at one zone of one bone, of adults or of the young."""

    figure: str
    key: str
    zone: int | None
    sign: str
    count: int = 0
    noted: list[Noted] = field(default_factory=list)


Place = tuple[str, str, int | None, str]


def put_together(seen: Iterable[tuple[Place, Noted]]) -> list[Mark]:
    """Return what was noted at each place as one mark, in the order of the body and of the signs."""
    marks: dict[Place, Mark] = {}
    for place, noted in seen:
        mark = marks.setdefault(place, Mark(*place))
        mark.count += 1
        if len(mark.noted) < NAMED:
            mark.noted.append(noted)
    order = {code: place for place, code in enumerate(elements())}
    return sorted(
        marks.values(),
        key=lambda mark: (
            mark.figure,
            order.get(mark.key.rsplit(".", 1)[0], 0),
            mark.key,
            mark.zone or 0,
            SIGNS.index(mark.sign),
        ),
    )


def marks_on(user: Any, specimens: QuerySet[Any]) -> list[Mark]:
    """Return what the viewer sees of injuries and condition notes on these specimens, in two questions."""
    return put_together((*_seen(user, Injury, specimens), *_seen(user, ConditionNote, specimens)))


def as_result(marks: Iterable[Mark]) -> list[list[Any]]:
    """Return marks as an assessment keeps them."""
    return [
        [
            mark.figure,
            mark.key,
            mark.zone,
            mark.sign,
            mark.count,
            [[n.kind, n.id, n.version, n.number, n.what, n.place] for n in mark.noted],
        ]
        for mark in marks
    ]


def from_result(kept: Iterable[list[Any]]) -> list[Mark]:
    """Return marks that an assessment has kept."""
    return [
        Mark(figure, key, zone, sign, count, [Noted(*noted) for noted in named])
        for figure, key, zone, sign, count, named in kept
    ]


#: What a record says of sign, what was seen, where, and in which words.
_SAID: Final[dict[Any, tuple[Any, ...]]] = {
    Injury: ("timing", "mechanism_id", "place", "description"),
    ConditionNote: (Value(CONDITION), "kind_id", Value(""), "note"),
}
_OF_SPECIMEN: Final = (
    "specimen__element_id", "specimen__side", "specimen__cohort", "specimen__number", "specimen_id",
    "specimen__find_id", "specimen__find__number",
)  # fmt: skip


def _seen(user: Any, model: Any, specimens: QuerySet[Any]) -> Iterator[tuple[Place, Noted]]:
    kind = "injury" if model is Injury else CONDITION
    rows = (
        model.objects.visible_to(user)
        .current()
        .filter(specimen__in=specimens.order_by().values("pk"))
        .order_by("specimen__number", "id")
        .values_list(*_OF_SPECIMEN, "zone", "id", "version", *_SAID[model], "observer", "observed_on")
    )
    for element, side, cohort, number, bone, find, found_as, zone, key, version, *said in rows:
        sign, what, place, text, observer, day = said
        at = (figure_of(element, cohort), key_of(element, side), zone, sign)
        found = (str(find), found_as)
        yield at, Noted(kind, str(key), version, number, what, place, str(bone), found, text, observer, day)
