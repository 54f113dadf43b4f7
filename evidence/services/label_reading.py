"""Labels in photographs: a QR code of ours that a picture shows says which record it is of."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import Resolver404, resolve

from cases.models.base import CaseRecord
from cases.models.case import Case
from evidence import content
from evidence.content import ContentFault
from evidence.decoding import apart
from evidence.labels.tokens import read_token
from evidence.models import FileLink, NoticedBy, Photograph
from evidence.models.file_link import TARGETS
from evidence.services import file_alarm, file_link

#: Given what a label says and the case, returns the record it belongs to, or None. Labels add theirs.
Reading = Callable[[str, Case], "CaseRecord | None"]
_readings: list[Reading] = []


def contribute(reading: Reading) -> None:
    """Add a way in which a label leads to a record."""
    if reading not in _readings:
        _readings.append(reading)


def read_photograph(photograph: Photograph) -> list[FileLink]:
    """Read the labels that a photograph shows, and link it with the records of its case that they belong to."""
    with tempfile.TemporaryDirectory(prefix="taphos-") as folder:
        path = Path(folder) / "original"
        try:
            content.copy_to(photograph.sha256, path)
        except ContentFault as found:
            file_alarm.sound(found, NoticedBy.CHECK)
            return []
        seen = apart.labels(path, photograph.original_name)
    made = []
    for text in seen.labels:
        target = record_of(text, photograph.case)
        link = file_link.attach_by_label(photograph=photograph, target=target) if target else None
        if link is not None:
            made.append(link)
    return made


def record_of(text: str, case: Case) -> CaseRecord | None:
    """Return the record of this case that a label belongs to, if it can be linked with a photograph."""
    for reading in (*_readings, by_token, by_address, by_number):
        found = reading(text.strip(), case)
        if found is not None and found.case_id == case.pk:
            return found
    return None


def by_token(text: str, case: Case) -> CaseRecord | None:
    """Return the record whose short address, as our labels print it, this is."""
    try:
        found = resolve(urlsplit(text).path)
    except (Resolver404, ValueError):
        return None
    named = read_token(found.kwargs["token"]) if found.url_name == "label" else None
    if named is None or named[0] not in _targets():
        return None
    model, key = named
    record: CaseRecord | None = model._default_manager.filter(pk=key, case=case).first()
    return record


def by_address(text: str, case: Case) -> CaseRecord | None:
    """Return the record whose page has this address."""
    try:
        found = resolve(urlsplit(text).path)
        key = UUID(str(found.kwargs.get("object_id", "")))
    except (Resolver404, ValueError):
        return None
    for model in _targets():
        if found.url_name == f"{model._meta.app_label}_{model._meta.model_name}_change":
            record: CaseRecord | None = model._default_manager.filter(pk=key, case=case).first()
            return record
    return None


def by_number(text: str, case: Case) -> CaseRecord | None:
    """Return the find, specimen or exhibit that has exactly this number."""
    for model in _targets():
        if (
            any(field.name == "number" for field in model._meta.fields)
            and len(text) <= 60
            and "\0" not in text
        ):
            rows = model._default_manager.filter(case=case, number=text)
            if (
                model._meta.model_name in {"find", "specimen", "exhibit"}
                and (record := rows.first()) is not None
            ):
                return record
    return None


def _targets() -> list[Any]:
    return [FileLink._meta.get_field(name).related_model for name in TARGETS]
