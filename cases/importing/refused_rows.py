"""The file of refused rows: as they stood, with number and reason, to be corrected and loaded again."""

import csv
from collections.abc import Sequence
from typing import TextIO

from cases.importing.results import ADDED_COLUMNS, RefusedRow


class RefusedRows:
    """Writes refused rows as CSV, under the header they came with.

    Open the stream with `newline=""` and `encoding="utf-8-sig"`, so that spreadsheets read it too. The
    columns added are passed over when the file is loaded again.
    """

    def __init__(self, stream: TextIO, header: Sequence[str], separator: str | None = None) -> None:
        self.columns = [column for column in header if column not in ADDED_COLUMNS]
        self.separator = separator or ";"
        self.count = 0
        self._writer = csv.writer(stream, delimiter=self.separator)
        self._writer.writerow([*self.columns, *ADDED_COLUMNS])

    def write(self, row: RefusedRow) -> None:
        """Write one refused row. Cells beyond the header go into the last one, with separators between."""
        cells = [row.values.get(column, "") for column in self.columns]
        surplus = [
            text for column, text in row.values.items() if column.startswith("+") and column[1:].isdigit()
        ]
        if surplus:
            cells[-1] = self.separator.join([cells[-1], *surplus])
        reasons = " ".join(
            f"{reason.field}: {reason}" if reason.field else str(reason) for reason in row.reasons
        )
        self._writer.writerow([*cells, row.number, reasons])
        self.count += 1
