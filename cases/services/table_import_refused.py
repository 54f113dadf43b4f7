"""Where refused rows wait until the import stands: a run that breaks off leaves no file of rows behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from cases.importing.refused_rows import RefusedRows
from cases.importing.results import RefusedRow
from cases.importing.table import Table
from cases.refusals import Invalid, shown


class KeptBack:
    """Takes refused rows, and puts them into their file at the end."""

    def __init__(self, path: Path | None, stream: TextIO | None, table: Table) -> None:
        self.path = path
        self.stream = stream
        self.rows = RefusedRows(stream, table.header, table.separator) if stream is not None else None

    def write(self, row: RefusedRow) -> None:
        """Keep one refused row."""
        if self.rows is not None:
            self.rows.write(row)

    def finish(self) -> str:
        """Make the file, if any row was refused, and return its path. Raises `import.refused_file`."""
        if self.path is None or self.stream is None or self.rows is None or not self.rows.count:
            return ""
        self.stream.flush()
        self.stream.seek(0)
        try:
            with self.path.open("x", encoding="utf-8-sig", newline="") as target:
                shutil.copyfileobj(self.stream, target)
        except FileExistsError:
            raise _exists(self.path) from None
        except OSError as error:
            self.path.unlink(missing_ok=True)
            raise _unwritable(self.path, error) from error
        return str(self.path)


@contextmanager
def kept_back(path: Path | None, table: Table) -> Iterator[KeptBack]:
    """Give a place for refused rows that vanishes with the run. Raises `import.refused_file`."""
    if path is None:
        yield KeptBack(None, None, table)
        return
    if path.exists():
        raise _exists(path)
    try:
        stream = tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=path.parent)  # noqa: SIM115 - closed below
    except OSError as error:
        raise _unwritable(path, error) from error
    with stream:
        yield KeptBack(path, stream, table)


def _exists(path: Path) -> Invalid:
    return Invalid(
        "import.refused_file",
        _("There is a file “%(name)s” already, in which refused rows would be written.")
        % {"name": shown(path.name)},
        value=path,
        rule=_("It may hold corrections, so it is not overwritten."),
        way_forward=_("Name another file for the refused rows, or move that one."),
    )


def _unwritable(path: Path, error: OSError) -> Invalid:
    return Invalid(
        "import.refused_file",
        _("The file for refused rows cannot be written: %(why)s.") % {"why": error.strerror or error},
        value=path,
        way_forward=_("Name a file in a folder in which you may write."),
    )
