"""What is known of a file as it came in, and what the camera wrote into it, as rows of a table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from evidence.models import Photograph


def file_rows(record: Any, hidden: frozenset[str]) -> list[tuple[Any, Any]]:
    """Return what is known of a file as it came in, as rows of a table."""
    rows = [
        (_("Number"), record.number),
        (_("Name of the file, as stated"), record.shown_name if "original_name" not in hidden else None),
        (_("Type"), record.get_media_type_display()),
        (_("Size"), size_in_words(record.size_bytes)),
        (_("SHA-256"), record.sha256),
        (_("Uploaded by"), record.uploaded_by),
        (_("Received at"), record.received_at),
    ]
    return [(label, value) for label, value in rows if value not in (None, "")]


#: What the camera says, in the order in which it is read.
_CAMERA = ("camera_make", "camera_model", "camera_serial", "lens", "software", "orientation")
_PLACE = (
    "camera_latitude",
    "camera_longitude",
    "camera_altitude_m",
    "camera_accuracy_m",
    "camera_direction_deg",
)


def camera_rows(photograph: Photograph, hidden: frozenset[str]) -> list[tuple[Any, Any]]:
    """Return what the camera says, as rows of a table."""
    rows: list[tuple[Any, Any]] = []
    if photograph.camera_clock:
        clock = photograph.camera_clock.replace("T", " ")
        offset = photograph.camera_offset
        rows.append(
            (
                _("Clock of the camera"),
                f"{clock} {offset}" if offset else _("%(clock)s (zone not said)") % {"clock": clock},
            )
        )
    rows.append((_("Pixels"), f"{photograph.width_px} x {photograph.height_px}"))
    for name in (*_CAMERA, *_PLACE):
        field: Any = Photograph._meta.get_field(name)
        value = getattr(photograph, name)
        if name not in hidden and value not in (None, ""):
            rows.append((str(field.verbose_name).capitalize(), value))
    return rows


def size_in_words(size: int) -> str:
    """Return a size in the unit that people say."""
    if size < 1_000_000:
        return _("%(number)s kB") % {"number": max(1, round(size / 1000))}
    return _("%(number)s MB") % {"number": round(size / 1_000_000, 1)}
