"""Where a site is: GeoJSON points and outlines in WGS 84, checked and brought into one form.

Longitude before latitude, two dimensions, seven decimals (about a centimetre).
"""

import json
import math
from dataclasses import dataclass
from typing import Any, Literal, cast

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from cases.refusals import Invalid, shown

DECIMALS = 7
MOST_VERTICES = 10_000
LONGEST_TEXT = 2_000_000

Kind = Literal["Point", "Polygon", "MultiPolygon"]
Position = tuple[float, float]

_DEPTH = {"Point": 0, "Polygon": 2, "MultiPolygon": 3}
_MEMBERS = {"type", "coordinates", "bbox", "crs"}


class InvalidGeometry(Invalid, ValueError):
    """A point or outline that cannot be a place on the ground."""

    def __init__(self, code: str, message: str, value: object, way_forward: str) -> None:
        super().__init__(code, message, value=shown(value), way_forward=way_forward)


@dataclass(frozen=True, slots=True)
class Geometry:
    """A checked place: GeoJSON in two dimensions, and a point that lies on it (degrees)."""

    geojson: dict[str, Any]
    longitude: float
    latitude: float
    kind: Kind


def point(longitude: float, latitude: float) -> Geometry:
    """Return the place at `longitude` and `latitude` (degrees, WGS 84).

    Raises `InvalidGeometry`: `geometry.not_geojson`, `geometry.not_finite`, `geometry.out_of_range`,
    `geometry.swapped`, `geometry.no_place`.
    """
    longitude, latitude = _position([longitude, latitude])
    _refuse_no_place(longitude, latitude)
    return Geometry({"type": "Point", "coordinates": [longitude, latitude]}, longitude, latitude, "Point")


def parse(value: str | dict[str, Any], *, most_vertices: int = MOST_VERTICES) -> Geometry:
    """Check a GeoJSON geometry (or a Feature around one) and return it in one form.

    Raises `InvalidGeometry` as `point` does, and `geometry.too_long`, `geometry.not_json`, `geometry.kind`,
    `geometry.other_system`, `geometry.too_many_vertices`, `geometry.ring_short`, `geometry.ring_open`,
    `geometry.crosses_itself`, `geometry.empty`.
    """
    geometry = _geometry_of(_decoded(value) if isinstance(value, str) else value)
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return point(*_position(coordinates))
    rings: list[list[Position]] = []
    checked = _checked(coordinates, _DEPTH[kind], rings, most_vertices)
    if not rings:
        raise InvalidGeometry(
            "geometry.empty", _("The outline has no corners."), kind, _("Draw it again or give a point.")
        )
    outline = shape({"type": kind, "coordinates": checked})
    if not outline.is_valid:
        raise _crossing(outline)
    inside = outline.representative_point()
    longitude, latitude = round(inside.x, DECIMALS), round(inside.y, DECIMALS)
    if all(position == (0, 0) for ring in rings for position in ring):
        _refuse_no_place(0, 0)
    return Geometry({"type": kind, "coordinates": checked}, longitude, latitude, cast("Kind", kind))


def _decoded(text: str) -> Any:
    if len(text) > LONGEST_TEXT:
        raise InvalidGeometry(
            "geometry.too_long",
            _("An outline of %(length)d characters is longer than the %(limit)d allowed.")
            % {"length": len(text), "limit": LONGEST_TEXT},
            text,
            _("Simplify the outline."),
        )
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidGeometry(
            "geometry.not_json",
            _("The outline is not readable GeoJSON: %(error)s.") % {"error": shown(error, 100)},
            text,
            _('Give a GeoJSON geometry, such as {"type": "Point", "coordinates": [46.7963, 39.9113]}.'),
        ) from None


def _geometry_of(value: Any) -> dict[str, Any]:
    """Return the one geometry in `value`, taken out of a Feature or a collection of one."""
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        features = value.get("features")
        value = features[0] if isinstance(features, list) and len(features) == 1 else value
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise InvalidGeometry(
            "geometry.not_geojson",
            _("This is no GeoJSON geometry."),
            value,
            _("Give an object with “type” and “coordinates”."),
        )
    if value["type"] not in _DEPTH:
        raise InvalidGeometry(
            "geometry.kind",
            _("A site is a point or an outline, not a %(kind)s.") % {"kind": shown(value["type"])},
            value["type"],
            _("Give one Point, Polygon or MultiPolygon."),
        )
    if "crs" in value and "CRS84" not in str(value["crs"]) and "4326" not in str(value["crs"]):
        raise InvalidGeometry(
            "geometry.other_system",
            _("The coordinates are in another reference system than WGS 84."),
            value["crs"],
            _("Convert them to longitude and latitude (EPSG:4326) first."),
        )
    if not isinstance(value.get("coordinates"), (list, tuple)) or set(value) - _MEMBERS:
        raise InvalidGeometry(
            "geometry.not_geojson",
            _("A %(kind)s has “type” and “coordinates” and nothing else.") % {"kind": value["type"]},
            ", ".join(shown(member, 20) for member in value),
            _("Export the geometry again as plain GeoJSON."),
        )
    return value


def _checked(part: Any, depth: int, rings: list[list[Position]], most_vertices: int) -> Any:
    """Return `part` in one form, adding its rings to `rings`; `depth` counts the lists above a position."""
    if not isinstance(part, (list, tuple)):
        raise InvalidGeometry(
            "geometry.not_geojson",
            _("The coordinates are not nested as an outline's are."),
            part,
            _("Export the geometry again as plain GeoJSON."),
        )
    if depth > 1:
        return [_checked(inner, depth - 1, rings, most_vertices) for inner in part]
    if len(part) + sum(len(ring) for ring in rings) > most_vertices:
        raise InvalidGeometry(
            "geometry.too_many_vertices",
            _("The outline has more than %(limit)d corners.") % {"limit": most_vertices},
            len(part),
            _("Simplify the outline."),
        )
    ring = [_position(position) for position in part]
    rings.append(ring)
    if len(ring) < 4:
        raise InvalidGeometry(
            "geometry.ring_short",
            _("A ring of %(count)d positions encloses nothing.") % {"count": len(ring)},
            part,
            _("Give at least three corners and close the ring with the first one."),
        )
    if ring[0] != ring[-1]:
        raise InvalidGeometry(
            "geometry.ring_open",
            _("The ring starts at %(first)s and ends at %(last)s.")
            % {"first": _in_words(ring[0]), "last": _in_words(ring[-1])},
            part,
            _("End each ring with its first position."),
        )
    return [list(position) for position in ring]


def _position(value: Any) -> Position:
    """Return longitude and latitude of a position in two or three dimensions."""
    numbers = isinstance(value, (list, tuple)) and len(value) in (2, 3)
    if not numbers or not all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in value):
        raise InvalidGeometry(
            "geometry.not_geojson",
            _("“%(value)s” is no position.") % {"value": shown(value)},
            value,
            _("Give longitude and latitude as two numbers in degrees."),
        )
    try:
        finite = all(math.isfinite(number) for number in value)
    except OverflowError:
        finite = False
    if not finite:
        raise InvalidGeometry(
            "geometry.not_finite",
            _("“%(value)s” is no finite position.") % {"value": shown(value)},
            value,
            _("Give longitude and latitude as two numbers in degrees."),
        )
    longitude, latitude = (round(float(number), DECIMALS) + 0.0 for number in value[:2])
    if abs(latitude) > 90 >= abs(longitude) and abs(latitude) <= 180:
        raise InvalidGeometry(
            "geometry.swapped",
            _("Latitude %(latitude)s is impossible; longitude and latitude look exchanged.")
            % {"latitude": latitude},
            value,
            _("Give longitude first, then latitude (north is at most 90)."),
        )
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise InvalidGeometry(
            "geometry.out_of_range",
            _("Longitude %(longitude)s, latitude %(latitude)s lies nowhere on the earth.")
            % {"longitude": longitude, "latitude": latitude},
            value,
            _("Give degrees of WGS 84: longitude -180 to 180, latitude -90 to 90. Convert metres first."),
        )
    return longitude, latitude


def _refuse_no_place(longitude: float, latitude: float) -> None:
    if longitude == 0 and latitude == 0:
        raise InvalidGeometry(
            "geometry.no_place",
            _("Longitude 0, latitude 0 is what programs write when no place is known."),
            "0, 0",
            _("Leave the coordinates empty when they are not known."),
        )


def _crossing(outline: BaseGeometry) -> InvalidGeometry:
    return InvalidGeometry(
        "geometry.crosses_itself",
        _("The outline is not a plain area: %(reason)s (longitude, latitude).")
        % {"reason": shown(shapely.is_valid_reason(outline), 100)},
        outline.geom_type,
        _("Draw it so that its sides neither cross nor touch one another."),
    )


def _in_words(position: Position) -> str:
    return f"{position[0]}, {position[1]}"
