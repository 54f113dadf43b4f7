"""How any table is imported: all good rows in one transaction, or nothing, and the file as it was looked at.

What the rows mean and what becomes of them, each kind of import says itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import errors

from cases.closure import closed
from cases.importing.table import Table
from cases.ledger.context import Channel, change, through
from cases.models.case import Case, CaseStatus
from cases.models.user import User
from cases.refusals import Invalid, Refusal, WrongState, shown
from cases.services.record import lock
from cases.services.rules import constraint_of
from cases.services.table_import_refused import KeptBack, kept_back
from cases.services.table_import_result import TableResult

#: What a run may fail with besides refusals, after which nothing is imported either.
FAILURES: Final = (DatabaseError, OSError)

Progress = Callable[[int, int | None], None]
Outcome = TypeVar("Outcome", bound=TableResult)


def result_of(
    kind: type[Outcome], *, case: Case, table: Table, mapping: Any, file_name: str, **said: Any
) -> Outcome:
    """Return the empty result of an import of this table, which says where its rows come from."""
    return kind(
        case_number=case.number,
        file_name=shown(file_name or table.path.name, 200),
        sha256=sha256_of(table.path),
        mapping=mapping.name,
        mapping_title=mapping.title,
        encoding=table.encoding or "",
        separator=table.separator or "",
        sheet=table.sheet or "",
        other_sheets=list(table.other_sheets),
        **said,
    )


def carry_out(
    *,
    actor: User,
    case: Case,
    action: str,
    table: Table,
    result: Outcome,
    work: Callable[[Any, KeptBack], None],
    refused_file: Path | None,
    expected_sha256: str,
    remark: str,
) -> Outcome:
    """Do the work on the case in one transaction, in the name of the file; `result.dry_run` is for the work to heed.

    `work` is given the case as it is stored and the place for refused rows. Raises `case.closed`,
    `import.file_changed`, `import.refused_file`, `import.collided`, and what the work raises; then nothing is imported.
    """
    if expected_sha256 and result.sha256 != expected_sha256:
        raise _file_changed(result.file_name)
    with (
        _told_as_a_whole(case),
        through(Channel.IMPORT),
        kept_back(refused_file, table) as refused,
        transaction.atomic(),
    ):
        stored: Any = Case.objects.get(pk=case.pk) if result.dry_run else lock(case)
        if stored.status == CaseStatus.CLOSED:
            raise closed(stored)
        with change(actor, action, reason=reason_of(result, remark)):
            work(stored, refused)
            # What the database checks at the end is checked now, while nothing stands yet.
            connection.check_constraints()
        if sha256_of(table.path) != result.sha256:
            raise _file_changed(result.file_name)
        result.refused_file = refused.finish()
    return result


def reason_of(result: TableResult, remark: str = "") -> str:
    """Return what the ledger says of every entry of an import: which file, by which mapping."""
    reason = f"{result.file_name}, SHA-256 {result.sha256}, mapping {result.mapping}"
    return f"{reason}; {remark}" if remark else reason


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in small steps."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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
