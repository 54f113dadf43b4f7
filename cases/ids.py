"""Record identifiers: UUID version 7, so that the order of keys is the order of creation."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh, time-ordered identifier."""
    return uuid7()
