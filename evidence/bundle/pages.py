"""The pages by which a bundle is read in any browser: without a network, without a script, without Taphos."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db.models import CharField
from django.template.loader import render_to_string

from cases.languages import capitalised
from cases.ledger.payloads import Payload, Reader, Sight
from cases.ledger.tables import recorded_tables
from cases.ledger.words import action_in_words, channel_in_words
from cases.models import Case
from cases.models.membership import Role
from evidence.bundle.records import read_records
from evidence.models import Photograph
from evidence.reports.paper import in_letters

#: Records, or entries, of one page.
ON_PAGE: Final = 250
#: By which fields people call a record, the first that it has.
_NAMES: Final = ("number", "code", "title", "name", "label")


def write_pages(folder: Path, about: dict[str, Any], case: Case, sight: Sight) -> None:
    """Write the first page, a page for each kind of record, and the ledger."""
    pages = folder / "pages"
    pages.mkdir()
    kinds = [
        _write_kind(pages, table, name, about, sight)
        for table, name in sorted(about["records"].items(), key=lambda item: _order(item[0]))
    ]
    entries = _write_ledger(pages, folder / "ledger.ndjson", about)
    papers = sorted(path.name for path in (folder / "papers").glob("*.pdf"))
    whom = about["redacted_for"] or ""
    role = Role(whom).label if whom in Role.values else whom
    originals = sum(1 for path in (folder / "originals").rglob("*") if path.is_file())
    first = {
        "about": about,
        "case": case,
        "kinds": kinds,
        "entries": entries,
        "papers": papers,
        "redacted_for": role,
        "originals": originals,
    }
    _write(folder / "index.html", "evidence/bundle_index.html", first)


def _write_kind(pages: Path, table: str, name: str, about: dict[str, Any], sight: Sight) -> dict[str, Any]:
    model: Any = recorded_tables()[table].model
    stem = model._meta.label_lower
    path = pages.parent / name.removeprefix("data/")
    title = capitalised(str(model._meta.verbose_name_plural))
    count = _number_of_lines(path)
    context = {"about": about, "title": title, "stem": stem, "pages": math.ceil(count / ON_PAGE)}
    for number, some in enumerate(_some(read_records(path)), start=1):
        reader = Reader(model, sight, some)
        rows = [_row(reader, payload) for payload in some]
        here = {**context, "rows": rows, "number": number}
        _write(pages / f"{stem}-{number}.html", "evidence/bundle_records.html", here)
    return {
        "title": title,
        "count": count,
        "file": f"pages/{stem}-1.html",
        "data": name.removeprefix("data/"),
    }


def _row(reader: Reader, payload: Payload) -> dict[str, Any]:
    said = [
        (capitalised(str(field.verbose_name)), words)
        for field in reader.fields
        if field.column in payload and (words := reader.in_words(field, payload)) is not None
    ]
    called = next(
        (
            payload[name]
            for name in _NAMES
            if payload.get(name) and isinstance(reader.model._meta.get_field(name), CharField)
        ),
        "",
    )
    screen = payload.get("screen_sha256") if reader.model is Photograph else ""
    return {"id": payload["id"], "called": called, "said": said, "picture": screen}


def _write_ledger(pages: Path, path: Path, about: dict[str, Any]) -> dict[str, Any]:
    count = _number_of_lines(path)
    context = {"about": about, "stem": "ledger", "pages": math.ceil(count / ON_PAGE)}
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, lines in enumerate(_some(file), start=1):
            here = {**context, "rows": [_entry(json.loads(line)) for line in lines], "number": number}
            _write(pages / f"ledger-{number}.html", "evidence/bundle_ledger.html", here)
    return {"count": count, "file": "pages/ledger-1.html"}


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    if entry.get("withheld") == "entry":
        return {"seq": entry["seq"], "hash": entry["hash"], "withheld": True}
    table = recorded_tables().get(entry["table_name"])
    instant = dt.datetime.fromtimestamp(entry["at_us"] // 1_000_000, dt.UTC)
    return {
        "seq": entry["seq"],
        "at": in_letters(instant),
        "who": entry["actor_name"],
        "agency": entry["agency"],
        "door": channel_in_words(entry["channel"]),
        "action": action_in_words(entry["action"]),
        "kind": capitalised(str(table.model._meta.verbose_name)) if table else entry["table_name"],
        "record": entry["record_id"],
        "reason": entry["reason"],
        "hash": entry["hash"],
    }


def _number_of_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _line in file)


def _some(rows: Any) -> Iterator[list[Any]]:
    it = iter(rows)
    while some := list(islice(it, ON_PAGE)):
        yield some


def _write(path: Path, template: str, context: dict[str, Any]) -> None:
    path.write_text(render_to_string(template, context), encoding="utf-8")


def _order(table: str) -> tuple[int, str]:
    """Return where a kind of record stands: cases, then remains, then evidence, as the models are declared."""
    return list(recorded_tables()).index(table) if table in recorded_tables() else 999, table
