"""What an import of bones came to: rows, bones, measurements, and how the first bones look."""

from __future__ import annotations

from dataclasses import dataclass, field

from cases.services.table_import_result import TableResult


@dataclass(slots=True)
class BonesResult(TableResult):
    """Every row is counted once: of a bone that is created, of one that is there already, or refused."""

    bones: int = 0
    measurements: int = 0
    bones_there: int = 0
    #: Columns that became no field; their cells stay with each bone as row of the source.
    unread_columns: list[str] = field(default_factory=list)
    #: Bones by element and side, so that a count can be held against the list on paper.
    tally: dict[str, int] = field(default_factory=dict)
