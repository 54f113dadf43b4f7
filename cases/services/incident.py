"""Incidents, and the figures that named sources state about them or about a site.

Two sources may disagree, and one may contradict itself: no figure is checked against another.
"""

from __future__ import annotations

from cases.models.incident import Incident
from cases.models.user import User
from cases.services.record import change_record, create_record, not_in_future


def create(*, actor: User, record: Incident) -> Incident:
    """Record what is alleged to have happened, as somebody states it.

    Raises `incident.source`, `record.day_in_future`.
    """
    return create_record(actor=actor, record=record, rule=_stated_by_now)


def change(*, actor: User, record: Incident, version: int) -> Incident:
    """Change an incident. Raises what `create` raises."""
    return change_record(actor=actor, record=record, version=version, rule=_stated_by_now)


def _stated_by_now(incident: Incident) -> None:
    not_in_future(incident, "stated_on")
