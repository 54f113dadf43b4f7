"""Short ways to write specimens and measurements in tests."""

from __future__ import annotations

from typing import Any

from cases.models import User
from remains.models import Find, Measurement, Specimen
from remains.services.specimen import log_specimens


def bone(find: Find, element: str = "femur", side: str = "left", **fields: Any) -> Specimen:
    """Return a specimen that is not written yet."""
    return Specimen(find=find, case=find.case, element_id=f"element.{element}", side=side, **fields)


def log(actor: User, find: Find, *places: tuple[str, str], **fields: Any) -> list[Specimen]:
    """Log bones of these elements and sides."""
    return log_specimens(actor=actor, records=[bone(find, *place, **fields) for place in places])


def reading(
    specimen: Specimen, value: Any, unit: str = "mm", kind: str = "fem_max_length", **more: Any
) -> Measurement:
    """Return a measurement that is not written yet."""
    return Measurement(
        **{
            "specimen": specimen,
            "case": specimen.case,
            "kind_id": f"measurement.{kind}",
            "value": value,
            "unit": unit,
            "observer": "Anthropologist",
            **more,
        }
    )
