"""The admin of remains, one stem per file."""

from remains.admin import (
    alias,
    assessment,
    association,
    condition,
    estimate,
    find,
    individual,
    injury,
    minimum,
    specimen,
)

__all__ = [
    "alias",
    "assessment",
    "association",
    "condition",
    "estimate",
    "find",
    "individual",
    "injury",
    "minimum",
    "specimen",
]
