"""What the import of any table came to: where it came from, what was refused and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from cases.importing.results import RefusedRow

#: So many refused rows are spelled out; all of them stand in the file.
SPELLED_OUT: Final = 200
#: So many records are shown as they would become.
SAMPLES: Final = 20


@dataclass(slots=True)
class TableResult:
    """Every row of the file is counted once; each kind of import adds what its rows may become."""

    case_number: str
    file_name: str
    sha256: str
    mapping: str
    mapping_title: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)
    dry_run: bool = False
    created: int = 0
    already_there: int = 0
    #: Of those already there, rows of records that were withdrawn, and stay so.
    withdrawn: int = 0
    refused: int = 0
    #: How many rows were refused for each kind of reason.
    reasons: dict[str, int] = field(default_factory=dict)
    refused_rows: list[dict[str, Any]] = field(default_factory=list)
    refused_file: str = ""
    samples: list[dict[str, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Return how many rows were read."""
        return self.created + self.already_there + self.refused

    def refuse(self, row: RefusedRow) -> None:
        """Count a refused row, and spell its reasons out if it is among the first."""
        self.refused += 1
        for code in {reason.code for reason in row.reasons}:
            self.reasons[code] = self.reasons.get(code, 0) + 1
        if len(self.refused_rows) < SPELLED_OUT:
            told = [f"{reason.field}: {reason}" if reason.field else str(reason) for reason in row.reasons]
            self.refused_rows.append({"number": row.number, "reasons": told})

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {**asdict(self), "rows": self.rows}
