"""The import of sites from a table of somebody else's: all good rows in one transaction, or nothing.

Rows that are refused come back in a file, to be corrected and loaded again. What a row means stands in
`cases.importing`; what becomes of it in the case in `cases.services.site_import_batch`.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from cases import access
from cases.importing.faults import MappingRefused
from cases.importing.mapping import Mapping
from cases.importing.mapping_file import load, recognise, shipped
from cases.importing.table import Table, open_table
from cases.models.case import Case
from cases.models.code import Code
from cases.models.user import User
from cases.refusals import shown
from cases.services.site_import_batch import Batches
from cases.services.site_import_result import ImportResult
from cases.services.table_import import FAILURES, Progress, carry_out, result_of, sha256_of
from cases.services.table_import_refused import KeptBack

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
    labels = {id_: str(label) for id_, label in Code.objects.filter(in_use=True).values_list("id", "label")}
    table, chosen = _table_and_mapping(Path(path), mapping, encoding, separator, labels)
    result = result_of(
        ImportResult, case=case, table=table, mapping=chosen, file_name=file_name, dry_run=dry_run
    )

    def work(stored: Case, refused: KeptBack) -> None:
        batches = Batches(
            actor=actor, case=stored, mapping=chosen, result=result, refused=refused, labels=labels
        )
        rows = chosen.map_table(table)
        while batch := list(islice(rows, BATCH)):
            batches.take(batch)
            if progress is not None:
                progress(result.rows, table.row_count)

    return carry_out(
        actor=actor,
        case=case,
        action=ACTION,
        table=table,
        result=result,
        work=work,
        refused_file=refused_file,
        expected_sha256=expected_sha256,
        remark=remark,
    )


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
