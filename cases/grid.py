"""Outlines in a site's own grid: metres east and north of a point of the excavation, on no ellipsoid.

They are typed as corners, one "east north" a line, or as a GeoJSON polygon, and kept as the latter: closed, in
millimetres, without holes.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import Polygon

from cases.refusals import Invalid, shown

DECIMALS: Final = 3
MOST_CORNERS: Final = 500
#: Farther from its own zero no grid of an excavation reaches (metres).
FARTHEST: Final = 1_000_000
_CORNER: Final = re.compile(r"\s*(-?\d+(?:\.\d+)?)[\s,;]+(-?\d+(?:\.\d+)?)\s*")

Corner = tuple[float, float]


class InvalidOutline(Invalid, ValueError):
    """An outline that encloses nothing, or cannot be read."""

    def __init__(self, code: str, message: str, value: object, way_forward: str) -> None:
        super().__init__(code, message, field="outline", value=shown(value), way_forward=way_forward)


def outline(value: str | dict[str, Any]) -> dict[str, Any]:
    """Return an outline in its one form.

    Raises `InvalidOutline`: `grid.not_read`, `grid.too_few`, `grid.too_many`, `grid.too_far`, `grid.crosses_itself`.
    """
    corners = _typed(value) if isinstance(value, str) else _corners_of(value)
    corners = [(round(x, DECIMALS) + 0.0, round(y, DECIMALS) + 0.0) for x, y in corners]
    if corners and corners[0] == corners[-1]:
        corners = corners[:-1]
    if len(set(corners)) < 3:
        raise InvalidOutline(
            "grid.too_few",
            _("An outline has at least three corners."),
            len(corners),
            _("Give the corners one after the other, one a line: east, north."),
        )
    if len(corners) > MOST_CORNERS:
        raise InvalidOutline(
            "grid.too_many",
            _("The outline has more than %(limit)d corners.") % {"limit": MOST_CORNERS},
            len(corners),
            _("Simplify the outline."),
        )
    far = next((corner for corner in corners if max(map(abs, corner)) > FARTHEST), None)
    if far is not None:
        raise InvalidOutline(
            "grid.too_far",
            _("%(corner)s lies farther from the grid's zero than any excavation reaches.")
            % {"corner": f"{far[0]:g} {far[1]:g}"},
            far,
            _("Give metres in the site's own grid, not degrees or a country's coordinates."),
        )
    shape = Polygon(corners)
    if not shape.is_valid or not shape.area:
        raise InvalidOutline(
            "grid.crosses_itself",
            _("The outline is not a plain area: %(reason)s.")
            % {"reason": shown(shapely.is_valid_reason(shape), 100)},
            "Polygon",
            _("Give the corners in the order in which one walks around it."),
        )
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in (*corners, corners[0])]]}


def corners(stored: dict[str, Any]) -> list[Corner]:
    """Return the corners of a stored outline, each once."""
    return [(float(x), float(y)) for x, y in stored["coordinates"][0][:-1]]


def as_typed(stored: dict[str, Any]) -> str:
    """Return an outline as a form shows it: one corner a line."""
    return "\n".join(f"{x:g} {y:g}" for x, y in corners(stored))


def _typed(text: str) -> list[Corner]:
    if text.lstrip().startswith("{"):
        try:
            return _corners_of(json.loads(text))
        except (ValueError, RecursionError) as error:
            if isinstance(error, InvalidOutline):
                raise
            raise _not_read(text) from None
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        read = _CORNER.fullmatch(line)
        if read is None:
            raise _not_read(line)
        found.append((float(read[1]), float(read[2])))
    return found


def _corners_of(value: Any) -> list[Corner]:
    rings = value.get("coordinates") if isinstance(value, dict) and value.get("type") == "Polygon" else None
    if not isinstance(rings, list) or len(rings) != 1 or not isinstance(rings[0], list):
        raise _not_read(value)
    found = []
    for place in rings[0]:
        plain = isinstance(place, (list, tuple)) and len(place) == 2
        if not plain or not all(isinstance(n, (int, float)) and math.isfinite(n) for n in place):
            raise _not_read(place)
        found.append((float(place[0]), float(place[1])))
    return found


def _not_read(value: object) -> InvalidOutline:
    return InvalidOutline(
        "grid.not_read",
        _(
            "\N{LEFT DOUBLE QUOTATION MARK}%(value)s\N{RIGHT DOUBLE QUOTATION MARK} is no corner of an outline."
        )
        % {"value": shown(value, 60)},
        value,
        _(
            "Write one corner a line, metres east and north: 104.210 88.015. Or a GeoJSON polygon without holes."
        ),
    )
