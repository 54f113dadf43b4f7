"""The import of bones from a table of somebody else's: all good bones in one transaction, or nothing.

A bone is refused with all its rows or taken with all of them. What a row means stands in `remains.importing`; bones and
measurements are written through their own services, under the next numbers of their finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases import access
from cases.importing.faults import InvalidValue, MappingRefused
from cases.importing.results import ADDED_COLUMNS, RefusedRow
from cases.importing.row_key import LONGEST_KEY
from cases.importing.table import Table, open_table
from cases.models.case import Case
from cases.models.code import Code
from cases.models.user import User
from cases.refusals import Invalid, Refusal, shown
from cases.services.table_import import Progress, carry_out, reason_of, result_of
from cases.services.table_import_refused import KeptBack
from cases.services.table_import_result import SAMPLES
from remains.importing.bone_mapping import BoneMapping, Wide
from remains.importing.bone_mapping_file import load, recognise, shipped
from remains.importing.bone_row import Bone, BoneRow
from remains.models import Find, Measurement, Specimen
from remains.services import measurement, specimen
from remains.services.specimen_import_finds import Finds
from remains.services.specimen_import_result import BonesResult

__all__ = ["ACTION", "PERMISSION", "BonesResult", "import_specimens", "mapping_for"]

PERMISSION: Final = "remains.specimen:import"
ACTION: Final = "remains.specimen.imported"
#: A bone may stand in any rows of its table, so all of them are held until the last is read.
MOST_ROWS: Final = 100_000
BATCH: Final = 1_000


def import_specimens(
    *,
    actor: User,
    case: Case,
    path: Path | str,
    find: Find | UUID | str | None = None,
    mapping: BoneMapping | Path | str | None = None,
    dry_run: bool = False,
    encoding: str | None = None,
    separator: str | None = None,
    progress: Progress | None = None,
    refused_file: Path | None = None,
    file_name: str = "",
    expected_sha256: str = "",
    remark: str = "",
) -> BonesResult:
    """Import the bones of a table into finds of a case, or with `dry_run` say what would become of each row.

    `find` is the find of the bones whose row names none: a find, its id, its number or another label. For the rest see
    `import_sites`. Raises `access.*`, `case.closed`, `import.find_unknown`, `import.too_many_rows`, `table.*`,
    `mapping.*`, `import.file_changed`, `import.refused_file`, `import.collided`; after each nothing is imported.
    """
    access.require(actor, PERMISSION, case)
    codes = Code.objects.filter(scheme__in=("element", "tooth_status", "measurement")).in_bulk()
    table, chosen = _table_and_mapping(Path(path), mapping, encoding, separator, codes)
    result = result_of(
        BonesResult, case=case, table=table, mapping=chosen, file_name=file_name, dry_run=dry_run
    )
    result.unread_columns = _unread(table, chosen)

    def work(stored: Case, refused: KeptBack) -> None:
        finds = Finds(actor, stored, find)
        run = _Run(actor, stored, chosen, codes, finds, result, refused, reason_of(result, remark))
        run.take(_read(table, chosen, progress))

    return carry_out(
        actor=actor,
        case=case,
        action=ACTION,
        table=table,
        result=result,
        work=work,
        refused_file=refused_file,
        expected_sha256=expected_sha256,
        remark=remark,
    )


def mapping_for(
    header: list[str], mapping: BoneMapping | Path | str | None, codes: dict[str, Any]
) -> BoneMapping:
    """Return the mapping that is meant, or without one the shipped one that fits these columns best.

    Raises `mapping.none_fits` and what a mapping file is refused for.
    """
    if isinstance(mapping, BoneMapping):
        return mapping
    if mapping is not None:
        named = shipped().get(mapping) if isinstance(mapping, str) else None
        return load(named or Path(mapping), codes)
    found = recognise(header, codes)
    if found is None:
        raise MappingRefused(
            "mapping.none_fits",
            _("No mapping that comes with Taphos fits the columns of this table: %(columns)s.")
            % {"columns": shown(", ".join(header), 200)},
            ", ".join(header),
            _(
                "Write a mapping file that says which column is which (docs/import.md shows how) and name it, or give"
                " the table the columns of Taphos itself: label, element, side, and as many others as you have."
            ),
        )
    return found


def _table_and_mapping(
    path: Path,
    mapping: BoneMapping | Path | str | None,
    encoding: str | None,
    separator: str | None,
    codes: dict[str, Any],
) -> tuple[Table, BoneMapping]:
    chosen = mapping_for([], mapping, codes) if mapping is not None else None
    table = open_table(
        path,
        encoding=encoding or (chosen.encoding if chosen else None),
        separator=separator or (chosen.separator if chosen else None),
    )
    chosen = chosen or mapping_for(table.header, None, codes)
    chosen.check_header(table.header)
    return table, chosen


def _unread(table: Table, mapping: BoneMapping) -> list[str]:
    read = {column for each in mapping.fields for column in each.columns} | mapping.required_columns()
    if isinstance(mapping.measurements, Wide):
        read |= set(mapping.measurements.columns)
    return [column for column in table.header if column not in read and column not in ADDED_COLUMNS]


def _read(table: Table, mapping: BoneMapping, progress: Progress | None) -> list[BoneRow | RefusedRow]:
    rows: list[BoneRow | RefusedRow] = []
    for row in mapping.map_table(table):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Invalid(
                "import.too_many_rows",
                _("The table has more than %(limit)d rows.") % {"limit": MOST_ROWS},
                way_forward=_("Divide it into several files with the same header, each bone in one of them."),
            )
        if progress is not None and len(rows) % BATCH == 0:
            progress(len(rows), table.row_count)
    if progress is not None:
        progress(len(rows), table.row_count)
    return rows


class _Run:
    """Decides on every row of one table, and writes what is new."""

    def __init__(  # noqa: PLR0917 - what one run works with
        self,
        actor: User,
        case: Case,
        mapping: BoneMapping,
        codes: dict[str, Any],
        finds: Finds,
        result: BonesResult,
        refused: KeptBack,
        reason: str,
    ) -> None:
        self.reason = reason
        self.actor, self.case, self.mapping, self.codes = actor, case, mapping, codes
        self.finds, self.result, self.refused = finds, result, refused

    def take(self, rows: Sequence[BoneRow | RefusedRow]) -> None:
        """Put the rows together to bones, refuse what cannot be, and write the others unless it is a dry run."""
        faults: dict[int, list[Invalid]] = {}
        read = [row for row in rows if isinstance(row, BoneRow)]
        self.finds.look_up({row.fields.get("find", "") for row in read})
        bones: dict[tuple[object, str], Bone] = {}
        for row in read:
            place = self.finds.place(row.fields.get("find", ""))
            bones.setdefault((place, row.key), Bone([])).rows.append(row)
        self._refuse_with_the_refused(rows, bones.values(), faults)
        made: list[tuple[Bone, Specimen, list[Measurement]]] = []
        for bone in bones.values():
            if any(row.number in faults for row in bone.rows):
                continue
            reasons = self._reasons(bone)
            whole = None if reasons else self._made(bone, reasons)
            if whole is None:
                faults |= {row.number: reasons for row in bone.rows}
            else:
                made.append((bone, *whole))
        known = self._known([record for _bone, record, _readings in made])
        new = [each for each in made if each[1].import_key not in known]
        for bone, record, _readings in made:
            if record.import_key in known:
                self._there(bone, known[record.import_key], faults)
        self._tell(rows, faults, {row.number for bone, *_rest in new for row in bone.rows})
        for bone, record, readings in new:
            self._count(bone, record, readings)
        if not self.result.dry_run:
            self._write(new)

    def _refuse_with_the_refused(
        self,
        rows: Sequence[BoneRow | RefusedRow],
        bones: Iterable[Bone],
        faults: dict[int, list[Invalid]],
    ) -> None:
        """Refuse the other rows of a bone of which one row is refused: it is imported whole, or not."""
        columns = self.mapping.key_columns
        keys: dict[tuple[str, ...], list[Bone]] = {}
        for bone in bones:
            keys.setdefault(tuple(bone.rows[0].values[column] for column in columns), []).append(bone)
        for row in rows:
            if not isinstance(row, RefusedRow):
                continue
            faults[row.number] = row.reasons
            same = keys.get(tuple(row.values.get(column, "") for column in columns), [])
            for other in (each for bone in same for each in bone.rows):
                reason = InvalidValue(
                    "row.bone_refused",
                    _("Row %(number)d is about the same bone and is refused.") % {"number": row.number},
                    other.key,
                    rule=_("A bone is imported with all its rows, or not."),
                    way_forward=_("Correct that row, and load both again."),
                )
                faults.setdefault(other.number, []).append(reason)

    # --- one bone

    def _reasons(self, bone: Bone) -> list[Invalid]:
        first = bone.rows[0]
        if len(bone.rows) > 1 and (
            self.mapping.measurements is None or isinstance(self.mapping.measurements, Wide)
        ):
            numbers = ", ".join(str(row.number) for row in bone.rows)
            return [
                InvalidValue(
                    "row.key_repeated",
                    _("Rows %(numbers)s have the same key “%(key)s”.")
                    % {"numbers": numbers, "key": shown(bone.key)},
                    bone.key,
                    rule=_("One key stands for one bone; which of the rows is right is not guessed."),
                    way_forward=_("Remove all but one of them, or give each bone a key of its own."),
                )
            ]
        for row in bone.rows[1:]:
            differing = sorted(
                name
                for name in {**first.fields, **row.fields}
                if name != "measured_on" and first.fields.get(name) != row.fields.get(name)
            )
            if differing:
                return [
                    InvalidValue(
                        "row.key_repeated",
                        _("Rows %(first)d and %(row)d have the same key “%(key)s” but differ in %(fields)s.")
                        % {
                            "first": first.number,
                            "row": row.number,
                            "key": shown(bone.key),
                            "fields": ", ".join(differing),
                        },
                        bone.key,
                        rule=_("One key stands for one bone."),
                        way_forward=_("Correct one of them, or give each bone a key of its own."),
                    )
                ]
        return self._measured_twice(bone)

    @staticmethod
    def _measured_twice(bone: Bone) -> list[Invalid]:
        seen: dict[tuple[Any, ...], int] = {}
        for row in bone.rows:
            for each in row.readings:
                what = (each.kind, each.observer, each.instrument, row.fields.get("measured_on"))
                if what in seen:
                    return [
                        InvalidValue(
                            "row.measured_twice",
                            _("Rows %(first)d and %(row)d state %(kind)s of “%(key)s” by the same observer.")
                            % {
                                "first": seen[what],
                                "row": row.number,
                                "kind": each.kind,
                                "key": shown(bone.key),
                            },
                            str(each.value),
                            rule=_("A measurement is repeated by another observer, instrument or day."),
                            way_forward=_("Say who, with what or when in one of them, or remove one."),
                        )
                    ]
                seen[what] = row.number
        return []

    def _made(self, bone: Bone, reasons: list[Invalid]) -> tuple[Specimen, list[Measurement]] | None:
        """Return the bone as it would be recorded, with every reason against it put into `reasons`."""
        said = dict(bone.fields)
        find = None
        try:
            find = self.finds.named(said.pop("find", ""))
        except Invalid as refusal:
            reasons.append(refusal)
        said.pop("measured_on", None)
        element, status = f"element.{said.pop('element')}", said.pop("tooth_status", None)
        record = Specimen(
            case=self.case,
            find=find,
            element=self.codes.get(element),
            tooth_status=self._status(status, reasons) if status else None,
            handling=find.handling if find else "open",
            import_source=self.mapping.source,
            import_key=_key_in(find, bone),
            source_row=_source_row(bone),
            **said,
        )
        _keep(reasons, lambda: specimen.check_alone(record))
        readings = []
        for row in bone.rows:
            for each in row.readings:
                reading = Measurement(
                    kind=self.codes[each.kind],
                    value=each.value,
                    unit=each.unit,
                    observer=each.observer or _not_stated(self.mapping),
                    instrument=each.instrument,
                    measured_on=row.fields.get("measured_on"),
                    note=each.note,
                )
                _keep(reasons, lambda reading=reading: measurement.check_alone(reading, record), each.column)
                readings.append(reading)
        return None if reasons else (record, readings)

    def _status(self, word: str, reasons: list[Invalid]) -> Any:
        code = self.codes.get(f"tooth_status.{word.removeprefix('tooth_status.')}")
        if code is None:
            reason = InvalidValue(
                "value.unknown_code",
                _("“%(text)s” is no tooth status.") % {"text": shown(word)},
                word,
                way_forward=_("Correct the cell, or add the word to the mapping."),
            )
            reason.field = "tooth_status"
            reasons.append(reason)
        return code

    # --- what is there

    def _known(self, records: Sequence[Specimen]) -> dict[str, Any]:
        keys = [record.import_key for record in records]
        rows = Specimen.objects.filter(
            case=self.case, import_source=self.mapping.source, import_key__in=keys
        ).only("id", "case", "number", "import_key", "source_row", "withdrawn_at", "handling")
        return {row.import_key: row for row in rows}

    def _there(self, bone: Bone, known: Any, faults: dict[int, list[Invalid]]) -> None:
        if (known.source_row or {}).get("digest") == bone.digest:
            self.result.already_there += len(bone.rows)
            self.result.bones_there += 1
            self.result.withdrawn += len(bone.rows) if known.withdrawn_at is not None else 0
            return
        seen = known.handling in access.handlings_seen(access.roles_in(self.actor, self.case))
        reason = InvalidValue(
            "row.changed_since_import",
            _("%(specimen)s was imported from this row before, and the table says otherwise now.")
            % {"specimen": known.number if seen else _("A specimen")},
            bone.key,
            rule=_("What was recorded first is not overwritten by an import."),
            way_forward=_("Enter the change on the page of the specimen, where it is kept with your name."),
        )
        faults |= {row.number: [reason] for row in bone.rows}

    # --- what comes of it

    def _tell(
        self, rows: Sequence[BoneRow | RefusedRow], faults: dict[int, list[Invalid]], new: set[int]
    ) -> None:
        for row in rows:
            if row.number in faults:
                refused = RefusedRow(row.number, row.values, faults[row.number])
                self.result.refuse(refused)
                self.refused.write(refused)
            elif row.number in new:
                self.result.created += 1

    def _count(self, bone: Bone, record: Specimen, readings: list[Measurement]) -> None:
        self.result.bones += 1
        self.result.measurements += len(readings)
        what = f"{record.element.label}, {record.get_side_display()}"
        self.result.tally[what] = self.result.tally.get(what, 0) + 1
        if len(self.result.samples) < SAMPLES:
            self.result.samples.append(
                {
                    "row": ", ".join(str(row.number) for row in bone.rows[:5]),
                    "key": bone.key,
                    "find": record.find.number,
                    "element": str(record.element.label),
                    "side": str(record.get_side_display()),
                    "zones": ", ".join(map(str, record.zones)),
                    "measurements": "; ".join(
                        f"{each.kind.label}: {each.value.normalize():f} {each.unit}" for each in readings
                    ),
                }
            )

    def _write(self, new: Sequence[tuple[Bone, Specimen, list[Measurement]]]) -> None:
        for batch in _batches(new):
            records = [record for _bone, record, _readings in batch]
            specimen.log_specimens(actor=self.actor, records=records, reason=self.reason)
            measurement.record_measurements(
                actor=self.actor,
                records=[reading for _bone, _record, readings in batch for reading in readings],
                reason=self.reason,
            )


def _keep(reasons: list[Invalid], check: Any, field: str | None = None) -> None:
    """Do a check, and keep what it refuses among the reasons."""
    try:
        check()
    except Refusal as refusal:
        kept = InvalidValue(
            refusal.code,
            refusal.message,
            str(refusal.value if refusal.value is not None else ""),
            rule=refusal.rule,
            way_forward=refusal.way_forward,
        )
        kept.field = field or refusal.field
        reasons.append(kept)


def _key_in(find: Any, bone: Bone) -> str:
    """Return the key under which a bone is known again: a label tells bones of one find apart, not of a whole case."""
    key = f"{find.number if find else ''} | {bone.key}"
    return key if len(key) <= LONGEST_KEY else f"{key[:160]}… {sha256(key.encode()).hexdigest()[:32]}"


def _source_row(bone: Bone) -> dict[str, Any]:
    return {
        "rows": [row.number for row in bone.rows],
        "digest": bone.digest,
        "cells": [row.leftovers for row in bone.rows],
    }


def _not_stated(mapping: BoneMapping) -> str:
    """Return who measured where the table does not say: stored, so in no language but the source's own."""
    return f"{mapping.source} (observer not stated)"


def _batches(new: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(new), BATCH):
        yield new[start : start + BATCH]
