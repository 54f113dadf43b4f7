"""The ledger of a case and its records as lines of JSON. A record is what its last entry says, to the letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.db import models

from cases.ledger.entries import in_index_order
from cases.ledger.payloads import parsed
from cases.ledger.tables import recorded_tables
from cases.models import Agency, Case, Code, User
from cases.models.ledger import LedgerEntry
from evidence.bundle.redaction import BATCH, Redaction, as_line, in_batches, last_entries

#: Told how many more entries were written.
Told = Callable[[int], None]


def write_ledger(path: Path, case: Case, redaction: Redaction, told: Told) -> None:
    """Write every entry of the case's chain, in their order."""
    with in_index_order(), path.open("w", encoding="utf-8", newline="\n") as file:
        rows = LedgerEntry.objects.filter(chain=case.pk).order_by("seq").iterator(chunk_size=BATCH)
        for batch in in_batches(rows):
            for entry, shown in zip(batch, redaction.shown(batch), strict=True):
                file.write(json.dumps(as_line(entry, shown), ensure_ascii=False) + "\n")
            told(len(batch))


def write_records(folder: Path, case: Case, redaction: Redaction, told: Told) -> dict[str, str]:
    """Write each kind of record to a file of its own; return the files by table."""
    names: dict[str, str] = {}
    folder.mkdir()
    with ExitStack() as stack:
        files: dict[str, IO[str]] = {}
        for batch in in_batches(last_entries(case)):
            for entry, shown in zip(batch, redaction.shown(batch), strict=True):
                if shown is None or entry.operation == "D":
                    continue
                if entry.table_name not in files:
                    name = f"{_label(entry.table_name)}.ndjson"
                    files[entry.table_name] = stack.enter_context(
                        (folder / name).open("w", encoding="utf-8", newline="\n")
                    )
                    names[entry.table_name] = f"data/{folder.name}/{name}"
                files[entry.table_name].write(shown + "\n")
            told(len(batch))
    return names


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a file that was written."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield parsed(line)


def write_code_lists(path: Path) -> None:
    """Write the code lists, so that a record's codes can be read."""
    fields = ("id", "scheme", "label", "gloss", "source", "verification", "position", "in_use")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in Code.objects.order_by("scheme", "position", "id").values(*fields):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_people(path: Path, folder: Path, records: dict[str, str]) -> None:
    """Write the names of the people and agencies that the records name: nobody else's, and nothing but their names."""
    named: dict[type[models.Model], set[str]] = {User: set(), Agency: set()}
    for table, name in records.items():
        fields: list[Any] = list(recorded_tables()[table].model._meta.concrete_fields)
        columns = [
            (field.column, field.related_model)
            for field in fields
            if field.is_relation and field.related_model in named
        ]
        if not columns:
            continue
        for record in read_records(folder / Path(name).name):
            for column, model in columns:
                if record.get(column):
                    named[model].add(record[column])
    people = User.objects.filter(pk__in=named[User]).select_related("agency").order_by("pk")
    agencies = Agency.objects.filter(pk__in=named[Agency] | {person.agency_id for person in people})
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for person in people:
            said = {
                "kind": "person",
                "id": str(person.pk),
                "name": person.full_name,
                "agency": str(person.agency_id),
            }
            file.write(json.dumps(said, ensure_ascii=False) + "\n")
        for agency in agencies.order_by("pk"):
            said = {
                "kind": "agency",
                "id": str(agency.pk),
                "name": agency.name,
                "short_name": agency.short_name,
            }
            file.write(json.dumps(said, ensure_ascii=False) + "\n")


def _label(table: str) -> str:
    known = recorded_tables().get(table)
    return known.model._meta.label_lower if known else table
