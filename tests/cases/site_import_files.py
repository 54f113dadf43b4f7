"""Small tables for the tests of the import, and the way they are imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cases.services.site_import import ImportResult, import_sites
from tests.actors import Cast

HEADER = "no,name,state,visit,died,taken,north,east\n"
MAPPING = """\
taphos_mapping: 1
title: Graves of the test
source: {name: Commission}
key: {columns: [no], rows_may_differ: [visit]}
fields:
  code: {column: no, replace: {"/": "-"}}
  name: name
  latitude: north
  longitude: east
  status_as_stated: state
figures: {buried: died, exhumed: taken}
contradictions:
  too_many: {when: [[exhumed, ">", buried]], message: "{exhumed} exhumed, {buried} buried"}
"""
UNCODED = """\
taphos_mapping: 1
title: Without numbers
source: {name: Villages}
key: {columns: [name]}
fields: {name: name}
"""


def written(folder: Path, rows: str, name: str = "graves.csv", header: str = HEADER) -> Path:
    """Return a table of these rows."""
    path = folder / name
    path.write_text(header + rows, encoding="utf-8")
    return path


def mapping_file(folder: Path, text: str = MAPPING) -> Path:
    """Return the file of a mapping."""
    path = folder / ("m.yaml" if text == MAPPING else "other.yaml")
    path.write_text(text, encoding="utf-8")
    return path


def imported(cast: Cast, folder: Path, rows: str, **options: Any) -> ImportResult:
    """Import a table of these rows as the investigator of case A."""
    options = {"actor": cast.investigator, "case": cast.case_a, "mapping": mapping_file(folder), **options}
    return import_sites(path=written(folder, rows), **options)
