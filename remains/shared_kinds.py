"""What of remains may be shared, and what of it an agreement withholds."""

from __future__ import annotations

from typing import Any

from cases.exchange.contributed import take
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
from remains.services.find import change_find
from remains.services.find_log import add_alias, log_find

share(Find, place=["remarks", "storage_place"], names=["finder_as_named"])
share(FindAlias)
share(Lineage)
share(ConditionNote, names=["observer"])
# A row of a source may say anything.
share(
    Specimen,
    place=["source_row", "import_key"],
    informants=["source_row", "import_key"],
    genetics=["dna_group", "source_row"],
    names=["source_row", "import_key"],
)
share(Measurement, names=["observer"])
share(Injury, names=["observer"])
share(Association, genetics=["basis"], names=["observer"])
share(Individual)
share(IndividualPart)
# What a laboratory found of DNA is the basis of the estimate that was accepted from it.
share(Estimate, genetics=["basis", "method"], names=["observer"])
share(StatedMinimum)
share(StatedGroup)
# The proof of a number names DNA groups and every record it rests on.
share(Assessment, genetics=["result", "inputs", "reasoning"])


def _log(actor: Any, record: Find, contribution: Any) -> Find:
    """Log what a partner's team found under a number of the case; the partner's own stays as its other label."""
    find = log_find(actor=actor, record=record)
    add_alias(
        actor=actor, find=find, label=contribution.identifier, origin=contribution.client.agency.short_name
    )
    return find


def _change(actor: Any, record: Find, version: int) -> Find:
    return change_find(actor=actor, record=record, version=version)


take(Find, _log, _change)
