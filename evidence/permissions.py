"""The permissions of evidence: which roles may do what."""

from __future__ import annotations

from cases.access import declare
from cases.permissions import TEAM

declare(
    {
        # Whoever sees a record may print what they see; every paper and label is logged.
        "evidence.report:make": TEAM,
        "evidence.label:print": TEAM,
    }
)
