"""The skeleton for a printed page: what `remains.recovered` draws, as SVG, with patterns that survive a copier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from remains.recovered import Drawn, Figure, Shown
from remains.skeleton import Panel

LINE: Final = "#57534e"
#: Looks of bones, as the pages show them in light.
FILLS: Final = {
    "absent": "#ffffff",
    "whole": "#1d4f91",
    "part": "url(#hatch)",
    "step1": "#d5e3f5",
    "step2": "#8fb4df",
    "step3": "#4a82c0",
    "step4": "#1d4f91",
}
SIGNS: Final = {
    "peri": "#b91c1c",
    "ante": "#166534",
    "post": "#57534e",
    "undetermined": "#6d28d9",
    "condition": "#92400e",
}
_HATCH: Final = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#d5e3f5"/><rect width="2.2" height="5" fill="#1d4f91"/></pattern></defs>'
)
#: Where the panels of a body stand: left edge, top or bottom edge, width.
_SIDE, _BODY, _GAP = 192.0, 320.0, 14.0
_WIDTH: Final = 2 * (_SIDE + _GAP) + _BODY


def drawn(figure: Figure) -> str:
    """Return one figure with its panels as one drawing."""
    parts: list[str] = []
    body = next(panel for panel, _bones, _marks in figure.panels if panel.name.startswith("figure_"))
    below = float(body.height)
    for panel, bones, marks in figure.panels:
        if panel is body:
            parts.append(_placed(panel, bones, marks, (_SIDE + _GAP, 0, _BODY)))
        elif panel.name.startswith(("right_", "left_")):
            left = 0.0 if panel.name.startswith("right_") else _SIDE + _BODY + 2 * _GAP
            height = panel.height / panel.width * _SIDE
            top = body.height / 2 - height - 6 if panel.name.endswith("hand") else body.height / 2 + 6
            parts.append(_placed(panel, bones, marks, (left, top, _SIDE)))
        else:
            wide = 480.0
            parts.append(_placed(panel, bones, marks, ((_WIDTH - wide) / 2, below + _GAP, wide)))
            below += _GAP + panel.height / panel.width * wide
    return _svg(_WIDTH, below, "".join(parts))


def legend(*, frequency: bool, signs: Iterable[Any]) -> list[tuple[str, str]]:
    """Return the signs of a drawing with what they mean."""
    many = _("from the rarest to the most frequent; the number is how many bones they are at least")
    if frequency:
        looks = [(("absent",), _("none")), (("step1", "step2", "step3", "step4"), many)]
    else:
        looks = [(("whole",), _("complete")), (("part",), _("partial")), (("absent",), _("not recovered"))]
    swatches = [(_swatch(fills), str(words)) for fills, words in looks]
    return [*swatches, *((_sign(sign), str(sign.words)) for sign in signs)]


def _svg(width: float, height: float, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">{_HATCH}{inside}</svg>'
    )


def _placed(panel: Panel, bones: list[Drawn], marks: list[Shown], at: tuple[float, float, float]) -> str:
    left, top, width = at
    scale = width / panel.width
    shapes = "".join(
        f'<path d="{bone.shape.path}" fill="{FILLS[bone.look]}" stroke="{LINE}" stroke-width="{0.7 / scale:g}"/>'
        for bone in bones
    )
    lines = "".join(
        f'<path d="{line}" fill="none" stroke="{LINE}" stroke-width="{0.6 / scale:g}" stroke-dasharray="2 3" '
        'opacity="0.7"/>'
        for line in panel.lines
    )
    size = 14 if panel.name.startswith("figure_") else 9
    numbers = "".join(
        _number(bone.shape.x, bone.shape.y, bone.shape.label, size) * bool(bone.shape.label)
        + _number(bone.shape.x, bone.shape.number_y, bone.number, size) * bool(bone.number)
        for bone in bones
    )
    small = 0.6 if panel.name.startswith(("teeth", "milk", "skull")) else 1
    signs = "".join(
        f'<g transform="translate({mark.x:g} {mark.y:g}) scale({small})">{_mark(mark)}</g>' for mark in marks
    )
    return f'<g transform="translate({left:g} {top:g}) scale({scale:g})">{shapes}{lines}{numbers}{signs}</g>'


def _number(x: float, y: float, text: str, size: int) -> str:
    at = f'x="{x:g}" y="{y + size * 0.35:g}" font-size="{size}" text-anchor="middle" font-weight="bold"'
    halo = f'<text {at} stroke="#ffffff" stroke-width="{size / 4:g}" fill="#ffffff">{escape(text)}</text>'
    return f'<g font-family="Libertinus Serif">{halo}<text {at} fill="#1c1917">{escape(text)}</text></g>'


def _mark(mark: Any) -> str:
    name = getattr(mark, "sign", None) or mark.name
    shape = f'<path d="{mark.outline}" fill="{SIGNS[name]}" stroke="#ffffff" stroke-width="1.5"/>'
    down = 5.4 if name == "undetermined" else 3.4
    letter = (
        f'<text y="{down}" font-size="10" text-anchor="middle" font-weight="bold" fill="#ffffff" '
        f'font-family="Libertinus Serif">{escape(str(mark.letter))}</text>'
    )
    many = getattr(mark, "number", "")
    return shape + letter + (_number(14, -7, many, 9) if many else "")


def _swatch(fills: tuple[str, ...]) -> str:
    boxes = "".join(
        f'<rect x="{1 + 24 * place}" y="1" width="22" height="12" fill="{FILLS[fill]}" stroke="{LINE}"/>'
        for place, fill in enumerate(fills)
    )
    return _svg(24 * len(fills), 14, boxes)


def _sign(sign: Any) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-11 -11 22 22" width="22" height="22">'
        f"{_mark(sign)}</svg>"
    )
