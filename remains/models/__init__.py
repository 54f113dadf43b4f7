"""The records of remains, one stem per file."""

from remains.models.condition import ConditionNote
from remains.models.estimate import Certainty, Estimate, EstimateKind, Sex
from remains.models.find import (
    Articulation,
    Find,
    FindAlias,
    FindCategory,
    FindStatus,
    Lineage,
    LineageKind,
    Observed,
)
from remains.models.minimum import StatedGroup, StatedMinimum

__all__ = [
    "Articulation",
    "Certainty",
    "ConditionNote",
    "Estimate",
    "EstimateKind",
    "Find",
    "FindAlias",
    "FindCategory",
    "FindStatus",
    "Lineage",
    "LineageKind",
    "Observed",
    "Sex",
    "StatedGroup",
    "StatedMinimum",
]
