"""Draws what stands for photographs in a sample: made by this code, of no real place, thing or person."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from typing import Final

import segno
from PIL import Image, ImageDraw

SIZE: Final = (1200, 800)
_EARTH: Final = (150, 120, 88)
_DARK: Final = (92, 70, 50)
_BONE: Final = (226, 214, 186)
_PAPER: Final = (248, 246, 240)
_INK: Final = (30, 30, 30)


def drawn(name: str, code: str) -> bytes:
    """Return a drawing as JPEG; `code` is what the label in it says to a scanner."""
    image = Image.new("RGB", SIZE, _EARTH)
    pen = ImageDraw.Draw(image)
    _speckle(pen, name)
    DRAWINGS[name](image, pen, code)
    pen.text((24, SIZE[1] - 40), "DRAWING, NOT A PHOTOGRAPH", fill=_PAPER, font_size=22)
    made = io.BytesIO()
    image.save(made, "JPEG", quality=88)
    return made.getvalue()


def _speckle(pen: ImageDraw.ImageDraw, seed: str) -> None:
    """Strew stones over the ground, the same ones every time."""
    chance = random.Random(seed)  # noqa: S311 - stones
    for _stone in range(1500):
        x, y, r = chance.randrange(SIZE[0]), chance.randrange(SIZE[1]), chance.choice((1, 1, 2, 3))
        shade = chance.randrange(-18, 18)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(part + shade for part in _EARTH))


def _trench(image: Image.Image, pen: ImageDraw.ImageDraw, code: str) -> None:
    """Draw an excavation area with pegs and a string, from above."""
    corners = [(260, 170), (930, 140), (980, 610), (220, 640)]
    pen.polygon(corners, fill=_DARK)
    pen.polygon([(330, 230), (860, 210), (900, 550), (300, 570)], fill=(112, 86, 62))
    pen.line([*corners, corners[0]], fill=_PAPER, width=3)
    for x, y in corners:
        pen.rectangle((x - 9, y - 9, x + 9, y + 9), fill=(200, 40, 40))
    _scale(pen, 420, 690, "2 m")
    _north(pen, 1090, 130)


def _bag(image: Image.Image, pen: ImageDraw.ImageDraw, code: str) -> None:
    """Draw a closed bag with its label."""
    pen.rounded_rectangle((300, 120, 900, 700), radius=40, fill=(214, 205, 190), outline=_INK, width=3)
    pen.rectangle((300, 120, 900, 190), fill=(190, 178, 158), outline=_INK, width=3)
    pen.line((320, 165, 880, 165), fill=(170, 40, 40), width=10)
    label = segno.make(code, error="m", micro=False)
    cell = 9
    rows = [list(row) for row in label.matrix]
    left, top = 600 - len(rows) * cell // 2, 300
    pen.rectangle(
        (left - 40, top - 40, left + len(rows) * cell + 40, top + len(rows) * cell + 40), fill=_PAPER
    )
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                at = (left + x * cell, top + y * cell)
                pen.rectangle((*at, at[0] + cell - 1, at[1] + cell - 1), fill=_INK)
    _scale(pen, 420, 730, "10 cm")


def _marker(image: Image.Image, pen: ImageDraw.ImageDraw, code: str) -> None:
    """Draw the numbered plate that stands beside a find in place, and where it points."""
    pen.ellipse((300, 330, 760, 590), fill=_DARK)
    pen.polygon([(800, 250), (960, 250), (960, 430), (800, 430)], fill=(240, 200, 40), outline=_INK)
    pen.text((858, 286), "1", fill=_INK, font_size=96)
    pen.line((800, 400, 640, 450), fill=_PAPER, width=5)
    pen.polygon([(640, 450), (668, 428), (672, 454)], fill=_PAPER)
    _scale(pen, 420, 690, "20 cm")
    _north(pen, 1090, 130)


def _scale(pen: ImageDraw.ImageDraw, x: int, y: int, words: str) -> None:
    for part in range(6):
        pen.rectangle((x + part * 60, y, x + part * 60 + 60, y + 18), fill=_INK if part % 2 == 0 else _PAPER)
    pen.text((x + 372, y - 6), words, fill=_PAPER, font_size=26)


def _north(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    tip, back = (x, y - 60), 40
    left, right = (x - back * math.sin(0.6), y + back), (x + back * math.sin(0.6), y + back)
    pen.polygon([tip, left, (x, y + 20), right], fill=_PAPER, outline=_INK)
    pen.text((x - 9, y + 46), "N", fill=_PAPER, font_size=28)


DRAWINGS: Final[dict[str, Callable[[Image.Image, ImageDraw.ImageDraw, str], None]]] = {
    "trench": _trench,
    "bag": _bag,
    "marker": _marker,
}
