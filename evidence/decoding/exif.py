"""What the camera wrote into a picture: read as it stands, and left out where it cannot be true."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

from PIL import ExifTags, Image

Tags = ExifTags.Base
Gps = ExifTags.GPS
Said = dict[str, Any]
#: What Pillow returns of one directory: by the numbers of its tags.
Read = dict[Any, Any]

#: What hostile or broken values raise when they are read.
UNREADABLE: Final = (
    ArithmeticError, AttributeError, EOFError, IndexError, KeyError, OSError, RecursionError, SyntaxError,
    TypeError, ValueError,
)  # fmt: skip
_LONGEST_TEXT: Final = 120
_CLOCK: Final = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET: Final = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_ORIENTATIONS: Final = range(1, 9)


def read_exif(exif: Image.Exif) -> Said:
    """Return what a picture's EXIF says, by our names; what is missing or makes no sense is not in it."""
    main = _section(lambda: dict(exif))
    shot = _section(lambda: dict(exif.get_ifd(ExifTags.IFD.Exif)))
    place = _section(lambda: dict(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    said: Said = {
        "camera_clock": _clock(shot, main),
        "camera_offset": _offset(shot),
        "camera_make": _text(main.get(Tags.Make)),
        "camera_model": _text(main.get(Tags.Model)),
        "camera_serial": _text(shot.get(Tags.BodySerialNumber)),
        "lens": _text(shot.get(Tags.LensModel)),
        "software": _text(main.get(Tags.Software)),
        "orientation": _orientation(main),
        **_place(place),
    }
    return {name: value for name, value in said.items() if value not in (None, "")}


def _section(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except UNREADABLE:
        return {}


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    plain = "".join(sign if sign.isprintable() else " " for sign in value.partition("\0")[0])
    return " ".join(plain.split())[:_LONGEST_TEXT]


def _clock(shot: Read, main: Read) -> str:
    """Return the camera's own time, YYYY-MM-DDTHH:MM:SS with its fraction; when it was taken rather than saved."""
    for tags, name, fraction in (
        (shot, Tags.DateTimeOriginal, Tags.SubsecTimeOriginal),
        (shot, Tags.DateTimeDigitized, Tags.SubsecTimeDigitized),
        (main, Tags.DateTime, Tags.SubsecTime),
    ):
        found = _CLOCK.match(_text(tags.get(name)))
        if found is None:
            continue
        year, month, day, hour, minute, second = (int(part) for part in found.groups())
        if year < 1900 or not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
            continue
        if second > 59:
            continue
        parts = _text(shot.get(fraction))
        behind = f".{parts[:6]}" if parts.isascii() and parts.isdigit() else ""
        return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{behind}"
    return ""


def _offset(shot: Read) -> str:
    for name in (Tags.OffsetTimeOriginal, Tags.OffsetTimeDigitized, Tags.OffsetTime):
        text = _text(shot.get(name))
        if text == "Z":
            return "+00:00"
        if _OFFSET.fullmatch(text):
            return text
    return ""


def _orientation(main: Read) -> int | None:
    value = main.get(Tags.Orientation)
    return value if isinstance(value, int) and value in _ORIENTATIONS else None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except UNREADABLE:
        return None
    return number if math.isfinite(number) else None


def _degrees(value: Any, reference: Any, limit: float) -> float | None:
    """Return degrees, minutes and seconds as decimal degrees, negative to the south and west."""
    try:
        parts = [float(part) for part in value]
    except UNREADABLE:
        return None
    if len(parts) != 3 or not all(math.isfinite(part) and part >= 0 for part in parts):
        return None
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    sign = _text(reference).upper()
    if degrees > limit or sign not in {"N", "S", "E", "W"}:
        return None
    return -degrees if sign in {"S", "W"} else degrees


def _place(tags: Read) -> Said:
    latitude = _degrees(tags.get(Gps.GPSLatitude), tags.get(Gps.GPSLatitudeRef), 90)
    longitude = _degrees(tags.get(Gps.GPSLongitude), tags.get(Gps.GPSLongitudeRef), 180)
    # A receiver without a fix writes zeros: a ship in the Gulf of Guinea takes no photographs of graves.
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return {}
    said: Said = {"camera_latitude": f"{latitude:.7f}", "camera_longitude": f"{longitude:.7f}"}
    altitude = _number(tags.get(Gps.GPSAltitude))
    if altitude is not None and 0 <= altitude < 100_000:
        below = tags.get(Gps.GPSAltitudeRef) in (1, b"\x01")
        said["camera_altitude_m"] = f"{-altitude if below else altitude:.1f}"
    accuracy = _number(tags.get(Gps.GPSHPositioningError))
    if accuracy is not None and 0 < accuracy < 1_000_000:
        said["camera_accuracy_m"] = f"{max(accuracy, 0.1):.1f}"
    direction = _number(tags.get(Gps.GPSImgDirection))
    if direction is not None and 0 <= direction <= 360:
        said["camera_direction_deg"] = f"{round(direction, 1) % 360:.1f}"
    return said
