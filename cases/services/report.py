"""Discovery reports: how word of a place came in."""

from __future__ import annotations

from cases import geometry
from cases.models.report import DiscoveryReport
from cases.models.user import User
from cases.services.record import change_record, create_record, not_in_future


def create(*, actor: User, record: DiscoveryReport) -> DiscoveryReport:
    """Record a report. Raises `record.day_in_future`, `record.position_whole`, `geometry.*`."""
    return create_record(actor=actor, record=record, rule=_possible)


def change(*, actor: User, record: DiscoveryReport, version: int) -> DiscoveryReport:
    """Change a report. Raises what `create` raises."""
    return change_record(actor=actor, record=record, version=version, rule=_possible)


def _possible(report: DiscoveryReport) -> None:
    not_in_future(report, "received_on")
    if report.longitude is None or report.latitude is None:
        return
    try:
        geometry.point(float(report.longitude), float(report.latitude))
    except geometry.InvalidGeometry as refusal:
        refusal.field = "longitude"
        raise
