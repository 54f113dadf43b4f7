"""Agencies: the administrator adds and renames them."""

from __future__ import annotations

from cases.models.agency import Agency
from cases.models.user import User
from cases.services.record import change_record, create_record


def create(*, actor: User, record: Agency) -> Agency:
    """Add an agency. Raises `record.taken`, `agency.country_form`."""
    return create_record(actor=actor, record=record, prepare=_settle)


def change(*, actor: User, record: Agency, version: int) -> Agency:
    """Change an agency. Raises what `create` raises."""
    return change_record(actor=actor, record=record, version=version, prepare=_settle)


def _settle(agency: Agency) -> None:
    agency.country = agency.country.strip().upper()
