"""The skeleton diagram: where each element lies, as data, and how it is drawn. The drawing is our own.

A front view: the right side of the body is on the viewer's left. Bones that would hide others stand apart (sternum,
hyoid). Every shape is one element and side; what has no place of its own ("rib, number unknown") is listed beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from remains.science.elements import elements
from remains.skeleton_paths import Map, Point, as_drawn, band, closed, long_bone, mirrored, round_bone, scaled

#: The middle of the figure, and of the skull beside it.
AXIS = 160.0
CHILD_BODY = scaled((AXIS, 100.0), 0.86)
CHILD_HEAD = scaled((AXIS, 100.0), 1.08)


#: From a label on the diagram to the number beside it.
LINE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Shape:
    """One element and side on the diagram: its outline, and its middle for labels and for the arrow keys."""

    element: str
    side: str
    path: str
    x: float
    y: float
    label: str = ""

    @property
    def key(self) -> str:
        """Return the element and its side as one word."""
        return f"{self.element}.{self.side}"

    @property
    def number_y(self) -> float:
        """Return where a number stands beside the label: below it, on a tooth towards the root."""
        if not self.label:
            return self.y
        upper = self.element.startswith(("tooth_1", "tooth_2", "tooth_5", "tooth_6"))
        return self.y - LINE if upper else self.y + LINE


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing: its size, its shapes, and faint lines that are no bone. `only` is "adult" or "juvenile"."""

    name: str
    title: Any
    width: int
    height: int
    shapes: tuple[Shape, ...]
    lines: tuple[str, ...] = ()
    only: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """Bones that are marked at one stroke."""

    name: str
    title: Any
    keys: tuple[str, ...]
    only: str = ""


# Half the width of the chest at each rib, and how far down its end lies.
RIBS = (22, 33, 40, 44, 47, 48, 48, 46, 43, 39, 31, 24)
CRANIUM = ((160, 8), (182, 13), (195, 32), (193, 50), (186, 61), (182, 74), (170, 81), (160, 82),
           (150, 81), (138, 74), (134, 61), (127, 50), (125, 32), (138, 13))  # fmt: skip
MANDIBLE = ((134, 72), (139, 90), (150, 98), (160, 100), (170, 98), (181, 90), (186, 72))
SACRUM = (
    (160, 333),
    (178, 331),
    (183, 338),
    (175, 354),
    (164, 373),
    (156, 373),
    (145, 354),
    (137, 338),
    (142, 331),
)
STERNUM = ((40, 22), (54, 20), (68, 22), (66, 36), (60, 44), (62, 72), (58, 94), (54, 104), (50, 94), (46, 72),
           (48, 44), (42, 36))  # fmt: skip
SCAPULA = (
    (106, 150),
    (94, 146),
    (84, 150),
    (88, 160),
    (98, 170),
    (103, 196),
    (108, 206),
    (110, 184),
    (110, 162),
)
HIP = ((134, 337), (120, 322), (102, 317), (94, 332), (103, 354), (112, 368), (112, 390), (124, 410), (140, 406),
       (153, 392), (142, 384), (131, 368))  # fmt: skip
HIP_OF_CHILD = {
    "ilium": ((134, 337), (120, 322), (102, 317), (94, 332), (103, 354), (112, 362), (130, 362)),
    "ischium": ((112, 370), (110, 390), (122, 409), (132, 402), (124, 386)),
    "pubis": ((132, 370), (142, 382), (154, 391), (146, 399), (134, 390), (128, 378)),
}
CLAVICLE = ((149, 143), (132, 138), (114, 140), (98, 134))
#: Long bones of the right side: from, to, and widths of first end, shaft and second end.
LIMBS: tuple[tuple[str, Point, Point, tuple[float, float, float]], ...] = (
    ("humerus", (77, 152), (66, 268), (17, 8, 19)),
    ("radius", (56, 284), (44, 384), (9, 6, 13)),
    ("ulna", (71, 280), (58, 384), (13, 6, 8)),
    ("femur", (100, 374), (116, 518), (25, 12, 27)),
    ("tibia", (118, 552), (121, 664), (26, 11, 16)),
    ("fibula", (100, 556), (105, 668), (9, 5, 10)),
)
#: Carpals of the right hand, palm to the front, thumb outward: centre and half width and height.
CARPALS = {
    "scaphoid": (62, 22, 13, 10),
    "lunate": (87, 18, 11, 10),
    "triquetral": (108, 22, 9, 9),
    "pisiform": (127, 26, 8, 8),
    "trapezium": (45, 45, 12, 10),
    "trapezoid": (67, 46, 9, 10),
    "capitate": (88, 45, 10, 13),
    "hamate": (111, 45, 12, 11),
}
TARSALS = {
    "calcaneus": (66, 29, 18, 24),
    "talus": (101, 40, 15, 21),
    "navicular": (101, 73, 18, 9),
    "cuboid": (61, 75, 14, 17),
    "cuneiform_medial": (118, 95, 9, 11),
    "cuneiform_intermediate": (100, 93, 8, 9),
    "cuneiform_lateral": (83, 94, 8, 10),
}
#: Rays of the right hand and foot: where each begins, where it points to, and the lengths of its bones.
HAND_RAYS: tuple[tuple[Point, Point, tuple[float, ...], float], ...] = (
    ((40, 61), (27, 101), (42, 30, 20), 11),
    ((65, 62), (57, 116), (55, 36, 21, 16), 10),
    ((86, 64), (84, 120), (57, 39, 25, 17), 10),
    ((106, 62), (112, 116), (53, 36, 23, 17), 10),
    ((122, 60), (136, 108), (47, 28, 17, 15), 10),
)
FOOT_RAYS: tuple[tuple[Point, Point, tuple[float, ...], float], ...] = (
    ((119, 110), (124, 152), (44, 25, 20), 16),
    ((100, 106), (101, 156), (54, 20, 12, 11), 10),
    ((82, 108), (80, 156), (50, 18, 11, 10), 10),
    ((66, 97), (59, 146), (52, 17, 10, 10), 10),
    ((52, 96), (39, 140), (48, 16, 10, 9), 10),
)
#: Bones of the skull, standing apart: axial ones, and the right ones of the paired.
SKULL_AXIAL = {
    "frontal": (160, 30, 48, 21),
    "sphenoid": (160, 68, 42, 10),
    "ethmoid": (160, 116, 8, 8),
    "vomer": (160, 138, 5, 10),
    "occipital": (160, 176, 34, 16),
}
SKULL_PAIRED = {
    "parietal": (84, 40, 24, 24),
    "temporal": (66, 92, 20, 16),
    "zygomatic": (106, 96, 14, 11),
    "lacrimal": (134, 95, 6, 7),
    "nasal": (151, 94, 6, 10),
    "inf_nasal_concha": (141, 117, 8, 6),
    "maxilla": (134, 141, 18, 14),
    "palatine": (103, 134, 9, 8),
    "malleus": (24, 76, 7, 7),
    "incus": (24, 95, 7, 7),
    "stapes": (24, 114, 7, 7),
}
SKULL_NAMED = frozenset({"frontal", "parietal", "sphenoid", "temporal", "maxilla", "occipital"})
SKULL_OF_CHILD = {"pars_lateralis": (112, 172, 10, 10), "pars_petrosa": (68, 124, 13, 9)}


def _middle(points: tuple[Point, ...], to: Map) -> Point:
    placed = [to(*point) for point in points]
    return sum(x for x, _y in placed) / len(placed), sum(y for _x, y in placed) / len(placed)


def _closed(element: str, side: str, points: tuple[Point, ...], to: Map) -> Shape:
    return Shape(element, side, closed(points, to), *_middle(points, to))


def _oval(element: str, side: str, oval: tuple[float, float, float, float], to: Map = as_drawn) -> Shape:
    x, y, rx, ry = oval
    return Shape(element, side, round_bone((x, y), rx, ry, to), *to(x, y))


def _band(element: str, side: str, points: tuple[Point, ...], width: float, to: Map) -> Shape:
    return Shape(element, side, band(points, width, to), *_middle(points, to))


def _sides(axis: float, to: Map = as_drawn) -> Iterator[tuple[str, Map]]:
    yield "right", to
    yield "left", mirrored(axis, to)


def _vertebrae(to: Map) -> Iterator[Shape]:
    top = 104.0
    for letter, count, height, width in (("c", 7, 5.2, 18), ("t", 12, 9.9, 22), ("l", 5, 13.6, 30)):
        for number in range(1, count + 1):
            wide = width + number * 0.6
            low, high, middle = top + 0.5, top + height - 0.5, top + height / 2
            points = ((AXIS - wide / 2, middle), (AXIS - wide / 4, low), (AXIS + wide / 4, low),
                      (AXIS + wide / 2, middle), (AXIS + wide / 4, high), (AXIS - wide / 4, high))  # fmt: skip
            yield _closed(f"vert_{letter}{number:02d}", "axial", points, to)
            top += height


def _ribs(side: str, to: Map) -> Iterator[Shape]:
    for number, half in enumerate(RIBS, start=1):
        y = 138.5 + number * 9.9
        points = (
            (AXIS - 14, y - 4),
            (AXIS - 14 - (half - 14) * 0.55, y - 5),
            (AXIS - half + 1, y + 4),
            (AXIS - half, y + 15),
        )
        yield _band(f"rib_{number:02d}", side, points, 6, to)


def _figure(*, child: bool) -> Panel:
    body = CHILD_BODY if child else as_drawn
    head = CHILD_HEAD if child else as_drawn
    shapes = [
        _closed("cranium", "axial", CRANIUM, head),
        _band("mandible", "axial", MANDIBLE, 9, head),
        _band("hyoid", "axial", ((262, 44), (265, 54), (274, 58), (283, 54), (286, 44)), 6, as_drawn),
        *_vertebrae(body),
        _closed("sacrum", "axial", SACRUM, body),
        _closed("coccyx", "axial", ((154, 377), (166, 377), (162, 392), (158, 392)), body),
        _closed("sternum", "axial", STERNUM, as_drawn),
    ]
    for side, to in _sides(AXIS, body):
        shapes += _ribs(side, to)
        shapes.append(_band("clavicle", side, CLAVICLE, 8, to))
        shapes.append(_closed("scapula", side, SCAPULA, to))
        for element, start, end, widths in LIMBS:
            path = long_bone(start, end, widths, to, open_ends=child)
            shapes.append(Shape(element, side, path, *_middle((start, end), to)))
        hips = HIP_OF_CHILD if child else {"os_coxa": HIP}
        shapes += [_closed(element, side, points, to) for element, points in hips.items()]
        shapes.append(_oval("patella", side, (117, 535, 8, 8), to))
    orbits = [round_bone((x, 52), 9, 8, head) for x in (146, 174)]
    nose = closed(((160, 60), (165, 70), (160, 72), (155, 70)), head)
    ends = [round_bone(centre, rx, ry, to) for _side, to in _sides(AXIS, body)
            for centre, rx, ry in (((46, 416), 15, 24), ((112, 688), 18, 10))]  # fmt: skip
    title = _("Skeleton of a child, from the front") if child else _("Skeleton, from the front")
    only = "juvenile" if child else "adult"
    return Panel(
        f"figure_{only}", title, 320, 632 if child else 704, tuple(shapes), (*orbits, nose, *ends), only
    )


def _ray(names: tuple[str, ...], ray: Any, side: str, to: Map) -> Iterator[Shape]:
    (x, y), (tx, ty), lengths, width = ray
    length = ((tx - x) ** 2 + (ty - y) ** 2) ** 0.5
    dx, dy = (tx - x) / length, (ty - y) / length
    for name, bone in zip(names, lengths, strict=True):
        start, end = (x + dx * 2, y + dy * 2), (x + dx * (bone - 2), y + dy * (bone - 2))
        yield Shape(
            name,
            side,
            long_bone(start, end, (width, width * 0.6, width * 0.9), to),
            *_middle((start, end), to),
        )
        x, y = x + dx * (bone + 2.5), y + dy * (bone + 2.5)


def _end(part: str, side: str) -> Panel:
    """Return the panel of one hand or foot."""
    hand = part == "hand"
    width, height = (170, 222) if hand else (170, 236)
    to = as_drawn if side == "right" else mirrored(width / 2)
    small = CARPALS if hand else TARSALS
    shapes = [_oval(element, side, oval, to) for element, oval in small.items()]
    for number, ray in enumerate(HAND_RAYS if hand else FOOT_RAYS, start=1):
        kinds = ("prox", "dist") if number == 1 else ("prox", "mid", "dist")
        first = f"mc_{number}" if hand else f"mt_{number}"
        shapes += _ray((first, *(f"{part}_{kind}_ph_{number}" for kind in kinds)), ray, side, to)
    titles = {
        ("hand", "right"): _("Right hand"),
        ("hand", "left"): _("Left hand"),
        ("foot", "right"): _("Right foot"),
        ("foot", "left"): _("Left foot"),
    }
    return Panel(f"{side}_{part}", titles[part, side], width, height, tuple(shapes))


def _teeth(name: str, title: Any, quadrants: tuple[int, int, int, int], count: int, only: str) -> Panel:
    """Return a dental chart: upper right, upper left, lower left, lower right as the viewer sees them."""
    width, half = 344, 172
    each = (half - 4) / count if count > 5 else 26.0
    shapes = []
    for index, quadrant in enumerate(quadrants):
        upper, left = index < 2, index in (1, 2)
        for number in range(1, count + 1):
            x = half + (1 if left else -1) * (4 + each * (number - 0.5))
            wide = each / 2 - 1
            neck, root, crown = (36, 8, 54) if upper else (84, 112, 66)
            points = ((x - wide, crown), (x - wide, neck), (x - wide * 0.45, root), (x + wide * 0.45, root),
                      (x + wide, neck), (x + wide, crown))  # fmt: skip
            side = "left" if left else "right"
            code = f"{quadrant}{number}"
            shapes.append(Shape(f"tooth_{code}", side, closed(points), x, (crown + neck) / 2, code))
    return Panel(name, title, width, 120, tuple(shapes), ("M172 6V114", "M4 60H340"), only)


def _skull(*, child: bool) -> Panel:
    shapes = [_oval(element, "axial", oval) for element, oval in SKULL_AXIAL.items()]
    paired = {**SKULL_PAIRED, **(SKULL_OF_CHILD if child else {})}
    if child:
        shapes.append(_oval("pars_basilaris", "axial", (160, 153, 10, 5)))
        shapes[4] = _oval("occipital", "axial", (160, 178, 32, 14))
    for side, to in _sides(AXIS):
        shapes += [_oval(element, side, oval, to) for element, oval in paired.items()]
    # Large ones carry their names; the others say theirs when they are pointed at.
    shapes = [replace(s, label=elements()[s.element].name) if s.element in SKULL_NAMED else s for s in shapes]
    only = "juvenile" if child else "adult"
    return Panel(f"skull_{only}", _("Bones of the skull, one by one"), 320, 198, tuple(shapes), (), only)


@cache
def panels() -> tuple[Panel, ...]:
    """Return every drawing, in the order in which they stand on a page."""
    return (
        _end("hand", "right"),
        _figure(child=False),
        _figure(child=True),
        _end("hand", "left"),
        _end("foot", "right"),
        _end("foot", "left"),
        _teeth("teeth", _("Permanent teeth"), (1, 2, 3, 4), 8, ""),
        _teeth("milk_teeth", _("Deciduous teeth"), (5, 6, 7, 8), 5, "juvenile"),
        _skull(child=False),
        _skull(child=True),
    )


@cache
def shapes() -> Mapping[str, Shape]:
    """Return one shape for each element and side that has a place on the diagram."""
    return MappingProxyType({shape.key: shape for panel in panels() for shape in panel.shapes})


def _of(names: tuple[str, ...], *prefixes: str, side: str = "") -> tuple[str, ...]:
    found = dict.fromkeys(s.key for p in panels() if p.name in names for s in p.shapes)
    return tuple(k for k in found if k.startswith(prefixes) and (not side or k.endswith(f".{side}")))


_ARM = ("clavicle", "scapula", "humerus", "radius", "ulna")


@cache
def regions() -> tuple[Region, ...]:
    """Return what can be marked at one stroke: the whole skeleton first, then its parts."""
    parts: list[Region] = []
    for only, hips in (("adult", ("os_coxa",)), ("juvenile", ("ilium", "ischium", "pubis"))):
        figure = (f"figure_{only}",)
        leg = (*hips, "femur", "patella", "tibia", "fibula")
        trunk = [
            Region("head", _("Skull and hyoid"), _of(figure, "cranium", "mandible", "hyoid"), only),
            Region("spine", _("Spine"), _of(figure, "vert_", "sacrum", "coccyx"), only),
            Region("chest", _("Ribs and sternum"), _of(figure, "rib_", "sternum"), only),
            Region("right_arm", _("Right arm"), _of(figure, *_ARM, side="right"), only),
            Region("left_arm", _("Left arm"), _of(figure, *_ARM, side="left"), only),
            Region("right_leg", _("Right hip and leg"), _of(figure, *leg, side="right"), only),
            Region("left_leg", _("Left hip and leg"), _of(figure, *leg, side="left"), only),
        ]
        ends = tuple(f"{side}_{part}" for side in ("right", "left") for part in ("hand", "foot"))
        whole = tuple(dict.fromkeys(key for region in trunk for key in region.keys)) + _of(ends, "")
        parts += [
            Region("skeleton", _("Complete skeleton"), whole, only),
            Region("right", _("Right side"), tuple(key for key in whole if key.endswith(".right")), only),
            Region("left", _("Left side"), tuple(key for key in whole if key.endswith(".left")), only),
            *trunk,
        ]
    return (
        *parts,
        Region("right_hand", _("Right hand"), _of(("right_hand",), "")),
        Region("left_hand", _("Left hand"), _of(("left_hand",), "")),
        Region("right_foot", _("Right foot"), _of(("right_foot",), "")),
        Region("left_foot", _("Left foot"), _of(("left_foot",), "")),
        Region("teeth", _("Permanent teeth"), _of(("teeth",), "")),
        Region("milk_teeth", _("Deciduous teeth"), _of(("milk_teeth",), ""), "juvenile"),
    )
