"""Files that tests make: honest photographs and documents, with what a camera writes into them."""

from __future__ import annotations

import io
import struct
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


def dng(preview: bytes, width: int = 64, height: int = 48) -> bytes:
    """Return a raw file of a camera with this preview: a TIFF, and below it the points as the sensor had them."""
    pixels = bytes(range(256)) * (width * height * 2 // 256)
    room = 600  # for each of the two directories
    below, points = 8 + room, 8 + 2 * room
    ones = struct.pack("<6I", *[1] * 6)
    straight = struct.pack("<18i", *(part for row in (1, 0, 0, 0, 1, 0, 0, 0, 1) for part in (row, 1)))
    main = [
        (254, 4, 1, 1), (256, 4, 1, 640), (257, 4, 1, 480), (258, 3, 3, struct.pack("<3H", 8, 8, 8)), (259, 3, 1, 7),
        (262, 3, 1, 6), (271, 2, 6, b"Maker\0"), (272, 2, 6, b"X-100\0"), (273, 4, 1, points + len(pixels)),
        (274, 3, 1, 6), (277, 3, 1, 3), (278, 4, 1, 480), (279, 4, 1, len(preview)),
        (306, 2, 20, b"2024:02:21 10:11:12\0"), (330, 4, 1, below), (50706, 1, 4, b"\1\4\0\0"),
        (50707, 1, 4, b"\1\1\0\0"), (50708, 2, 6, b"X-100\0"),
        (50721, 10, 9, straight), (50728, 5, 3, ones), (50778, 3, 1, 21),
    ]  # fmt: skip
    sensor = [
        (254, 4, 1, 0), (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 16), (259, 3, 1, 1), (262, 3, 1, 32803),
        (273, 4, 1, points), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(pixels)), (284, 3, 1, 1),
        (33421, 3, 2, struct.pack("<2H", 2, 2)), (33422, 1, 4, b"\0\1\1\2"), (50714, 3, 1, 0), (50717, 4, 1, 65535),
    ]  # fmt: skip
    directories = b"".join(
        _directory(entries, at).ljust(room, b"\0") for entries, at in ((main, 8), (sensor, below))
    )
    return b"II*\0" + struct.pack("<I", 8) + directories + pixels + preview


def _directory(entries: list[tuple[int, int, int, Any]], at: int) -> bytes:
    """Return a directory of a TIFF; what is longer than four bytes comes behind it."""
    behind, rows = b"", b""
    for tag, kind, count, value in entries:
        if isinstance(value, bytes) and len(value) > 4:
            where = at + 2 + 12 * len(entries) + 4 + len(behind)
            behind += value + b"\0" * (len(value) % 2)
            field = struct.pack("<I", where)
        elif isinstance(value, bytes):
            field = value.ljust(4, b"\0")
        else:
            field = struct.pack("<H2x" if kind == 3 else "<I", value)
        rows += struct.pack("<HHI", tag, kind, count) + field
    return struct.pack("<H", len(entries)) + rows + b"\0" * 4 + behind


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
