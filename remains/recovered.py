"""What was recovered, bone by bone, for the skeleton diagram: of a find, of an individual, or over a site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Count, F, Func, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.languages import capitalised
from remains.models.specimen import NO_TOOTH, Cohort, Side
from remains.science.elements import NON_HUMAN, elements
from remains.skeleton import Panel, panels, shapes

#: Shades of a frequency, from the rarest bone to the most frequent.
STEPS = 4
_YOUNG = frozenset(cohort.value for cohort in Cohort if cohort != Cohort.ADULT)


@dataclass
class Recovered:
    """One element and side: how many specimens, and how often each zone was seen."""

    specimens: int = 0
    complete: int = 0
    zones: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def least(self) -> int:
        """Return how many bones they are at least: as many as one zone was seen, or one."""
        return max(self.zones.values(), default=0) or min(self.specimens, 1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape as it is shown: what it looks like, what it says, and the number on it."""

    shape: Any
    look: str
    words: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A mark on a bone: its place on the drawing, its sign, what it says, and where it leads."""

    figure: str
    key: str
    sign: str
    letter: str
    outline: str
    words: str
    link: str
    number: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Figure:
    """The panels of adults or of children, drawn with what was recovered and marked with what was seen."""

    title: Any
    panels: list[tuple[Panel, list[Drawn], list[Shown]]]


Tally = Mapping[str, Recovered]


def tallies(specimens: Any) -> dict[str, dict[str, Recovered]]:
    """Return what was recovered by "adult" and "juvenile" and by element and side, in two questions to the database.

    `specimens` is a queryset of current, visible rows. Animal bones and sockets without their tooth are left out.
    """
    rows = specimens.order_by().exclude(element=f"element.{NON_HUMAN}").exclude(tooth_status__in=NO_TOOTH)
    found: dict[str, dict[str, Recovered]] = {
        "adult": defaultdict(Recovered),
        "juvenile": defaultdict(Recovered),
    }
    counted = rows.values_list("element_id", "side", "cohort").annotate(
        number=Count("id"), complete=Count("id", filter=Q(completeness="complete"))
    )
    for element, side, cohort, number, complete in counted:
        bone = found[figure_of(element, cohort)][key_of(element, side)]
        bone.specimens += number
        bone.complete += complete
    zones = (
        rows.annotate(zone=Func(F("zones"), function="unnest"))
        .values_list("element_id", "side", "cohort", "zone")
        .annotate(number=Count("id"))
    )
    for element, side, cohort, zone, number in zones:
        found[figure_of(element, cohort)][key_of(element, side)].zones[zone] += number
    return found


def figures(
    found: Mapping[str, Tally], *, frequency: bool = False, marks: Sequence[Shown] = ()
) -> list[Figure]:
    """Return the drawings: adults' bones on the adult's, children's on the child's, each only where there are any."""
    highest = max((bone.least for tally in found.values() for bone in tally.values()), default=0)
    titles = {"adult": _("Adults, and bones of unknown age"), "juvenile": _("Children and adolescents")}
    marked = {(mark.figure, mark.key) for mark in marks}
    chosen = [name for name in titles if found[name] or any(figure == name for figure, _key in marked)]
    drawings = []
    for name in chosen or ["adult"]:
        seen = {*found[name], *(key for figure, key in marked if figure == name)}
        wanted = [panel for panel in panels() if panel.only in ("", name) and _wanted(panel, seen)]
        drawn = [
            (
                panel,
                [_drawn(shape, found[name].get(shape.key), highest, frequency) for shape in panel.shapes],
                [mark for mark in marks if mark.figure == name and mark.key in _keys(panel)],
            )
            for panel in wanted
        ]
        title = titles[name] if len(chosen) > 1 or name == "juvenile" else ""
        drawings.append(Figure(title, drawn))
    return drawings


def table(found: Mapping[str, Tally]) -> list[dict[str, Any]]:
    """Return the rows beside the drawing, in anatomical order; where a row has no place on it, it says so."""
    keys = dict.fromkeys(
        key_of(code, side.value)
        for code in elements()
        for side in Side
        if any(key_of(code, side.value) in tally for tally in found.values())
    )
    return [
        {
            "name": name_of(key),
            "adult": found["adult"].get(key),
            "juvenile": found["juvenile"].get(key),
            "drawn": key in shapes(),
        }
        for key in keys
    ]


def name_of(key: str) -> str:
    """Return the words for an element and side."""
    code, side = key.rsplit(".", 1)
    name = _(elements()[code].name)
    if side == Side.AXIAL or code.startswith("tooth_"):
        return name
    return f"{name}, {Side(side).label}"


def _wanted(panel: Panel, keys: Container[str]) -> bool:
    """Say whether a panel is shown: the body always, the skull's single bones and the teeth where there are any."""
    body = panel.name.startswith(("figure_", "right_", "left_"))
    return body or any(shape.key in keys for shape in panel.shapes)


@cache
def _keys(panel: Panel) -> frozenset[str]:
    return frozenset(shape.key for shape in panel.shapes)


def figure_of(element: str, cohort: str | None) -> str:
    """Return on which drawing a bone is: "adult", also when its age is not known, or "juvenile"."""
    young = cohort in _YOUNG or (
        cohort is None and elements()[element.removeprefix("element.")].subadult_only
    )
    return "juvenile" if young else "adult"


def key_of(element: str, side: str) -> str:
    """Return an element and side as one word, from the element's code or the code of its list."""
    return f"{element.removeprefix('element.')}.{side}"


def _drawn(shape: Any, bone: Recovered | None, highest: int, frequency: bool) -> Drawn:
    name = capitalised(name_of(shape.key))
    if bone is None or not bone.specimens:
        return Drawn(shape, "absent", _("%(bone)s: not recovered") % {"bone": name})
    if frequency:
        step = max(1, -(-bone.least * STEPS // highest))
        words = ngettext(
            "at least %(n)d, of %(all)d specimen", "at least %(n)d, of %(all)d specimens", bone.specimens
        )
        said = words % {"n": bone.least, "all": bone.specimens}
        return Drawn(shape, f"step{step}", f"{name}: {said}", str(bone.least))
    every = elements()[shape.element].zone_numbers
    whole = bone.complete > 0 or (
        bool(every) and every <= {zone for zone, seen in bone.zones.items() if seen}
    )
    state = _("complete") if whole else _("partial")
    number = str(bone.specimens) if bone.specimens > 1 else ""
    more = f" ({_('%(n)d specimens') % {'n': bone.specimens}})" if number else ""
    return Drawn(shape, "whole" if whole else "part", f"{name}: {state}{more}", number)


def summary(found: Mapping[str, Tally]) -> dict[str, int]:
    """Return how many specimens and how many different bones there are."""
    bones = [bone for tally in found.values() for bone in tally.values()]
    return {
        "specimens": sum(bone.specimens for bone in bones),
        "bones": len({key for tally in found.values() for key in tally}),
    }
