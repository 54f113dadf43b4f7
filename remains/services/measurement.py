"""Measurements: kept as they were read and in millimetres. Never edited: withdrawn with a reason, and entered anew."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import access
from cases.ledger.context import change as named
from cases.models.base import Handling
from cases.models.code import Code
from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import not_in_future, refuse_withdrawn, told_kindly, withdraw_record
from remains.models.specimen import MM_IN, Measurement, Specimen
from remains.science.measurements import Limits, elements_measured, limits
from remains.services.specimen import in_row, lock_specimens

__all__ = ["check_alone", "create", "in_mm", "limits_of", "record_measurements", "withdraw"]

_THOUSANDTH = Decimal("0.001")
_REFERENCES = ("case", "specimen", "kind")


def in_mm(value: Decimal, unit: str) -> Decimal:
    """Return a reading in millimetres, to the thousandth. Raises `measurement.unit`."""
    if unit not in MM_IN:
        raise Invalid(
            "measurement.unit",
            _("A measurement is in mm, cm or inches."),
            field="unit",
            value=unit,
            way_forward=_("Choose the unit in which it was read."),
        )
    return (value * MM_IN[unit]).quantize(_THOUSANDTH, rounding=ROUND_HALF_UP)


def limits_of(kind: str, element: str) -> Limits | None:
    """Return how far a measurement goes on an element, or None where no table says. Raises `measurement.other_element`.

    `kind` and `element` are codes as they are stored, with their scheme.
    """
    measured, place = kind.removeprefix("measurement."), element.removeprefix("element.")
    places = elements_measured().get(measured)
    if places is None:
        return None  # an agency's own measurement
    if place not in places:
        raise Invalid(
            "measurement.other_element",
            _("This measurement is not taken on this element."),
            field="kind",
            value=measured,
            way_forward=_("Choose a measurement of the element, or mend the element first."),
        )
    return limits()[measured, place]


def record_measurements(
    *, actor: User, records: Sequence[Measurement], reason: str = ""
) -> list[Measurement]:
    """Record measurements, all or none. A value that no person is known for needs a note that says why it is right.

    Raises `measurement.unit`, `measurement.other_element`, `measurement.unusual`, `measurement.positive`,
    `record.withdrawn`, `record.day_in_future`; `row` says of which.
    """
    rows = list(records)
    if not rows:
        return []
    with transaction.atomic(), named(actor, "remains.measurement.created", reason=reason.strip()):
        stored = _specimens(actor, rows)
        kinds = Code.objects.in_bulk({row.kind_id for row in rows})
        for at, row in enumerate(rows):
            with in_row(at):
                row.kind = _kind(row, kinds)
                check_alone(row, stored[row.specimen_id])
        with told_kindly(rows[0]):
            Measurement.objects.bulk_create(rows, batch_size=1000)
    return rows


def create(*, actor: User, record: Measurement) -> Measurement:
    """Record one measurement. Raises what `record_measurements` raises."""
    try:
        [made] = record_measurements(actor=actor, records=[record])
    except Invalid as refusal:
        refusal.row = None
        raise
    return made


withdraw = withdraw_record


def check_alone(row: Measurement, specimen: Specimen) -> None:
    """Put a reading on its specimen, in millimetres, and refuse what cannot be, without a question to the database."""
    _fill(row, specimen)
    try:
        row.clean_fields(exclude=_REFERENCES)
    except ValidationError as error:
        name, faults = next(iter(error.error_dict.items()))
        raise Invalid(
            "record.invalid",
            " ".join(message for fault in faults for message in fault.messages),
            field=name,
            value=getattr(row, name, None),
        ) from error
    not_in_future(row, "measured_on")
    refuse_unusual(row)


def refuse_unusual(row: Measurement) -> None:
    """Refuse a value beyond every known person's, unless the note says why it is right all the same."""
    limit = limits_of(row.kind_id, row.specimen.element_id)
    if limit is None or row.note.strip() or limit.min_mm <= row.value_mm <= limit.max_mm:
        return
    raise Invalid(
        "measurement.unusual",
        _("%(kind)s: %(value)s mm is beyond what any person is known for.")
        % {"kind": row.kind, "value": f"{row.value_mm.normalize():f}"},
        field="value",
        value=f"{row.value} {row.unit}",
        rule=_("Usual is %(least)s to %(most)s mm.")
        % {"least": f"{limit.min_mm.normalize():f}", "most": f"{limit.max_mm.normalize():f}"},
        way_forward=_("Look at value and unit again; if they are right, say so in the note."),
    )


def _specimens(actor: User, rows: Sequence[Measurement]) -> dict[object, Specimen]:
    """Return the specimens that were measured, locked, on which the actor may record."""
    stored = lock_specimens(actor, [Specimen(pk=row.specimen_id) for row in rows], "view")
    for specimen in stored.values():
        access.require(actor, Measurement.permission("create"), specimen)
        refuse_withdrawn(specimen)
    return stored


def _kind(row: Measurement, kinds: dict[str, Code]) -> Code:
    kind = kinds.get(row.kind_id)
    if kind is None or kind.scheme != "measurement":
        raise Invalid("record.invalid", _("No measurement has this code."), field="kind", value=row.kind_id)
    return kind


def _fill(row: Measurement, specimen: Specimen) -> None:
    row.specimen, row.case = specimen, specimen.case
    if specimen.handling != Handling.OPEN:
        row.handling = specimen.handling
    row.note = row.note.strip()
    try:
        row.value = Measurement._meta.get_field("value").to_python(row.value)
    except ValidationError as error:
        raise Invalid("record.invalid", " ".join(error.messages), field="value", value=row.value) from error
    if row.value is None:
        raise Invalid("record.invalid", _("A measurement has a value."), field="value")
    if row.value <= 0:
        raise Invalid(
            "measurement.positive", _("A measurement is more than 0."), field="value", value=row.value
        )
    row.value_mm = in_mm(row.value, row.unit)
