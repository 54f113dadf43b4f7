"""QR codes in a picture: read at the size of a screen first, and in every pixel where nothing was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import zxingcpp
from PIL import Image

from evidence.decoding import limits
from evidence.decoding.kinds import Kind
from evidence.decoding.picture import FORMATS, eight_bits, fitting, open_raw

#: Labels read of one picture, and signs of one label.
MOST_LABELS: Final = 50
LONGEST: Final = 500
_QR: Any = zxingcpp.BarcodeFormat.QRCode


def read_labels(path: Path, kind: Kind) -> list[str]:
    """Return the texts of the QR codes that a picture shows, each once, in the order of their reading."""
    if kind == Kind.RAW:
        image, _said = open_raw(path)
    else:
        image = Image.open(path, formats=FORMATS[kind])
        image.load()
    found = _read(fitting(image, limits.SCREEN_SIDE)) or _read(eight_bits(image))
    return list(dict.fromkeys(found))[:MOST_LABELS]


def _read(image: Image.Image) -> list[str]:
    codes = zxingcpp.read_barcodes(image.convert("L"), formats=_QR)
    return [code.text for code in codes if code.valid and 0 < len(code.text) <= LONGEST]
