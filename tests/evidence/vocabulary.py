"""Every word of ours that a paper may say: of its own modules, of the fields it prints, and of the code lists."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from cases.models import (
    Context,
    DiscoveryReport,
    ProtectionBreach,
    ProtectionMeasure,
    Site,
    SiteHazard,
    SiteLink,
    SiteVisit,
)
from cases.models.base import Handling
from cases.models.membership import Role
from evidence.models import CustodyEvent, Examination, Exhibit, Holding, Referral
from evidence.reports.kinds import KINDS
from remains.models import Assessment, ConditionNote, Estimate, Find, Injury, Lineage, Measurement, Specimen
from remains.science.elements import elements

ROOT = Path(settings.BASE_DIR)
#: Modules whose every word a paper may say.
WHOLE = (
    *(
        path
        for path in sorted((ROOT / "evidence/reports").glob("*.py"))
        if path.stem not in {"engine", "kinds", "views"}
    ),
    ROOT / "evidence/services/custody_story.py",
    ROOT / "remains/recovered.py",
    ROOT / "remains/reason_words.py",
    ROOT / "remains/admin/counting_words.py",
    ROOT / "remains/admin/skeleton_marks.py",
)
#: Records whose fields and choices papers print.
PRINTED: tuple[Any, ...] = (
    Assessment, ConditionNote, Context, CustodyEvent, DiscoveryReport, Estimate, Examination, Exhibit, Find, Holding,
    Injury, Lineage, Measurement,
    ProtectionBreach, ProtectionMeasure, Referral, Site, SiteHazard, SiteLink, SiteVisit, Specimen,
)  # fmt: skip
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "pgettext": 2, "pgettext_lazy": 2}


def own_words() -> set[str]:
    """Return what papers say by themselves, as a catalogue keys it."""
    found = {str(kind.title) for kind in KINDS} | {str(name.label) for name in (*Role, *Handling)}
    for path in WHOLE:
        found |= set(_said(path))
    return found


def _said(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS):
            continue
        texts = [
            part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        if len(texts) >= CALLS[node.func.id]:
            separator = {"n": "\0", "p": "\4"}.get(node.func.id[0], "")
            yield separator.join(texts[:2]) if separator else texts[0]


def words_of_records() -> set[str]:
    """Return the names of fields that papers print, and of what may be chosen in them."""
    found = set()
    for model in PRINTED:
        for field in model._meta.concrete_fields:
            if field.name in {"id", "case", "version", "import_source", "import_key", "source_row"}:
                continue
            found.add(str(field.verbose_name))
            found |= {str(label) for _value, label in field.flatchoices or ()}
    return found


def words_of_lists() -> set[str]:
    """Return the words of code lists, of elements and of their zones."""
    found = {element.name for element in elements().values()}
    found |= {f"zone\4{zone.label}" for element in elements().values() for zone in element.zones}
    for path in sorted(ROOT.glob("*/codes/codes.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            found |= {row["label"] for row in csv.DictReader(file)}
    return found
