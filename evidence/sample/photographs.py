"""Enters the drawings of a sample as photographs, by the same way as an upload."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from cases.models import User
from evidence.labels.tokens import address_of
from evidence.models import Photograph
from evidence.sample.document import PhotographEntry
from evidence.sample.drawing import drawn
from evidence.services import photograph as photographs_door
from evidence.services import stored_file


def enter_photograph(entry: PhotographEntry, *, shows: Any, actor: User) -> Photograph:
    """Draw a picture, take it in, and link it with what it shows."""
    with tempfile.TemporaryDirectory(prefix="taphos-") as folder:
        path = Path(folder) / f"{entry.drawing}.jpg"
        path.write_bytes(drawn(entry.drawing, address_of(shows)))
        with stored_file.received(path, path.name) as received:
            return photographs_door.create(
                actor=actor,
                record=Photograph(
                    case=shows.case,
                    handling=shows.handling,
                    caption=entry.caption,
                    subject=entry.subject,
                    shows_remains=entry.shows_remains,
                    scale_present=entry.scale_present,
                    north_arrow_present=entry.north_arrow_present,
                    taken_by_as_named="Drawn by code",
                ),
                received=received,
                shows=[shows],
            )
