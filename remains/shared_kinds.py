"""What of remains may be shared, and what of it an agreement withholds."""

from __future__ import annotations

from cases.exchange.kinds import share
from remains.models import (
    Assessment,
    Association,
    ConditionNote,
    Estimate,
    Find,
    FindAlias,
    Individual,
    IndividualPart,
    Injury,
    Lineage,
    Measurement,
    Specimen,
    StatedGroup,
    StatedMinimum,
)

share(Find, place=["remarks", "storage_place"], names=["finder_as_named"])
share(FindAlias)
share(Lineage)
share(ConditionNote, names=["observer"])
share(Specimen, genetics=["dna_group"], names=["source_row"])
share(Measurement, names=["observer"])
share(Injury, names=["observer"])
share(Association, genetics=["basis"], names=["observer"])
share(Individual)
share(IndividualPart)
share(Estimate, names=["observer"])
share(StatedMinimum)
share(StatedGroup)
# The proof of a number names DNA groups and every record it rests on.
share(Assessment, genetics=["result", "inputs", "reasoning"])
