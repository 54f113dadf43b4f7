"""The import of sites from a table of somebody else's: all good rows in one transaction, or nothing.

Rows that are refused come back in a file, to be corrected and loaded again. What a row means stands in
`cases.importing`; what becomes of it in the case in `cases.services.site_import_batch`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import errors

from cases import access
from cases.closure import closed
from cases.importing.faults import MappingRefused
from cases.importing.mapping import Mapping
from cases.importing.mapping_file import load, recognise, shipped
from cases.importing.table import Table, open_table
from cases.ledger.context import Channel, change, through
from cases.models.case import Case, CaseStatus
from cases.models.code import Code
from cases.models.user import User
from cases.refusals import Invalid, Refusal, WrongState, shown
from cases.services.record import lock
from cases.services.rules import constraint_of
from cases.services.site_import_batch import Batches
from cases.services.site_import_refused import kept_back
from cases.services.site_import_result import ImportResult

__all__ = [
    "ACTION",
    "BATCH",
    "FAILURES",
    "PERMISSION",
    "ImportResult",
    "import_sites",
    "mapping_for",
    "sha256_of",
]

PERMISSION: Final = "cases.site:import"
ACTION: Final = "cases.site.imported"
#: Rows that are looked up and written together; memory does not grow with the file beyond what tells its rows apart.
BATCH: Final = 2_000

#: What a run may fail with besides refusals, after which nothing is imported either.
FAILURES: Final = (DatabaseError, OSError)

Progress = Callable[[int, int | None], None]


def import_sites(
    *,
    actor: User,
    case: Case,
    path: Path | str,
    mapping: Mapping | Path | str | None = None,
    dry_run: bool = False,
    encoding: str | None = None,
    separator: str | None = None,
    progress: Progress | None = None,
    refused_file: Path | None = None,
    file_name: str = "",
    expected_sha256: str = "",
    remark: str = "",
) -> ImportResult:
    """Import the sites of a table into a case, or with `dry_run` say what would become of each row.

    `mapping` is one, the file of one, or the name of one that comes with Taphos; without it the one that fits the
    columns is taken. `progress` is told rows done and rows in all, where that is known. Refused rows are written to
    `refused_file`, which must not exist yet and is made only if there are any. `file_name` is what the file is called
    where `path` is not its own name, `expected_sha256` what was looked at before, `remark` is added to the reason.

    Raises `access.*`, `case.closed`, `table.*`, `mapping.*`, `mapping.none_fits`, `import.file_changed`,
    `import.refused_file`, `import.collided`; after each of them nothing is imported.
    """
    access.require(actor, PERMISSION, case)
    path = Path(path)
    name = shown(file_name or path.name, 200)
    labels = {id_: str(label) for id_, label in Code.objects.filter(in_use=True).values_list("id", "label")}
    table, chosen = _table_and_mapping(path, mapping, encoding, separator, labels)
    digest = sha256_of(path)
    if expected_sha256 and digest != expected_sha256:
        raise _file_changed(name)
    result = ImportResult(
        case_number=case.number,
        file_name=name,
        sha256=digest,
        mapping=chosen.name,
        mapping_title=chosen.title,
        encoding=table.encoding or "",
        separator=table.separator or "",
        sheet=table.sheet or "",
        other_sheets=list(table.other_sheets),
        dry_run=dry_run,
    )
    reason = f"{name}, SHA-256 {digest}, mapping {chosen.name}" + (f"; {remark}" if remark else "")
    with (
        _told_as_a_whole(case),
        through(Channel.IMPORT),
        kept_back(refused_file, table) as refused,
        transaction.atomic(),
    ):
        stored: Any = Case.objects.get(pk=case.pk) if dry_run else lock(case)
        if stored.status == CaseStatus.CLOSED:
            raise closed(stored)
        batches = Batches(
            actor=actor, case=stored, mapping=chosen, result=result, refused=refused, labels=labels
        )
        with change(actor, ACTION, reason=reason):
            rows = chosen.map_table(table)
            while batch := list(islice(rows, BATCH)):
                batches.take(batch)
                if progress is not None:
                    progress(result.rows, table.row_count)
            # What the database checks at the end is checked now, while nothing stands yet.
            connection.check_constraints()
        if sha256_of(path) != digest:
            raise _file_changed(name)
        result.refused_file = refused.finish()
    return result


def mapping_for(
    header: list[str], mapping: Mapping | Path | str | None, known_codes: dict[str, str]
) -> Mapping:
    """Return the mapping that is meant, or without one the shipped one that fits these columns.

    Raises `mapping.none_fits` and what a mapping file is refused for.
    """
    if isinstance(mapping, Mapping):
        return mapping
    ours = shipped()
    if mapping is not None:
        named = ours.get(mapping) if isinstance(mapping, str) else None
        return load(named or Path(mapping), known_codes)
    found = recognise(header)
    if found is None:
        raise MappingRefused(
            "mapping.none_fits",
            _("No mapping that comes with Taphos fits the columns of this table: %(columns)s.")
            % {"columns": shown(", ".join(header), 200)},
            ", ".join(header),
            _(
                "Write a mapping file that says which column is which (docs/import.md shows how) and name it, or give"
                " the table the columns of Taphos itself: code, name, and as many others as you have."
            ),
        )
    return load(ours[found.name], known_codes)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in small steps."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _table_and_mapping(
    path: Path,
    mapping: Mapping | Path | str | None,
    encoding: str | None,
    separator: str | None,
    known_codes: dict[str, str],
) -> tuple[Table, Mapping]:
    """Open the table as the mapping says, or find the mapping by the columns of the table."""
    if mapping is None:
        table = open_table(path, encoding=encoding, separator=separator)
        chosen = mapping_for(table.header, None, known_codes)
    else:
        chosen = mapping_for([], mapping, known_codes)
        table = open_table(
            path, encoding=encoding or chosen.encoding, separator=separator or chosen.separator
        )
    chosen.check_header(table.header)
    return table, chosen


def _file_changed(name: str) -> Invalid:
    return Invalid(
        "import.file_changed",
        _("“%(name)s” was changed while it was being read; nothing was imported.") % {"name": name},
        value=name,
        rule=_("The ledger names the file by its SHA-256: what is imported is what was looked at."),
        way_forward=_("Close it in other programs and start again."),
    )


@contextmanager
def _told_as_a_whole(case: Case) -> Iterator[None]:
    """Say in words what the database refuses of the whole: a case closed meanwhile, a rival's row."""
    try:
        yield
    except IntegrityError as error:
        constraint = constraint_of(error)
        if constraint == "cases_case_closed":
            raise closed(case) from error
        raise _collided(constraint) from error
    except OperationalError as error:
        if isinstance(error.__cause__, (errors.DeadlockDetected, errors.SerializationFailure)):
            raise _collided("") from error
        raise


def _collided(constraint: str) -> Refusal:
    return WrongState(
        "import.collided",
        _("The database refused the import as a whole; nothing was imported."),
        rule=constraint,
        way_forward=_("Somebody may have written in this case at the same moment: start it again."),
    )
