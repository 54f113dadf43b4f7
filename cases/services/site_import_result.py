"""What an import of sites came to: counts, what was refused and why, and how the first sites look."""

from __future__ import annotations

from dataclasses import dataclass, field

from cases.services.table_import_result import TableResult


@dataclass(slots=True)
class ImportResult(TableResult):
    """Every row of the file is counted once: created, appended, already there, repeated or refused."""

    appended: int = 0
    repeated: int = 0
    figures: int = 0
    #: Sites whose source states no code, and the first and last that they were given.
    codes_assigned: int = 0
    first_assigned: str = ""
    last_assigned: str = ""
    #: How many contradictions of each rule were flagged.
    flags: dict[str, int] = field(default_factory=dict)
    #: What the first contradiction of each rule says.
    flag_examples: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows were read."""
        return self.created + self.appended + self.already_there + self.repeated + self.refused
