"""A checked mapping of a bone table: one row a bone with a column for each measurement, or one row a measurement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cases.importing.faults import InvalidValue
from cases.importing.fields import Field
from cases.importing.results import ADDED_COLUMNS, RefusedRow
from cases.importing.row_key import check_columns, digest_of, key_of
from cases.importing.table import Row, Table
from cases.refusals import Invalid, shown
from remains.importing import bone_fields
from remains.importing.bone_row import BoneRow, Reading
from remains.science.elements import elements


@dataclass(frozen=True, slots=True)
class Wide:
    """A column for each measurement, each with the unit in which it was read; a table need not have all of them."""

    columns: Mapping[str, tuple[str, str]]

    def required(self) -> set[str]:
        """Return the columns that must be there: none, but `check` wants one of them."""
        return set()


@dataclass(frozen=True, slots=True)
class Long:
    """A row for each measurement: in which column its name, its value and its unit stand."""

    kind: str
    codes: Mapping[str, str]
    value: str
    unit: str
    unit_column: str

    def required(self) -> set[str]:
        """Return the columns that must be there."""
        return {self.kind, self.value} | ({self.unit_column} if self.unit_column else set())


@dataclass(frozen=True, slots=True)
class BoneMapping:
    """A checked mapping; `load` in `remains.importing.bone_mapping_file` makes one."""

    name: str
    title: str
    source: str
    key_columns: tuple[str, ...]
    fields: tuple[Field, ...]
    measurements: Wide | Long | None
    units: Mapping[str, str] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    encoding: str | None = None
    separator: str | None = None

    def required_columns(self) -> set[str]:
        """Return the columns without which a table is not the one this mapping is for."""
        columns = {column for each in self.fields if not each.optional for column in each.columns}
        measured = self.measurements.required() if self.measurements else set()
        return columns | set(self.key_columns) | measured

    def check_header(self, header: Collection[str]) -> None:
        """Refuse a table that lacks columns which this mapping names. Raises `mapping.column_missing`."""
        check_columns(header, self.required_columns(), self.name)

    def map_table(self, table: Table) -> Iterator[BoneRow | RefusedRow]:
        """Yield one result for each row of the table, in order."""
        self.check_header(table.header)
        return (self.map_row(row) for row in table.rows())

    def map_row(self, row: Row) -> BoneRow | RefusedRow:
        """Map one row by itself; every reason against it is told, not only the first."""
        if row.fault:
            return RefusedRow(row.number, row.values, [row.fault])
        values, reasons = row.values, list[Invalid]()
        said = {}
        for each in self.fields:
            try:
                value = each.read(values)
            except InvalidValue as refused:
                refused.field = each.name
                reasons.append(refused)
            else:
                if value is not None:
                    said[each.name] = value
        reasons += _side_of(said, reasons) + _without_element(said, reasons)
        key = ""
        try:
            key = key_of(
                values,
                self.key_columns,
                _("The row does not say which bone it is: %(columns)s is blank."),
            )
        except InvalidValue as refused:
            reasons.append(refused)
        readings = self._readings(values, said, reasons)
        if reasons:
            return RefusedRow(row.number, values, reasons)
        bone = {name: value for name, value in said.items() if name not in bone_fields.OF_READINGS}
        if "measured_on" in said:
            bone["measured_on"] = said["measured_on"]
        return BoneRow(row.number, key, digest_of(values), values, bone, readings, self._leftovers(values))

    def _readings(
        self, values: Mapping[str, str], said: Mapping[str, str], reasons: list[Invalid]
    ) -> list[Reading]:
        found = []
        for column, kind, unit, text in self._cells(values, reasons):
            try:
                found.append(
                    Reading(
                        column,
                        kind,
                        bone_fields.reading(text),
                        unit,
                        said.get("observer", ""),
                        said.get("instrument", ""),
                        said.get("measurement_note", ""),
                    )
                )
            except InvalidValue as refused:
                refused.field = column
                reasons.append(refused)
        return found

    def _cells(
        self, values: Mapping[str, str], reasons: list[Invalid]
    ) -> Iterator[tuple[str, str, str, str]]:
        """Yield column, code, unit and text of each measurement that the row states."""
        measured = self.measurements
        if isinstance(measured, Wide):
            for column, (kind, unit) in measured.columns.items():
                text = values.get(column, "")
                if text and text not in self.blank:
                    yield column, kind, unit, text
        elif measured is not None:
            name, text = values[measured.kind], values[measured.value]
            if not text or text in self.blank:
                return
            kind = measured.codes.get(name, "")
            if not kind:
                reasons.append(_unknown_measurement(measured, name))
                return
            unit = measured.unit
            if measured.unit_column and values[measured.unit_column]:
                try:
                    unit = bone_fields.unit(values[measured.unit_column], self.units)
                except InvalidValue as refused:
                    refused.field = measured.unit_column
                    reasons.append(refused)
                    return
            if not unit:
                reasons.append(_at(measured.unit_column, _without_unit(text)))
                return
            yield measured.value, kind, unit, text

    def _leftovers(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the cells that nothing else keeps word for word, so that nothing of the source is lost."""
        kept = {column for each in self.fields if each.verbatim for column in each.columns}
        kept |= set(ADDED_COLUMNS)
        if isinstance(self.measurements, Wide):
            kept |= set(self.measurements.columns)
        return {column: text for column, text in values.items() if text and column not in kept}


def _side_of(said: dict[str, object], reasons: list[Invalid]) -> list[Invalid]:
    """Fill in the side of what has only one, and refuse to guess any other."""
    element = elements().get(str(said.get("element", "")))
    if element is None or "side" in said or any(reason.field == "side" for reason in reasons):
        return []
    if len(element.sides) == 1:
        said["side"] = next(iter(element.sides))
        return []
    return [
        _at(
            "side",
            InvalidValue(
                "specimen.side",
                _("The row gives no side for %(element)s.") % {"element": element.name},
                "",
                rule=_("That the side cannot be told is a finding, and stands as “unsided”."),
                way_forward=_("Write left, right or unsided."),
            ),
        )
    ]


def _without_element(said: dict[str, object], reasons: list[Invalid]) -> list[Invalid]:
    if "element" in said or any(reason.field == "element" for reason in reasons):
        return []
    return [
        _at(
            "element",
            InvalidValue(
                "row.element_blank",
                _("The row does not say which element it is."),
                "",
                way_forward=_("Fill it in; unid_fragment stands for one that nobody can name."),
            ),
        )
    ]


def _unknown_measurement(measured: Long, name: str) -> Invalid:
    return _at(
        measured.kind,
        InvalidValue(
            "value.unknown_code",
            _("“%(text)s” is no measurement that is known here.") % {"text": shown(name)},
            name,
            rule=_("Known are: %(known)s.") % {"known": shown(", ".join(measured.codes), 300)},
            way_forward=_("Correct the cell, or add the word to the mapping."),
        ),
    )


def _without_unit(text: str) -> InvalidValue:
    return InvalidValue(
        "measurement.unit",
        _("Nothing says in which unit %(text)s was read.") % {"text": shown(text)},
        text,
        rule=_("A measurement is in mm, cm or inches."),
        way_forward=_("Write the unit in which it was read."),
    )


def _at(name: str, reason: InvalidValue) -> Invalid:
    reason.field = name
    return reason
