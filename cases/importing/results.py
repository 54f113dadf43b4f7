"""What becomes of a row: a site, more about a site, a repetition, or a refusal."""

from dataclasses import dataclass
from typing import Any

from cases.importing.rules import Flag
from cases.refusals import Invalid

#: Columns that the file of refused rows adds, and that are no part of the source when it is loaded again.
ADDED_COLUMNS = ("taphos_row", "taphos_reason")


@dataclass(frozen=True, slots=True)
class FigureAsStated:
    """A number of people as a source states it; never a count of ours."""

    measure: str
    number: int
    source: str
    stated_edtf: str
    note: str


@dataclass(frozen=True, slots=True)
class MappedRow:
    """A row that describes a site. `fields` holds what it says, `values` its cells as they stand.

    `digest` tells whether it has changed; `common` is that of the cells in which rows of one key may not differ.
    """

    number: int
    key: str
    digest: str
    common: str
    values: dict[str, str]
    fields: dict[str, Any]
    figures: list[FigureAsStated]
    flags: list[Flag]
    leftovers: dict[str, str]


@dataclass(frozen=True, slots=True)
class FurtherRow:
    """A later row about the site of row `first_number`, different only where the mapping allows it."""

    number: int
    key: str
    digest: str
    first_number: int
    values: dict[str, str]
    leftovers: dict[str, str]


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row that says word for word what row `first_number` said."""

    number: int
    key: str
    first_number: int


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not taken, as it stands in the file, and why."""

    number: int
    values: dict[str, str]
    reasons: list[Invalid]


Result = MappedRow | FurtherRow | RepeatedRow | RefusedRow
