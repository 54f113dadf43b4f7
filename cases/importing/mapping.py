"""From rows of a foreign table to sites of ours, as a mapping file declares it.

A mapping says which column feeds which field, what makes a row's key, which figures a source states and what
would contradict what. It invents nothing: no default for a finding, no status, no count. It writes nothing.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cases import geometry
from cases.importing.faults import InvalidValue
from cases.importing.fields import Field
from cases.importing.results import (
    ADDED_COLUMNS,
    FigureAsStated,
    FurtherRow,
    MappedRow,
    RefusedRow,
    RepeatedRow,
    Result,
)
from cases.importing.row_key import check_columns, digest_of, key_of
from cases.importing.rules import Rule
from cases.importing.table import Row, Table
from cases.importing.values import whole_number
from cases.refusals import Invalid, shown

LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping; `load` in `cases.importing.mapping_file` makes one."""

    name: str
    title: str
    source: str
    stated_edtf: str
    key_columns: tuple[str, ...]
    may_differ: frozenset[str]
    fields: tuple[Field, ...]
    figures: dict[str, str]
    rules: tuple[Rule, ...]
    informant_column: str = ""
    encoding: str | None = None
    separator: str | None = None
    verbatim: frozenset[str] = field(default_factory=frozenset)

    def required_columns(self) -> set[str]:
        """Return the columns without which a table is not the one this mapping is for."""
        columns = {column for each in self.fields if not each.optional for column in each.columns}
        rules = {column for rule in self.rules for column in rule.columns}
        columns |= {*self.key_columns, *self.figures.values(), *self.may_differ, *rules}
        return columns | ({self.informant_column} if self.informant_column else set())

    def map_table(self, table: Table) -> Iterator[Result]:
        """Return one result for each row of `table`, in order. Raises `mapping.column_missing` at once."""
        self.check_header(table.header)
        return self.map_rows(table.rows())

    def check_header(self, header: Collection[str]) -> None:
        """Refuse a table that lacks columns which this mapping names. Raises `mapping.column_missing`."""
        check_columns(header, self.required_columns(), self.name)

    def map_rows(self, rows: Iterable[Row]) -> Iterator[Result]:
        """Yield one result for each row, in order.

        Remembers of each key its row and a hash of each cell (some 400 bytes a row), so that a repeated key
        is told from a repeated row, and what differs is named.
        """
        seen: dict[str, tuple[int, bytes]] = {}
        for row in rows:
            result = self.map_row(row)
            if isinstance(result, RefusedRow):
                yield result
                continue
            marks = _marks(row.values)
            first = seen.get(result.key)
            if first is None:
                seen[result.key] = row.number, marks
                yield result
            else:
                yield self._later(row, result, first[0], first[1], marks)

    def map_row(self, row: Row) -> MappedRow | RefusedRow:
        """Map one row by itself; every reason against it is told, not only the first."""
        if row.fault:
            return RefusedRow(row.number, row.values, [row.fault])
        values, reasons, fields = row.values, list[Invalid](), dict[str, Any]()
        for each in self.fields:
            try:
                value = each.read(values)
            except InvalidValue as refused:
                refused.field = each.name
                reasons.append(refused)
            else:
                if value is not None:
                    fields[each.name] = value
        numbers = self._numbers(values, reasons)
        reasons += _without_name(fields, reasons) + _misplaced(fields, reasons)
        key = ""
        try:
            key = self._key(values)
        except InvalidValue as refused:
            reasons.append(refused)
        if reasons:
            return RefusedRow(row.number, values, reasons)
        return MappedRow(
            row.number,
            key,
            digest_of(values),
            digest_of(values, self.may_differ) if self.may_differ else "",
            values,
            fields,
            self._figures(values, numbers),
            [flag for rule in self.rules if (flag := rule.flag(values, numbers))],
            self._leftovers(values),
        )

    def _numbers(self, values: MappingABC[str, str], reasons: list[Invalid]) -> dict[str, int]:
        numbers = {}
        for measure, column in self.figures.items():
            if text := values[column]:
                try:
                    numbers[measure] = whole_number(text)
                except InvalidValue as refused:
                    refused.field = column
                    reasons.append(refused)
        return numbers

    def _figures(self, values: MappingABC[str, str], numbers: dict[str, int]) -> list[FigureAsStated]:
        informant = values[self.informant_column] if self.informant_column else ""
        # Stored, so in no language but the source's own.
        source = shown(f"{self.source} ({informant})", LONGEST_SOURCE - 1) if informant else self.source
        return [
            FigureAsStated(f"measure.{measure}", number, source, self.stated_edtf, self.figures[measure])
            for measure, number in numbers.items()
        ]

    def _key(self, values: MappingABC[str, str]) -> str:
        if not self.key_columns:
            return f"row {digest_of(values)[:32]}"
        return key_of(
            values, self.key_columns, _("The row does not say which site it is: %(columns)s is blank.")
        )

    def _leftovers(self, values: MappingABC[str, str]) -> dict[str, str]:
        """Return what the fields do not keep word for word, so that nothing of the source is lost."""
        kept = self.verbatim
        return {column: text for column, text in values.items() if text and column not in kept}

    def _later(self, row: Row, result: MappedRow, first_number: int, first: bytes, marks: bytes) -> Result:
        if marks == first:
            return RepeatedRow(row.number, result.key, first_number)
        columns = [name for name in row.values if name not in ADDED_COLUMNS]
        differing = [
            name for n, name in enumerate(columns) if first[8 * n : 8 * n + 8] != marks[8 * n : 8 * n + 8]
        ]
        if self.may_differ.issuperset(differing):
            said = {name: row.values[name] for name in differing}
            return FurtherRow(row.number, result.key, result.digest, first_number, row.values, said)
        reason = InvalidValue(
            "row.key_repeated",
            _("Row %(first)d has the same key “%(key)s” but says otherwise in %(columns)s.")
            % {"first": first_number, "key": shown(result.key), "columns": ", ".join(differing)},
            result.key,
            rule=_("One key stands for one site; what was recorded first is not overwritten."),
            way_forward=_("Correct one of the two rows, or give this one a key of its own."),
        )
        return RefusedRow(row.number, row.values, [reason])


def _without_name(fields: dict[str, Any], reasons: list[Invalid]) -> list[Invalid]:
    if "name" in fields or any(reason.field == "name" for reason in reasons):
        return []
    missing = InvalidValue(
        "row.name_blank",
        _("The row gives the site no name."),
        "",
        way_forward=_("Fill in the name, or let the mapping take it from another column as well (first_of)."),
    )
    missing.field = "name"
    return [missing]


def _misplaced(fields: dict[str, Any], reasons: list[Invalid]) -> list[Invalid]:
    """Return what is wrong with the position as a whole."""
    if any(reason.field in ("longitude", "latitude") for reason in reasons):
        return []
    longitude: Decimal | None = fields.get("longitude")
    latitude: Decimal | None = fields.get("latitude")
    if longitude is None and latitude is None:
        return []
    if longitude is None or latitude is None:
        half = InvalidValue(
            "row.half_position",
            _("The row gives only one of longitude and latitude."),
            str(longitude if latitude is None else latitude),
            way_forward=_("Give both, or neither when the place is not known."),
        )
        half.field = "longitude" if longitude is None else "latitude"
        return [half]
    try:
        geometry.point(float(longitude), float(latitude))
    except geometry.InvalidGeometry as refused:
        refused.field = "longitude"
        return [refused]
    return []


def _marks(values: MappingABC[str, str]) -> bytes:
    """Return eight bytes of hash for each cell, which hold for as long as the program runs."""
    return array(
        "q", (hash(text) for column, text in values.items() if column not in ADDED_COLUMNS)
    ).tobytes()
