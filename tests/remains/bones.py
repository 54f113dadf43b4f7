"""Specimens for tests, written as the services would number them."""

from __future__ import annotations

from typing import Any

from cases.ledger.context import change
from remains.models import Association, Find, Specimen
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
