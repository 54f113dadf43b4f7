"""Specimens for tests, written as the services would number them."""

from __future__ import annotations

from typing import Any

from cases.ledger.context import change
from remains.models import Association, ConditionNote, Find, Injury, Specimen
from remains.services.association import record_association
from tests.actors import INSTALLER, Cast


def bone(find: Find, element: str = "femur", side: str = "left", *zones: int, **fields: Any) -> Specimen:
    """Return a new specimen of a find."""
    serial = Specimen.objects.filter(find=find).count() + 1
    with change(INSTALLER, "tests.specimen.made"):
        return Specimen.objects.create(
            case=find.case,
            find=find,
            serial=serial,
            number=f"{find.number}/{serial}",
            element_id=f"element.{element}",
            side=side,
            zones=list(zones),
            **fields,
        )


def associate(
    cast: Cast, first: Specimen, second: Specimen, kind: str, stage: str = "final", **fields: Any
) -> Association:
    """Return a new association, recorded by the anthropologist."""
    values = {"basis": "edges match", "observer": "A. Examiner", **fields}
    return record_association(
        actor=cast.anthropologist,
        record=Association(
            case_id=first.case_id, first=first, second=second, kind=kind, stage=stage, **values
        ),
    )


def hurt(specimen: Specimen, timing: str = "peri", zone: int | None = None, **fields: Any) -> Injury:
    """Return an injury of a specimen."""
    values = {
        "mechanism_id": "injury_mechanism.blunt",
        "place": "" if zone else "shaft",
        "description": "broken, edges sharp",
        "observer": "A. N.",
        **fields,
    }
    with change(INSTALLER, "tests.injury.made"):
        return Injury.objects.create(
            case_id=specimen.case_id, specimen=specimen, timing=timing, zone=zone, **values
        )


def noted(specimen: Specimen, zone: int | None = None, **fields: Any) -> ConditionNote:
    """Return a condition note of a specimen."""
    values = {"kind_id": "condition.adhering_roots", "note": "roots all over", "observer": "A. N.", **fields}
    with change(INSTALLER, "tests.condition.made"):
        return ConditionNote.objects.create(
            case_id=specimen.case_id, find_id=specimen.find_id, specimen=specimen, zone=zone, **values
        )
