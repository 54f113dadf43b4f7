"""Where on the diagram each zone of an element lies, so that what was seen there can be marked. Our own placing.

A place is two shares of the box around the shape: from the outside of the body inwards (0 to 1), and downwards. For a
bone of the middle the first share goes from the right side of the body, at the viewer's left, to its left side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from remains.science.elements import elements
from remains.skeleton import Shape
from remains.skeleton_paths import Point

_MIDDLE: Final[Point] = (0.5, 0.5)
#: Zones by the scheme that elements share, each with its place.
PLACES: Final[Mapping[str, Mapping[int, Point]]] = {
    "cranium": {
        1: (0.4, 0.2), 2: (0.6, 0.2), 3: (0.22, 0.12), 4: (0.78, 0.12), 5: (0.5, 0.04), 6: (0.95, 0.52),
        7: (0.05, 0.52), 8: (0.84, 0.38), 9: (0.16, 0.38), 10: (0.82, 0.68), 11: (0.18, 0.68), 12: (0.64, 0.87),
        13: (0.36, 0.87), 14: (0.56, 0.62), 15: (0.44, 0.62), 16: (0.61, 0.55), 17: (0.39, 0.55), 18: (0.58, 0.96),
        19: (0.42, 0.96), 20: (0.5, 0.5), 21: (0.5, 0.78), 22: (0.57, 0.75), 23: (0.43, 0.75),
    },
    "mandible": {
        1: (0.8, 0.76), 2: (0.68, 0.88), 3: (0.88, 0.45), 4: (0.9, 0.14), 5: (0.98, 0.24), 6: (0.9, 0.62),
        7: (0.57, 0.93), 8: (0.2, 0.76), 9: (0.32, 0.88), 10: (0.12, 0.45), 11: (0.1, 0.14), 12: (0.02, 0.24),
        13: (0.1, 0.62), 14: (0.43, 0.93),
    },
    "hyoid": {1: (0.5, 0.85), 2: (0.92, 0.35), 3: (0.08, 0.35)},
    "vertebra": {1: (0.5, 0.4), 2: (0.08, 0.5), 3: (0.92, 0.5), 4: (0.5, 0.9)},
    "sacrum": {1: (0.5, 0.2), 2: (0.18, 0.3), 3: (0.82, 0.3), 4: (0.5, 0.65)},
    "rib_1": {1: (0.95, 0.2), 2: (0.7, 0.2), 3: (0.35, 0.3), 4: (0.08, 0.85)},
    "rib": {1: (0.95, 0.2), 2: (0.7, 0.2), 3: (0.3, 0.35), 4: (0.05, 0.85)},
    "sternum": {1: (0.5, 0.12), 2: (0.5, 0.55), 3: (0.5, 0.95)},
    "clavicle": {1: (0.93, 0.75), 2: (0.07, 0.2), 3: (0.5, 0.45)},
    "scapula": {
        1: (0.25, 0.05), 2: (0.06, 0.12), 3: (0.12, 0.22), 4: (0.35, 0.02), 5: (0.3, 0.3), 6: (0.55, 0.1),
        7: (0.5, 0.5), 8: (0.85, 0.12), 9: (0.82, 0.6),
    },
    "humerus": {
        1: (0.42, 0.05), 2: (0.82, 0.05), 3: (0.08, 0.93), 4: (0.66, 0.93), 5: (0.25, 0.96), 6: (0.5, 0.96),
        7: (0.28, 0.8), 8: (0.52, 0.8), 9: (0.42, 0.45), 10: (0.6, 0.45), 11: (0.6, 0.2),
    },
    "radius": {
        1: (0.6, 0.04), 2: (0.88, 0.04), 3: (0.2, 0.94), 4: (0.44, 0.94), 5: (0.72, 0.15), 6: (0.5, 0.4),
        7: (0.64, 0.44), 8: (0.45, 0.66), 9: (0.3, 0.84), 10: (0.46, 0.84), 11: (0.1, 0.97),
    },
    "ulna": {
        1: (0.72, 0.05), 2: (0.66, 0.1), 3: (0.5, 0.13), 4: (0.58, 0.3), 5: (0.46, 0.5), 6: (0.38, 0.7),
        7: (0.28, 0.84), 8: (0.2, 0.98),
    },
    "os_coxa": {
        1: (0.32, 0.5), 2: (0.4, 0.66), 3: (0.52, 0.6), 4: (0.42, 0.76), 5: (0.62, 0.36), 6: (0.36, 0.85),
        7: (0.68, 0.2), 8: (0.7, 0.68), 9: (0.92, 0.82), 10: (0.32, 0.24), 11: (0.48, 0.95), 12: (0.28, 0.04),
    },
    "femur": {
        1: (0.08, 0.06), 2: (0.5, 0.17), 3: (0.3, 0.24), 4: (0.55, 0.05), 5: (0.36, 0.09), 6: (0.5, 0.48),
        7: (0.52, 0.78), 8: (0.7, 0.78), 9: (0.45, 0.94), 10: (0.93, 0.94), 11: (0.68, 0.96),
    },
    "tibia": {
        1: (0.84, 0.05), 2: (0.5, 0.03), 3: (0.16, 0.05), 4: (0.5, 0.1), 5: (0.85, 0.95), 6: (0.35, 0.95),
        7: (0.5, 0.24), 8: (0.52, 0.42), 9: (0.54, 0.6), 10: (0.56, 0.78),
    },
    "fibula": {1: (0.3, 0.04), 2: (0.7, 0.96), 3: (0.6, 0.82), 4: (0.45, 0.4), 5: (0.53, 0.6), 6: (0.36, 0.2)},
    "metapodial": {1: (0.5, 0.08), 2: (0.5, 0.92), 3: (0.5, 0.5)},
    "calcaneus": {1: (0.4, 0.08), 2: (0.4, 0.9), 3: (0.9, 0.45), 4: (0.6, 0.65), 5: (0.25, 0.5)},
    "talus": {1: (0.75, 0.3), 2: (0.25, 0.3), 3: (0.72, 0.85), 4: (0.3, 0.85)},
    "whole": {1: _MIDDLE},
}  # fmt: skip

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def place_of(shape: Shape, zone: int | None) -> Point:
    """Return where a zone lies on the drawing; the middle of the shape where none is told."""
    known = PLACES.get(elements()[shape.element].zone_scheme, {})
    if zone is None or zone not in known or len(known) == 1:
        return shape.x, shape.y
    across, down = known[zone]
    left, top, right, bottom = _box(shape.path)
    if shape.side == "left":
        across = 1 - across
    return round(left + across * (right - left), 1), round(top + down * (bottom - top), 1)


@cache
def _box(path: str) -> tuple[float, float, float, float]:
    numbers = [float(number) for number in _NUMBER.findall(path)]
    xs, ys = numbers[::2], numbers[1::2]
    return min(xs), min(ys), max(xs), max(ys)
