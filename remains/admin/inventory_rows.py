"""The rows of an inventory sheet as they were sent: read, held against what is recorded, and saved all or none."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models.code import Code
from cases.models.user import User
from cases.refusals import Refusal
from remains.admin.choices import uuid_or_none
from remains.models.find import Find
from remains.models.specimen import Specimen
from remains.services.specimen import change_specimens, check_alone, log_specimens, withdraw_specimens

#: Rows of one sheet at most.
MOST_ROWS = 1000
#: Fields of a row that are typed or chosen, in the order of the table.
TYPED = (
    "element",
    "side",
    "zones",
    "fragment_count",
    "weight_g",
    "completeness",
    "cohort",
    "tooth_status",
    "notes",
)
_CODES = {"element": "element", "tooth_status": "tooth_status"}


@dataclass
class Sheet:
    """What was sent: each row as it came, and what is wrong with it."""

    rows: list[dict[str, Any]]
    faults: list[dict[str, Any]] = field(default_factory=list)
    added: list[Specimen] = field(default_factory=list)
    changed: list[Specimen] = field(default_factory=list)
    withdrawn: list[Specimen] = field(default_factory=list)

    def fault(self, refusal: Refusal, row: int | None) -> None:
        """Put a refusal at its row and cell."""
        what = " ".join(word for word in (refusal.message, refusal.way_forward) if word)
        named = refusal.field if refusal.field in TYPED else "element"
        self.faults.append({"row": row, "field": named if row is not None else refusal.field, "what": what})

    def say(self, what: str, row: int | None = None, name: str = "element") -> None:
        """Put a sentence of our own at a row, or above all."""
        self.faults.append({"row": row, "field": name, "what": what})


def as_row(specimen: Specimen) -> dict[str, Any]:
    """Return a recorded specimen as a row of the sheet."""
    return {
        "id": str(specimen.pk),
        "version": specimen.version,
        "number": specimen.number,
        "element": specimen.element_id.removeprefix("element."),
        "side": specimen.side,
        "zones": specimen.zones,
        "fragment_count": specimen.fragment_count,
        "weight_g": None if specimen.weight_g is None else f"{specimen.weight_g.normalize():f}",
        "completeness": specimen.completeness,
        "cohort": specimen.cohort,
        "tooth_status": (specimen.tooth_status_id or "").removeprefix("tooth_status.") or None,
        "notes": specimen.notes,
        "withdraw": False,
    }


def read_sheet(text: str) -> Sheet:
    """Return the rows that were sent, or a fault when they are no rows."""
    try:
        rows = json.loads(text)
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        sheet = Sheet([])
        sheet.say(_("The rows did not arrive whole. Nothing was saved; try once more."))
        return sheet
    sheet = Sheet(rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        sheet.say(
            _("At most %(most)d rows are saved at once; send the others afterwards.") % {"most": MOST_ROWS}
        )
    return sheet


def save_sheet(*, actor: User, find: Find, sheet: Sheet, recorded: dict[Any, Specimen], reason: str) -> bool:
    """Save what differs from what is recorded: added, changed and withdrawn specimens, all or none.

    `recorded` are the current specimens of the find by identifier. Faults come back in the sheet, each at its row.
    """
    statuses = frozenset(Code.objects.filter(scheme="tooth_status", in_use=True).values_list("pk", flat=True))
    added: list[tuple[int, Specimen]] = []
    changes: list[tuple[int, Specimen, int]] = []
    gone: list[tuple[int, Specimen, int]] = []
    for at, row in enumerate(sheet.rows):
        if not row.get("id") and (row.get("withdraw") or not _is_filled(row)):
            continue
        old = recorded.get(uuid_or_none(row.get("id"))) if row.get("id") else None
        if row.get("id") and old is None:
            sheet.say(_("It was withdrawn or moved meanwhile; open the sheet again."), at)
            continue
        if row.get("withdraw") and old is not None:
            gone.append((at, old, _version(row)))
            continue
        specimen = _filled(sheet, at, row, old, find)
        if specimen is None:
            continue
        try:
            # A status that has gone out of use stays where it stands.
            kept = {old.tooth_status_id} if old is not None and old.tooth_status_id else set()
            check_alone(specimen, statuses | kept)
        except Refusal as refusal:
            sheet.fault(refusal, at)
            continue
        if old is None:
            added.append((at, specimen))
        else:
            changes.append((at, specimen, _version(row)))
    if sheet.faults:
        return False
    return _write(actor, sheet, reason, added, changes, gone)


def _write(  # noqa: PLR0917 - the three parts of one save
    actor: User, sheet: Sheet, reason: str, added: list[Any], changes: list[Any], gone: list[Any]
) -> bool:
    places: list[int] = []
    try:
        with transaction.atomic():
            places = [at for at, *_rest in gone]
            sheet.withdrawn = withdraw_specimens(
                actor=actor, specimens=[(row, version) for _at, row, version in gone], reason=reason
            )
            places = [at for at, *_rest in changes]
            sheet.changed = change_specimens(
                actor=actor, changes=[(row, version) for _at, row, version in changes], reason=reason
            )
            places = [at for at, *_rest in added]
            sheet.added = log_specimens(actor=actor, records=[row for _at, row in added])
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        at = refusal.row
        sheet.fault(refusal, places[at] if at is not None and at < len(places) else None)
        sheet.added, sheet.changed, sheet.withdrawn = [], [], []
        return False
    return True


def _is_filled(row: dict[str, Any]) -> bool:
    return any(row.get(name) not in (None, "", []) for name in TYPED)


def _version(row: dict[str, Any]) -> int:
    version = row.get("version")
    return version if isinstance(version, int) else 0


def _filled(sheet: Sheet, at: int, row: dict[str, Any], old: Specimen | None, find: Find) -> Specimen | None:
    """Return the specimen that a row describes: a new one, or a copy of the recorded one with the row's values."""
    specimen = Specimen(find=find, case=find.case, handling=find.handling)
    if old is not None:
        for name in (f.attname for f in Specimen._meta.concrete_fields):
            setattr(specimen, name, getattr(old, name))
        specimen._state.adding = False
        specimen._state.db = old._state.db
    zones = row.get("zones") or []
    if not isinstance(zones, list) or not all(type(zone) is int for zone in zones):
        sheet.say(_("Zones are numbers, like 1-4, 6."), at, "zones")
        return None
    specimen.zones = zones
    if not row.get("side"):
        sheet.say(_("Choose the side; 'side not told' is one of the choices."), at, "side")
        return None
    for name in TYPED:
        value = row.get(name)
        if name == "zones":
            continue
        if value is not None and not isinstance(value, (str, int, float)):
            sheet.say(_("This cannot be read."), at, name)
            return None
        text = str("" if value is None else value).strip()
        if name in _CODES:
            setattr(specimen, f"{name}_id", f"{_CODES[name]}.{text}" if text else None)
        elif name in ("side", "notes"):
            setattr(specimen, name, text)
        else:
            setattr(specimen, name, text.replace(",", ".") if name == "weight_g" and text else text or None)
    return specimen
