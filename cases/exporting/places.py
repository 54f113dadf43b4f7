"""Records with a place as GeoJSON (RFC 7946) and KML 2.3, each with the radius within which the place lies.

Coordinates stand as they were recorded. A record whose place is not known, or is withheld, is in the file without one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from cases.exporting.cells import Cell, in_words

GEOJSON: Final = "application/geo+json"
KML: Final = "application/vnd.google-earth.kml+xml"


@dataclass(frozen=True, slots=True)
class Place:
    """A record's name, its geometry as GeoJSON has it or nothing, and what else is said of it."""

    name: str
    geometry: dict[str, Any] | None
    cells: Sequence[Cell]


def point(longitude: Decimal | None, latitude: Decimal | None) -> dict[str, Any] | None:
    """Return a point, if there is one."""
    if longitude is None or latitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}


def geojson(names: Sequence[str], places: Iterable[Place]) -> Iterator[bytes]:
    """Yield a collection of features."""
    yield b'{"type":"FeatureCollection","features":[\n'
    between = ""
    for place in places:
        said = {"name": place.name, **dict(zip(names, map(_value, place.cells), strict=True))}
        feature = {"type": "Feature", "geometry": place.geometry, "properties": said}
        yield (between + _json(feature)).encode()
        between = ",\n"
    yield b"\n]}\n"


def kml(title: str, names: Sequence[str], places: Iterable[Place]) -> Iterator[bytes]:
    """Yield a document of placemarks, with what else is said of each as data that programs read."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.3"><Document>'
        f"<name>{escape(title)}</name>\n"
    ).encode()
    for place in places:
        yield _placemark(names, place).encode()
    yield b"</Document></kml>\n"


def _placemark(names: Sequence[str], place: Place) -> str:
    said = "".join(
        f"<Data name={quoteattr(name)}><value>{escape(in_words(cell))}</value></Data>"
        for name, cell in zip(names, place.cells, strict=True)
        if cell is not None
    )
    shape = "" if place.geometry is None else _shape(place.geometry)
    return f"<Placemark><name>{escape(place.name)}</name><ExtendedData>{said}</ExtendedData>{shape}</Placemark>\n"


def _shape(geometry: dict[str, Any]) -> str:
    kind, places = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return f"<Point><coordinates>{_position(places)}</coordinates></Point>"
    if kind == "Polygon":
        outer, *holes = (" ".join(map(_position, ring)) for ring in places)
        ring = "<LinearRing><coordinates>{}</coordinates></LinearRing>".format
        inner = "".join(f"<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>" for hole in holes)
        return f"<Polygon><outerBoundaryIs>{ring(outer)}</outerBoundaryIs>{inner}</Polygon>"
    parts = (_shape({"type": kind.removeprefix("Multi"), "coordinates": part}) for part in places)
    return f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _position(position: Sequence[Any]) -> str:
    return ",".join(f"{number:f}" if isinstance(number, Decimal) else repr(number) for number in position[:3])


def _value(cell: Cell) -> Any:
    if isinstance(cell, (dt.date, dt.datetime)):
        return in_words(cell)
    return cell


def _json(value: Any) -> str:
    """Write a value as JSON, a decimal digit by digit as it was recorded."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(str(key))}:{_json(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
