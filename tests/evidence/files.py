"""Files that tests make: honest photographs and documents, with what a camera writes into them."""

from __future__ import annotations

import io
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import ExifTags, Image

from cases.models import User
from evidence.models import Document, Photograph
from evidence.services import document, photograph
from evidence.services.stored_file import received

KHOJALY = (39.9106, 46.7928)


def picture(width: int = 64, height: int = 48, mode: str = "RGB", shade: int = 0) -> Image.Image:
    """Return a picture in which no two corners are alike."""
    image = Image.new("RGB", (width, height), (shade, 90, 160))
    image.paste((250, 20, 20), (0, 0, width // 2, height // 2))
    image.paste((20, 250, 20), (width // 2, height // 2, width, height))
    return image if mode == "RGB" else image.convert(mode)


def exif(**said: Any) -> Image.Exif:
    """Return what a camera would write: a clock, a place, who it is."""
    written = Image.Exif()
    written[ExifTags.Base.Make] = "Maker"
    written[ExifTags.Base.Model] = "X-100"
    written[ExifTags.Base.Orientation] = said.get("orientation", 1)
    shot = written.get_ifd(ExifTags.IFD.Exif)
    shot[ExifTags.Base.DateTimeOriginal] = said.get("clock", "2024:02:21 10:11:12")
    if said.get("offset", "+04:00"):
        shot[ExifTags.Base.OffsetTimeOriginal] = said.get("offset", "+04:00")
    shot[ExifTags.Base.BodySerialNumber] = "SN-7"
    place = written.get_ifd(ExifTags.IFD.GPSInfo)
    latitude, longitude = said.get("place", KHOJALY)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", _degrees(latitude)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", _degrees(longitude)
    return written


def _degrees(value: float) -> tuple[float, float, float]:
    whole, part = divmod(value, 1)
    minutes, rest = divmod(part * 60, 1)
    return whole, minutes, round(rest * 60, 4)


def jpeg(image: Image.Image | None = None, **options: Any) -> bytes:
    """Return a JPEG."""
    return encoded(image or picture(), "JPEG", **options)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture in a format that Pillow writes."""
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def pdf(pages: int = 1, size: tuple[int, int] = (595, 842)) -> bytes:
    """Return a PDF of blank pages."""
    with ExitStack() as end:
        made = pypdfium2.PdfDocument.new()
        end.callback(made.close)
        for _page in range(pages):
            made.new_page(*size).close()
        written = io.BytesIO()
        made.save(written)
    return written.getvalue()


def take_photograph(
    actor: User, case: Any, folder: Path, data: bytes | None = None, name: str = "IMG_1.jpg", **more: Any
) -> Photograph:
    """Take in a photograph through its door."""
    path = folder / "taken"
    path.write_bytes(jpeg() if data is None else data)
    shows = more.pop("shows", ())
    with received(path, name) as arrived:
        record = Photograph(case=case, **more)
        return photograph.create(actor=actor, record=record, received=arrived, shows=shows)


def take_document(
    actor: User, case: Any, folder: Path, data: bytes | None = None, name: str = "order.pdf", **more: Any
) -> Document:
    """Take in a document through its door."""
    path = folder / "taken"
    path.write_bytes(pdf() if data is None else data)
    about = more.pop("about", ())
    with received(path, name) as arrived:
        record = Document(case=case, **{"title": "Order", "kind": "decision", **more})
        return document.create(actor=actor, record=record, received=arrived, about=about)
