"""Marks on the skeleton diagram as pages show them: each with its sign, its place, its words and where it leads.

A sign is a shape and a letter, besides its colour. Beside the drawing stands a table that says the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases.admin.related import address
from cases.languages import capitalised
from cases.models.code import Code
from remains.admin.counting_words import zone_label
from remains.marks import CONDITION, SIGNS, Mark, Noted, marks_on
from remains.models import ConditionNote, Injury, Specimen
from remains.recovered import Shown, name_of
from remains.skeleton import Shape, panels
from remains.skeleton_zones import place_of


@dataclass(frozen=True, slots=True)
class Sign:
    """How one kind of mark looks, drawn around 0 0, and what it means."""

    name: str
    letter: Any
    words: Any
    outline: str


_LOOKS: Final[Mapping[str, tuple[Any, Any, str]]] = {
    "peri": (
        pgettext_lazy("mark on the skeleton: peri-mortem", "P"),
        gettext_lazy("peri-mortem injury"),
        "M0 -9L9 0L0 9L-9 0Z",
    ),
    "ante": (
        pgettext_lazy("mark on the skeleton: ante-mortem", "A"),
        gettext_lazy("ante-mortem injury, healing seen"),
        "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z",
    ),
    "post": (
        pgettext_lazy("mark on the skeleton: post-mortem, damage to dry bone", "D"),
        gettext_lazy("post-mortem damage to dry bone"),
        "M-6.5 -6.5H6.5V6.5H-6.5Z",
    ),
    "undetermined": (
        pgettext_lazy("mark on the skeleton: timing undetermined", "?"),
        gettext_lazy("injury of undetermined timing"),
        "M0 -10.5L10 7H-10Z",
    ),
    CONDITION: (
        pgettext_lazy("mark on the skeleton: condition note", "C"),
        gettext_lazy("condition note"),
        "M-8.5 0L-4.5 -7H4.5L8.5 0L4.5 7H-4.5Z",
    ),
}
LOOKS: Final = {name: Sign(name, *_LOOKS[name]) for name in SIGNS}
#: Marks closer than this, in units of the drawing, are moved apart.
_APART: Final = 16.0
_STEPS: Final = ((0, 0), (1, 0), (0, 1), (1, 1), (0, -1), (1, -1), (2, 0), (2, 1), (2, -1))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table beside the drawing; `anchor` where it is the first of its mark."""

    sign: Sign
    bone: str
    drawn: bool
    where: str
    what: str
    link: str
    noted: Noted
    anchor: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class Marked:
    """All that a page shows: marks for the drawing, the rows beside it, the signs that occur."""

    shown: list[Shown]
    lines: list[Line]
    signs: list[Sign]


def marked(user: Any, specimens: QuerySet[Any]) -> Marked:
    """Return the marks of these specimens that the viewer sees."""
    return laid_out(marks_on(user, specimens))


def frozen(user: Any, case: UUID, kept: Sequence[Mark]) -> Marked:
    """Return marks as they were kept, without what the viewer may not see today; the specimens of `case` lead on."""
    keys: dict[Any, set[str]] = {Injury: set(), ConditionNote: set()}
    for each in (each for mark in kept for each in mark.noted):
        keys[ConditionNote if each.kind == CONDITION else Injury].add(each.id)
    seen = {
        str(key)
        for model, named in keys.items()
        for key in model.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True)
    }
    numbers = {each.number for mark in kept for each in mark.noted}
    rows = Specimen.objects.visible_to(user).filter(case=case, number__in=numbers)
    bones = {number: str(key) for number, key in rows.values_list("number", "pk")}
    narrowed = []
    for mark in kept:
        said = [replace(n, specimen=bones.get(n.number, "")) for n in mark.noted if n.id in seen]
        if said:
            count = mark.count - len(mark.noted) + len(said)
            narrowed.append(Mark(mark.figure, mark.key, mark.zone, mark.sign, count, said))
    return laid_out(narrowed)


def laid_out(marks: Iterable[Mark]) -> Marked:
    """Return marks with places, words and links, in one question for the names of codes."""
    told = list(marks)
    names = _names(noted.what for mark in told for noted in mark.noted)
    shown: list[Shown] = []
    lines: list[Line] = []
    taken: dict[str, list[tuple[float, float]]] = {}
    for number, mark in enumerate(told, start=1):
        bone, where, sign = capitalised(name_of(mark.key)), _zone(mark), LOOKS[mark.sign]
        at = _shapes(mark.figure).get(mark.key)
        links = [_link(noted) for noted in mark.noted]
        anchor = f"mark-{number}"
        for index, noted in enumerate(mark.noted):
            told_where = ", ".join(part for part in (where, noted.place) if part)
            first = index == 0
            more = mark.count - len(mark.noted) if index == len(mark.noted) - 1 else 0
            what = names.get(noted.what, noted.what)
            lines.append(
                Line(sign, bone, at is not None, told_where, what, links[index], noted, anchor * first, more)
            )
        if at is None:
            continue
        panel, shape = at
        x, y = _free(taken.setdefault(f"{mark.figure} {panel}", []), shape, mark.zone)
        said = {
            "sign": capitalised(str(sign.words)),
            "bone": ", ".join(part for part in (bone, where) if part),
            "what": names.get(mark.noted[0].what, "")
            if mark.count == 1
            else _("%(n)d records") % {"n": mark.count},
        }
        words = _("%(sign)s: %(what)s. %(bone)s") % said
        link = links[0] if mark.count == 1 else f"#{anchor}"
        many = str(mark.count) if mark.count > 1 else ""
        shown.append(
            Shown(mark.figure, mark.key, sign.name, str(sign.letter), sign.outline, words, link, many, x, y)
        )
    present = {mark.sign for mark in told}
    return Marked(shown, lines, [sign for name, sign in LOOKS.items() if name in present])


def lines_of_finds(notes: Iterable[Any]) -> list[Line]:
    """Return condition notes of whole finds as rows of the table; they have no place on the drawing."""
    return [
        Line(
            LOOKS[CONDITION],
            _("the whole find"),
            True,
            "",
            str(note.kind),
            address("remains_conditionnote_change", note.pk) or "",
            Noted(
                CONDITION, str(note.pk), note.version, "", "", find=(str(note.find_id), note.find.number),
                text=note.note, observer=note.observer, observed_on=note.observed_on,
            ),
        )
        for note in notes
    ]  # fmt: skip


def _names(codes: Iterable[str]) -> dict[str, str]:
    wanted = set(codes)
    return {row.pk: str(row.label) for row in Code.objects.filter(pk__in=wanted)} if wanted else {}


def _zone(mark: Mark) -> str:
    if mark.zone is None:
        return ""
    label = zone_label(mark.key.rsplit(".", 1)[0], mark.zone)
    return _("zone %(zone)s %(label)s") % {"zone": mark.zone, "label": label} if label else ""


def _link(noted: Noted) -> str:
    kind = "conditionnote" if noted.kind == CONDITION else "injury"
    return address(f"remains_{kind}_change", noted.id) or ""


@cache
def _shapes(figure: str) -> dict[str, tuple[str, Shape]]:
    """Return the shapes of one figure, each with the name of its panel."""
    return {
        shape.key: (panel.name, shape)
        for panel in panels()
        if panel.only in ("", figure)
        for shape in panel.shapes
    }


def _free(taken: list[tuple[float, float]], shape: Shape, zone: int | None) -> tuple[float, float]:
    """Return where a mark is drawn: at its zone, or beside it where others are."""
    x, y = place_of(shape, zone)
    outward = -1 if shape.side == "right" else 1
    if zone is None:
        x += outward * 9  # the middle is where the number of specimens stands
    spots = [
        (round(x + outward * across * _APART, 1), round(y + down * _APART, 1)) for across, down in _STEPS
    ]
    clear = (spot for spot in spots if all(math.dist(spot, other) >= _APART for other in taken))
    spot = next(clear, spots[-1])
    taken.append(spot)
    return spot
