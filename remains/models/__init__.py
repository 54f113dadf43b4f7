"""The records of remains, one stem per file."""

from remains.models.assessment import Assessment, AssessmentStatus
from remains.models.association import Association, AssociationKind, Individual, IndividualPart, Stage
from remains.models.condition import ConditionNote
from remains.models.estimate import Certainty, Estimate, EstimateKind, IntervalMeaning, Sex
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
from remains.models.injury import Injury, InjuryTiming
from remains.models.minimum import StatedGroup, StatedMinimum
from remains.models.specimen import Cohort, Completeness, Measurement, Side, Specimen, Unit

__all__ = [
    "Articulation",
    "Assessment",
    "AssessmentStatus",
    "Association",
    "AssociationKind",
    "Certainty",
    "Cohort",
    "Completeness",
    "ConditionNote",
    "Estimate",
    "EstimateKind",
    "Find",
    "FindAlias",
    "FindCategory",
    "FindStatus",
    "Individual",
    "IndividualPart",
    "Injury",
    "InjuryTiming",
    "IntervalMeaning",
    "Lineage",
    "LineageKind",
    "Measurement",
    "Observed",
    "Sex",
    "Side",
    "Specimen",
    "Stage",
    "StatedGroup",
    "StatedMinimum",
    "Unit",
]
