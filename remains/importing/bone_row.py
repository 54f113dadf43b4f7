"""What a table says of bones: one row of it, and a bone put together of the rows of one key."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement as it stands in a cell: its code, value and unit, and by whom and with what."""

    column: str
    kind: str
    value: Decimal
    unit: str
    observer: str = ""
    instrument: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BoneRow:
    """One row: what it says of its bone (`fields`), what was measured, and the cells that no field keeps."""

    number: int
    key: str
    digest: str
    values: dict[str, str]
    fields: dict[str, Any]
    readings: list[Reading] = field(default_factory=list)
    leftovers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Bone:
    """One bone of the table: every row of its key, in order."""

    rows: list[BoneRow]

    @property
    def key(self) -> str:
        """Return what tells it from the others."""
        return self.rows[0].key

    @property
    def fields(self) -> dict[str, Any]:
        """Return what its rows say of it, which is the same in all."""
        return self.rows[0].fields

    @property
    def readings(self) -> list[Reading]:
        """Return the measurements of all its rows."""
        return [reading for row in self.rows for reading in row.readings]

    @property
    def digest(self) -> str:
        """Return what tells whether the source says otherwise now."""
        return sha256("".join(row.digest for row in self.rows).encode()).hexdigest()
