"""The import of bones: counts that can be worked out by hand, errors by row, nothing half, nothing twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from cases.importing.faults import MappingRefused
from cases.ledger.context import change
from cases.models import LedgerEntry
from remains.importing.bone_mapping_file import load, shipped
from remains.models import FindAlias, Measurement, Specimen
from remains.science.mni import SpecimenRecord, minimum_number_of_individuals
from remains.services.specimen import withdraw
from remains.services.specimen_import import BonesResult, import_specimens
from tests.actors import INSTALLER, Cast, make_find
from tests.refused import refused

#: So many bones of each, with what was measured of them (mm): 250 bones, 410 measurements.
SHELF = [
    ("femur", "left", 30, {"fem_max_length": 430, "fem_head_diameter": 44}),
    ("femur", "right", 25, {"fem_max_length": 431, "fem_head_diameter": 45}),
    ("humerus", "left", 40, {"hum_max_length": 310}),
    ("humerus", "right", 35, {"hum_max_length": 312}),
    ("tibia", "left", 20, {"tib_length": 360, "tib_proximal_breadth": 70}),
    ("tibia", "right", 20, {"tib_length": 361, "tib_proximal_breadth": 71}),
    ("radius", "left", 45, {"rad_max_length": 235}),
    ("radius", "right", 35, {}),
]
MEASURED = ["fem_max_length", "fem_head_diameter", "hum_max_length", "tib_length", "tib_proximal_breadth"]
COLUMNS = ["label", "element", "side", "zones", *MEASURED, "rad_max_length", "observer"]


def shelf() -> list[dict[str, str]]:
    rows = []
    for element, side, count, measured in SHELF:
        for number in range(count):
            values = {name: str(value + number % 5) for name, value in measured.items()}
            label = f"{element[0]}{side[0]}{number}"
            rows.append(
                {"label": label, "element": element, "side": side, "zones": "3", "observer": "AE", **values}
            )
    return rows


def written(path: Path, rows: list[dict[str, str]], columns: list[str] = COLUMNS) -> Path:
    lines = [";".join(columns), *(";".join(row.get(column, "") for column in columns) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "bones.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def take(cast: Cast, path: Path, **how: Any) -> BonesResult:
    return import_specimens(actor=cast.anthropologist, case=cast.case_a, path=path, find=cast.find_a, **how)


def codes(result: BonesResult) -> Counter[str]:
    return Counter(result.reasons)


def test_250_measured_bones_give_the_counts_worked_out_by_hand(cast: Cast, tmp_path: Path) -> None:
    result = take(cast, written(tmp_path / "shelf.csv", shelf()))
    assert (result.rows, result.bones, result.created, result.refused) == (250, 250, 250, 0)
    assert result.measurements == 2 * (30 + 25 + 20 + 20) + 40 + 35 + 45
    assert result.tally["Radius, left"] == 45
    assert Specimen.objects.count() == 250
    assert Measurement.objects.count() == result.measurements
    records = [
        SpecimenRecord(s.number, s.element_id.removeprefix("element."), s.side, frozenset(s.zones))  # type: ignore[arg-type]
        for s in Specimen.objects.all()
    ]
    assert minimum_number_of_individuals(records).count == 45
    numbers = Specimen.objects.order_by("serial").values_list("number", flat=True)
    assert (numbers[0], len(set(numbers))) == ("KHJ01-0001.001", 250)


def test_a_workbook_gives_the_same(cast: Cast, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(COLUMNS)
    for row in shelf()[:30]:
        cells = [row.get(column) for column in COLUMNS]
        sheet.append([int(cell) if cell and cell.isdigit() else cell for cell in cells])
    book.save(tmp_path / "shelf.xlsx")
    result = take(cast, tmp_path / "shelf.xlsx")
    assert (result.bones, result.measurements, result.refused) == (30, 60, 0)


def test_errors_come_back_by_row_and_the_others_are_imported(cast: Cast, tmp_path: Path) -> None:
    rows = shelf()
    rows[0] |= {"element": "femurr"}
    rows[10] |= {"side": ""}
    rows[20] |= {"zones": "3, 99"}
    rows[30] |= {"fem_max_length": "4310"}
    rows[40] |= {"hum_max_length": "310"}
    rows[50] |= {"fem_head_diameter": "0"}
    rows[60] |= {"label": ""}
    rows[70] |= {"hum_max_length": "31O"}
    path = written(tmp_path / "shelf.csv", rows)
    result = take(cast, path, refused_file=tmp_path / "refused.csv")
    said = {row["number"]: " ".join(row["reasons"]) for row in result.refused_rows}
    assert sorted(said) == [2, 12, 22, 32, 42, 52, 62, 72]
    assert result.bones == 242
    assert codes(result) == Counter(
        {
            "specimen.element": 1,
            "specimen.side": 1,
            "specimen.zone": 1,
            "measurement.unusual": 1,
            "measurement.other_element": 1,
            "measurement.positive": 1,
            "row.key_blank": 1,
            "value.not_a_number": 1,
        }
    )
    assert "4310 mm" in said[32]
    assert "fem_max_length" in said[32]
    back = (tmp_path / "refused.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(back) == 9
    assert back[0].endswith("taphos_row;taphos_reason")


def test_what_was_corrected_is_loaded_again_and_nothing_twice(cast: Cast, tmp_path: Path) -> None:
    rows = shelf()[:10]
    rows[3] |= {"side": "lefft"}
    path = written(tmp_path / "a.csv", rows)
    first = take(cast, path, refused_file=tmp_path / "refused.csv")
    assert (first.bones, first.refused) == (9, 1)
    entries = LedgerEntry.objects.count()
    again = take(cast, path)
    assert (again.bones, again.already_there, again.refused) == (0, 9, 1)
    assert LedgerEntry.objects.count() == entries
    mended = (tmp_path / "refused.csv").read_text(encoding="utf-8-sig").replace("lefft", "left")
    (tmp_path / "mended.csv").write_text(mended, encoding="utf-8")
    assert take(cast, tmp_path / "mended.csv").bones == 1
    assert Specimen.objects.count() == 10


def test_a_dry_run_says_the_same_and_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", shelf())
    entries = LedgerEntry.objects.count()
    looked = take(cast, path, dry_run=True)
    assert (looked.bones, looked.measurements) == (250, 310)
    assert (Specimen.objects.count(), LedgerEntry.objects.count()) == (0, entries)
    assert looked.samples[0]["element"] == "Femur"


def test_a_key_that_stands_twice_is_refused_both_times(cast: Cast, tmp_path: Path) -> None:
    rows = shelf()[:4]
    rows[2]["label"] = rows[1]["label"]
    result = take(cast, written(tmp_path / "a.csv", rows))
    assert (result.bones, result.refused, codes(result)) == (2, 2, Counter({"row.key_repeated": 2}))


def test_the_ledger_names_the_file_and_who_imported_it(cast: Cast, tmp_path: Path) -> None:
    result = take(cast, written(tmp_path / "a.csv", shelf()[:1]))
    entry = LedgerEntry.objects.filter(table_name="remains_specimen").latest("seq")
    assert (entry.channel, entry.actor_id) == ("import", cast.anthropologist.pk)
    entries = LedgerEntry.objects.filter(table_name__in=["remains_specimen", "remains_measurement"])
    assert all(result.sha256 in each.reason for each in entries)


def test_a_source_that_says_otherwise_later_is_refused(cast: Cast, tmp_path: Path) -> None:
    rows = shelf()[:2]
    take(cast, written(tmp_path / "a.csv", rows))
    rows[1]["fem_max_length"] = "460"
    result = take(cast, written(tmp_path / "b.csv", rows))
    assert (result.already_there, codes(result)) == (1, Counter({"row.changed_since_import": 1}))
    withdraw(actor=cast.anthropologist, record=Specimen.objects.order_by("serial")[0], reason="a stone")
    assert take(cast, tmp_path / "a.csv").withdrawn == 1


def test_the_same_label_in_another_find_is_another_bone(cast: Cast, tmp_path: Path) -> None:
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
        FindAlias.objects.create(case=cast.case_a, find=other, label="bag 7", origin="field")
    path = table(
        tmp_path,
        "find,label,element,side",
        "KHJ01-0001,1,femur,left",
        "KHJ01-0002,1,femur,right",
        "bag 7,2,tibia,left",
        ",2,tibia,right",
        "bag 8,3,tibia,right",
        "BBB01-0001,4,tibia,right",
    )
    result = take(cast, path)
    assert (result.bones, codes(result)) == (4, Counter({"row.find_unknown": 2}))
    assert Specimen.objects.filter(find=other).count() == 2


def test_without_a_find_a_row_is_refused(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path, "label,element,side", "1,femur,left")
    result = import_specimens(actor=cast.anthropologist, case=cast.case_a, path=path)
    assert codes(result) == Counter({"row.find_blank": 1})
    for wrong in (cast.find_b, "KHJ01-9999"):
        with refused("import.find_unknown", "find"):
            import_specimens(actor=cast.anthropologist, case=cast.case_a, path=path, find=wrong)


LONG = "label,element,side,measurement,value,unit,observer"


def test_one_row_a_measurement_makes_one_bone_of_a_key(cast: Cast, tmp_path: Path) -> None:
    path = table(
        tmp_path,
        LONG,
        "7,femur,L,fem_max_length,43.1,cm,AE",
        "7,femur,L,fem_max_length,431,mm,BF",
        "7,femur,L,fem_head_diameter,1.75,in,AE",
        "8,Tibia,R,,,,AE",
    )
    result = take(cast, path)
    assert (result.rows, result.bones, result.measurements, result.refused) == (4, 2, 3, 0)
    femur = Specimen.objects.get(import_key="KHJ01-0001 | 7")
    values = {(str(each.value_mm), each.unit) for each in femur.measurements.all()}
    assert values == {("431.000", "cm"), ("431.000", "mm"), ("44.450", "in")}


def test_in_the_long_form_a_bone_is_whole_or_refused(cast: Cast, tmp_path: Path) -> None:
    path = table(
        tmp_path,
        LONG,
        "1,femur,L,fem_max_length,431,ell,AE",
        "1,femur,L,fem_head_diameter,44,mm,AE",
        "2,femur,L,fem_max_length,431,,AE",
        "3,femur,L,fem_max_length,431,mm,AE",
        "3,femur,R,fem_head_diameter,44,mm,AE",
        "4,femur,L,fem_max_length,431,mm,AE",
        "4,femur,L,fem_max_length,433,mm,AE",
        "5,femur,L,thigh,431,mm,AE",
        "6,femur,L,fem_max_length,431,mm,AE",
    )
    result = take(cast, path)
    assert (result.bones, result.refused) == (1, 8)
    assert codes(result) == Counter(
        {
            "measurement.unit": 2,
            "row.bone_refused": 1,
            "row.key_repeated": 2,
            "row.measured_twice": 2,
            "value.unknown_code": 1,
        }
    )


def test_columns_of_osteometric_sorting_are_recognised(cast: Cast, tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "accession,side,element,Cal_02,Fem_01,Fem_04,Osc_01",
        "S1,Left,Femur,,431,44.5,",
        "S1,Right,Os coxa,,,,210",
        "S2,LEFT,Calcaneus,40.7,,,",
    )
    result = take(cast, path)
    assert (result.mapping, result.bones, result.measurements) == ("osteometric_sorting", 3, 3)
    assert result.unread_columns == ["Cal_02"]
    kept = Specimen.objects.get(element="element.calcaneus")
    assert kept.source_row is not None
    assert kept.source_row["cells"][0]["Cal_02"] == "40.7"
    assert Measurement.objects.first().observer == "Osteometric sorting (observer not stated)"  # type: ignore[union-attr]


def test_a_value_beyond_the_usual_is_taken_with_a_word_on_why(cast: Cast, tmp_path: Path) -> None:
    path = table(
        tmp_path, "label;element;side;fem_max_length;measurement_note", "1;femur;left;640;checked by two"
    )
    assert take(cast, path).measurements == 1


def test_what_becomes_of_every_field(cast: Cast, tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "label;element;side;zones;completeness;fragments;weight_g;cohort;tooth_status;dna_group;notes;measured_on",
        "1;Femur;unsided;1, 3-5;part;3;12,5;adult;;H1;burnt;",
        "2;tooth_11;;;;;;;present;;;",
        "3;femur;left;;whole;;;;;;;",
        "4;femur;left;;;0;;;;;;",
        "5;femur;left;;;;0;;;;;",
        "6;femur;left;5-3;;;;;;;;",
        "7;femur;left;;;;;;present;;;",
    )
    result = take(cast, path)
    assert (result.bones, codes(result)) == (
        2,
        Counter(
            {
                "value.unknown_code": 1,
                "value.out_of_range": 2,
                "value.zones": 1,
                "specimen.status_of_tooth": 1,
            }
        ),
    )
    made = Specimen.objects.get(import_key__endswith="| 1")
    assert (made.side, made.zones, made.completeness, made.fragment_count) == (
        "unsided",
        [1, 3, 4, 5],
        "part",
        3,
    )
    assert (str(made.weight_g), made.cohort, made.dna_group, made.notes) == ("12.50", "adult", "H1", "burnt")
    assert Specimen.objects.get(import_key__endswith="| 2").side == "right"


def test_two_hundred_bones_are_as_many_queries_as_twenty(cast: Cast, tmp_path: Path) -> None:
    take(cast, written(tmp_path / "first.csv", shelf()[220:]))
    counts = []
    for name, rows in (("few", shelf()[:20]), ("many", shelf()[20:220])):
        path = written(tmp_path / f"{name}.csv", rows)
        with CaptureQueriesContext(connection) as asked:
            take(cast, path)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_only_an_anthropologist_of_the_case_imports(cast: Cast, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", shelf()[:1])
    for who, code in ((cast.investigator, "access.forbidden"), (cast.outsider, "access.not_found")):
        with refused(code):
            import_specimens(actor=who, case=cast.case_a, path=path, find=cast.find_a)


def test_a_break_in_the_middle_leaves_nothing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from remains.services import measurement

    def breaks(**_asked: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(measurement, "record_measurements", breaks)
    with pytest.raises(OSError, match="disk"):
        take(cast, written(tmp_path / "a.csv", shelf()[:3]), refused_file=tmp_path / "refused.csv")
    assert not Specimen.objects.exists()
    assert not (tmp_path / "refused.csv").exists()


def test_a_table_that_no_mapping_fits_is_refused(cast: Cast, tmp_path: Path) -> None:
    with refused("mapping.none_fits"):
        take(cast, table(tmp_path, "a,b", "1,2"))


def test_the_shipped_mappings_name_only_what_there_is() -> None:
    from remains.codes import shipped as code_rows

    known = {str(row["id"]) for row in code_rows()}
    for path in shipped().values():
        assert load(path, known).title


HEAD = "taphos_mapping: 1\nof: bones\ntitle: T\nsource: {name: S}\nkey: {columns: [no]}\n"


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        (HEAD.replace("of: bones\n", "") + "fields: {element: e}", "mapping.other_kind", "of"),
        (HEAD + "fields: {side: s}", "mapping.missing", "fields.element"),
        (HEAD + "fields: {element: e, colour: c}", "mapping.unknown_field", "fields.colour"),
        (
            HEAD + "fields: {element: {column: e, codes: {F: thigh}}}",
            "mapping.unknown_code",
            "fields.element.codes.F",
        ),
        (
            HEAD + "fields: {element: e, notes: {column: n, default: x}}",
            "mapping.unknown_key",
            "fields.notes.default",
        ),
        (
            HEAD + "fields: {element: e}\nmeasurements: {unit: ell, columns: {A: fem_max_length}}",
            "mapping.unit",
            "measurements.unit",
        ),
        (
            HEAD + "fields: {element: e}\nmeasurements: {columns: {A: fem_max_length}}",
            "mapping.missing",
            "measurements.columns.A.unit",
        ),
        (
            HEAD + "fields: {element: e}\nmeasurements: {unit: mm, columns: {A: thigh}}",
            "mapping.unknown_code",
            "measurements.columns.A",
        ),
        (
            HEAD + "fields: {element: e}\nmeasurements: {measurement: m, value: v}",
            "mapping.missing",
            "measurements.unit_column",
        ),
        (HEAD.replace("columns: [no]", "whole_row: true") + "fields: {element: e}", "mapping.missing", "key"),
    ],
)
def test_a_mistake_in_a_mapping_is_named_with_its_key(tmp_path: Path, text: str, code: str, key: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingRefused) as caught:
        load(path, {"measurement.fem_max_length"})
    assert (caught.value.code, caught.value.key) == (code, key)
