"""Mappings: what a mapping file may say, what becomes of rows, and the two real files when they are at hand."""

import os
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cases.importing.faults import MappingRefused
from cases.importing.mapping import Mapping
from cases.importing.mapping_file import load, recognise, shipped
from cases.importing.refused_rows import RefusedRows
from cases.importing.results import FurtherRow, MappedRow, RefusedRow, RepeatedRow, Result
from cases.importing.table import Row, open_table

REAL_DATA = Path(os.environ.get("TAPHOS_REAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
CODES_FILE = Path(__file__).parents[2] / "cases" / "codes" / "codes.csv"

MAPPING = """\
taphos_mapping: 1
title: Graves of the test
source: {name: Commission, stated: 1995-06, informant_column: informant}
key: {columns: [no], rows_may_differ: [visit]}
fields:
  code: {column: no, replace: {"/": "-"}}
  name: {first_of: [name, village], blank: ["?"]}
  place_description: {join: [village, district]}
  region: {column: district, default: not stated}
  latitude: north
  longitude: east
  accuracy_m: {column: accuracy, optional: true}
  site_type: {column: kind, codes: {FOSA: site_type.inh_primary}, unknown: leave}
  shape: {column: form, codes: {LONG: shape.trench}}
  burial_edtf: {column: buried, formats: ["%d/%m/%Y"], widen: [first_of_january, first_of_month]}
  status_as_stated: state
figures: {buried: people, exhumed: taken}
contradictions:
  too_many_exhumed:
    when: [[exhumed, ">", buried]]
    message: "{exhumed} exhumed, {buried} buried"
  untouched:
    when: [[state, in, [UNTOUCHED]], [exhumed, ">", 0]]
    message: "{state}, but {exhumed} exhumed"
"""
SHORT = """\
taphos_mapping: 1
title: Anything with a name
source: {name: Somebody}
key: {whole_row: true}
fields: {name: name}
"""
COLUMNS = ["no", "name", "village", "district", "north", "east", "kind", "form", "buried", "state", "people"]
COLUMNS += ["taken", "informant", "visit", "more"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mappings")


@pytest.fixture(scope="module")
def mapping(folder: Path) -> Mapping:
    return load(written(folder, MAPPING))


def written(folder: Path, text: str, name: str = "m.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def row(number: int = 2, **cells: str) -> Row:
    return Row(number, dict.fromkeys(COLUMNS, "") | {"no": "1", "name": "Well"} | cells)


def mapped(mapping: Mapping, **cells: str) -> MappedRow:
    result = mapping.map_row(row(2, **cells))
    assert isinstance(result, MappedRow), result
    return result


def reasons(mapping: Mapping, **cells: str) -> dict[str | None, str]:
    result = mapping.map_row(row(2, **cells))
    assert isinstance(result, RefusedRow), result
    return {reason.field: reason.code for reason in result.reasons}


def test_what_a_row_does_not_say_stays_unknown(mapping: Mapping) -> None:
    assert mapped(mapping).fields == {"code": "1", "name": "Well", "region": "not stated"}


def test_columns_feed_fields(mapping: Mapping) -> None:
    fields = mapped(
        mapping,
        no="7/2009",
        name="?",
        village="Upper",
        district="East",
        north="43,05",
        east="-2.99",
        kind="FOSA",
        form="LONG",
        buried="27/11/1936",
        state="GONE",
    ).fields
    assert fields == {
        "code": "7-2009",
        "name": "Upper",
        "place_description": "Upper, East",
        "region": "East",
        "latitude": Decimal("43.0500000"),
        "longitude": Decimal("-2.9900000"),
        "site_type": "site_type.inh_primary",
        "shape": "shape.trench",
        "burial_edtf": "1936-11-27",
        "status_as_stated": "GONE",
    }


def test_first_days_may_stand_for_the_whole_month_or_year(mapping: Mapping) -> None:
    assert mapped(mapping, buried="01/01/1936").fields["burial_edtf"] == "1936"
    assert mapped(mapping, buried="01/08/1936").fields["burial_edtf"] == "1936-08"


def test_figures_are_as_stated_by_a_source(mapping: Mapping) -> None:
    exhumed = mapped(mapping, taken="0", informant="A village elder").figures[0]
    assert (exhumed.measure, exhumed.number) == ("measure.exhumed", 0)
    assert exhumed.source == "Commission (A village elder)"
    assert exhumed.stated_edtf == "1995-06"


def test_contradictions_are_flagged_with_what_contradicts_what(mapping: Mapping) -> None:
    flags = mapped(mapping, people="4", taken="5", state="UNTOUCHED").flags
    assert [(flag.rule, flag.message) for flag in flags] == [
        ("too_many_exhumed", "5 exhumed, 4 buried"),
        ("untouched", "UNTOUCHED, but 5 exhumed"),
    ]


def test_what_is_not_stated_contradicts_nothing(mapping: Mapping) -> None:
    assert not mapped(mapping, taken="5").flags
    assert not mapped(mapping, people="4", taken="4").flags
    assert not mapped(mapping, state="UNTOUCHED", taken="0").flags


def test_nothing_of_the_source_is_lost(mapping: Mapping) -> None:
    kept_otherwise = {"state": "GONE", "people": "4"}
    said = {
        "no": "7/2009",
        "name": "Well",
        "kind": "POZO",
        "buried": "01/01/1936",
        "visit": "May",
        "more": "x",
    }
    assert mapped(mapping, **said, **kept_otherwise).leftovers == said


def test_every_reason_against_a_row_is_told(mapping: Mapping) -> None:
    assert reasons(
        mapping, no="", name="", north="95", east="x", form="ROUND", buried="31/02/1936", taken="1.000"
    ) == {
        "latitude": "value.out_of_range",
        "longitude": "value.not_a_number",
        "shape": "value.unknown_code",
        "burial_edtf": "value.date_impossible",
        "taken": "value.grouped",
        "name": "row.name_blank",
        None: "row.key_blank",
    }


@pytest.mark.parametrize(
    ("north", "east", "expected"),
    [
        ("43,1", "", {"longitude": "row.half_position"}),
        ("", "2", {"latitude": "row.half_position"}),
        ("0", "0", {"longitude": "geometry.no_place"}),
    ],
)
def test_half_a_position_is_none(mapping: Mapping, north: str, east: str, expected: dict[str, str]) -> None:
    assert reasons(mapping, north=north, east=east) == expected


def test_a_repeated_row_is_there_already(mapping: Mapping) -> None:
    results = list(mapping.map_rows([row(2), row(3)]))
    assert isinstance(results[1], RepeatedRow)
    assert results[1].first_number == 2


def test_a_row_that_differs_where_it_may_says_more_about_the_same_site(mapping: Mapping) -> None:
    results = list(mapping.map_rows([row(2, visit="May"), row(3, visit="June")]))
    assert isinstance(results[1], FurtherRow)
    assert (results[1].first_number, results[1].leftovers) == (2, {"visit": "June"})


def test_a_row_that_says_otherwise_under_the_same_key_is_refused_and_names_the_first(
    mapping: Mapping,
) -> None:
    results = list(mapping.map_rows([row(2), row(3, name="Ditch", taken="4")]))
    assert isinstance(results[1], RefusedRow)
    reason = results[1].reasons[0]
    assert reason.code == "row.key_repeated"
    assert "Row 2" in reason.message
    assert "name, taken" in reason.message


def test_a_whole_row_may_be_the_key(folder: Path) -> None:
    whole = load(written(folder, SHORT, "whole.yaml"))
    results = list(whole.map_rows(Row(n, {"name": text, "b": "x"}) for n, text in enumerate("ABA", start=2)))
    assert [type(result) for result in results] == [MappedRow, MappedRow, RepeatedRow]


def test_long_keys_fit_and_stay_apart(folder: Path) -> None:
    by_place = load(written(folder, SHORT.replace("whole_row: true", "columns: [place]"), "place.yaml"))
    results = [by_place.map_row(Row(2, {"name": "A", "place": "x" * 300 + sign})) for sign in "AB"]
    keys = {result.key for result in results if isinstance(result, MappedRow)}
    assert len(keys) == 2
    assert max(map(len, keys)) <= 200


def test_toml_says_the_same_as_yaml(tmp_path: Path) -> None:
    toml = """
    taphos_mapping = 1
    title = "t"
    [source]
    name = "s"
    stated = 1995-06-01
    [key]
    whole_row = true
    [fields]
    name = "a"
    region = {column = "NO", optional = true}
    """
    mapping = load(written(tmp_path, toml, "m.toml"))
    assert mapping.stated_edtf == "1995-06-01"
    assert mapping.required_columns() == {"a"}


BASE: dict[str, Any] = yaml.safe_load(MAPPING)


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"taphos_mapping": 2}, "mapping.version", "taphos_mapping"),
        ({"colour": "red"}, "mapping.unknown_key", "colour"),
        ({"title": ""}, "mapping.missing", "title"),
        ({"key": {}}, "mapping.missing", "key"),
        ({"key": {"columns": ["no"], "whole_row": True}}, "mapping.missing", "key"),
        ({"source": {"name": "s", "stated": "1995-13"}}, "mapping.wrong_form", "source.stated"),
        ({"source": {"name": "s" * 121}}, "mapping.wrong_form", "source.name"),
        ({"fields": {"code": "no"}}, "mapping.missing", "fields.name"),
        ({"fields": {"name": "name", "status": "state"}}, "mapping.status", "fields.status"),
        ({"fields": {"name": "name", "mni": "people"}}, "mapping.unknown_field", "fields.mni"),
        ({"fields": {"name": "name", "latitude": "north"}}, "mapping.half_position", "fields"),
        ({"fields": {"name": ["name"]}}, "mapping.wrong_form", "fields.name"),
        ({"fields": {"name": {"column": "a", "join": ["b"]}}}, "mapping.missing", "fields.name.column"),
        ({"fields": {"name": {"first_of": []}}}, "mapping.missing", "fields.name.first_of"),
        ({"fields": {"name": {"column": "a", "formats": []}}}, "mapping.unknown_key", "fields.name.formats"),
        (
            {"fields": {"name": "name", "status_as_stated": {"column": "state", "default": "GONE"}}},
            "mapping.default_for_finding",
            "fields.status_as_stated.default",
        ),
        ({"fields": {"name": "name", "shape": "form"}}, "mapping.missing", "fields.shape.codes"),
        (
            {"fields": {"name": "name", "shape": {"column": "form", "codes": {"A": "site_type.single"}}}},
            "mapping.unknown_code",
            "fields.shape.codes.A",
        ),
        (
            {"fields": {"name": "name", "burial_edtf": {"column": "buried", "formats": ["%d/%m/%y"]}}},
            "mapping.date_format",
            "fields.burial_edtf.formats",
        ),
        ({"figures": {"MNI!": "people"}}, "mapping.unknown_code", "figures.MNI!"),
        (
            {"contradictions": {"x": {"when": [["a", ">", "0"]], "message": "m"}}},
            "mapping.rule",
            "contradictions.x.when",
        ),
        (
            {"contradictions": {"x": {"when": [["exhumed", ">", 0]], "message": "{buried}"}}},
            "mapping.wrong_form",
            "contradictions.x.message",
        ),
    ],
)
def test_a_wrong_mapping_is_refused_at_its_key(
    tmp_path: Path, change: dict[str, Any], code: str, key: str
) -> None:
    with pytest.raises(MappingRefused) as refused:
        load(written(tmp_path, yaml.safe_dump(BASE | change)))
    assert (refused.value.code, refused.value.key) == (code, key)
    assert refused.value.way_forward


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("a: [", "mapping.syntax", "m.yaml"),
        ("- a", "mapping.syntax", "m.yaml"),
        ("a: &x 1\nb: *x", "mapping.syntax", "m.yaml"),
        ("[" * 5000, "mapping.syntax", "m.yaml"),
        ("title: a\ntitle: b", "mapping.key_repeated", "m.yaml"),
        ("a = ", "mapping.syntax", "m.toml"),
        ("{}", "mapping.kind", "m.json"),
        ("#" * 300_000, "mapping.not_readable", "m.yaml"),
        ("", "mapping.version", "m.yaml"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str, code: str, name: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        load(written(tmp_path, text, name))
    assert refused.value.code == code


def test_the_line_of_a_wrong_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="line 6") as refused:
        load(written(tmp_path, MAPPING.replace("  code:", "  cod:")))
    assert refused.value.line == 6


def test_codes_that_no_list_knows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused) as refused:
        load(written(tmp_path, MAPPING), known_codes={"measure.buried", "measure.exhumed", "shape.trench"})
    assert refused.value.key == "fields.site_type.codes.FOSA"


def test_a_missing_column_is_named_before_the_first_row(mapping: Mapping) -> None:
    with pytest.raises(MappingRefused, match="informant") as refused:
        mapping.check_header([*COLUMNS[:12], "Informant", *COLUMNS[13:]])
    assert refused.value.code == "mapping.column_missing"


def test_every_shipped_mapping_names_codes_that_exist() -> None:
    known = {line.partition(",")[0] for line in CODES_FILE.read_text(encoding="utf-8").splitlines()}
    assert {load(path, known).name for path in shipped().values()} == {
        "basque_graves",
        "spain_graves_2015",
        "taphos_sites",
    }


def test_a_table_made_for_taphos_is_recognised_with_few_columns() -> None:
    recognised = recognise(["code", "name", "note"])
    assert recognised
    assert recognised.name == "taphos_sites"
    assert recognise(["a", "b"]) is None


def test_refused_rows_can_be_corrected_and_loaded_again(tmp_path: Path, mapping: Mapping) -> None:
    source = written(tmp_path, "no;name;north\n1;Well;x\n2;Ditch\n3;Pit;1;2\n", "t.csv")
    pit = load(written(tmp_path, SHORT.replace("{name: name}", "{name: name, accuracy_m: north}")))
    table, refused_file = open_table(source), tmp_path / "refused.csv"
    with refused_file.open("w", encoding="utf-8-sig", newline="") as stream:
        refused = RefusedRows(stream, table.header, table.separator)
        for result in pit.map_table(table):
            assert isinstance(result, RefusedRow)
            refused.write(result)
    again = open_table(refused_file)
    assert [list(each.values.values())[:4] for each in again.rows()] == [
        ["1", "Well", "x", "2"],
        ["2", "Ditch", "", "3"],
        ["3", "Pit", "1;2", "4"],
    ]
    corrected = written(
        tmp_path, refused_file.read_text(encoding="utf-8-sig").replace(";x;", ";5;"), "again.csv"
    )
    result = next(pit.map_table(open_table(corrected)))
    assert isinstance(result, MappedRow)
    assert result.fields["accuracy_m"] == 5
    assert "taphos_reason" not in result.leftovers


@given(
    texts=st.lists(st.text(max_size=30) | st.text("0123456789/,.-", max_size=12), min_size=15, max_size=15)
)
def test_any_row_is_mapped_or_refused(mapping: Mapping, texts: list[str]) -> None:
    result = mapping.map_row(Row(2, dict(zip(COLUMNS, texts, strict=True))))
    assert isinstance(result, MappedRow | RefusedRow)


yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    change=st.dictionaries(st.sampled_from(sorted(BASE)), yaml_values, max_size=4), text=st.text(max_size=60)
)
def test_any_mapping_is_read_or_refused(folder: Path, change: dict[str, Any], text: str) -> None:
    for content in (yaml.safe_dump(BASE | change), text.replace("\r", "")):
        with suppress(MappingRefused):
            load(written(folder, content, "any.yaml"))


def real(name: str) -> list[Result]:
    """Map one of the real files, which are not part of Taphos."""
    path = REAL_DATA / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not at hand: set TAPHOS_REAL_DATA to the folder that holds it")
    table = open_table(path)
    recognised = recognise(table.header)
    assert recognised
    assert recognised.name == name
    assert (table.encoding, table.separator) == ("cp1252", ";")
    return list(recognised.map_table(table))


def flagged(rows: Iterable[Result]) -> Counter[str]:
    return Counter(flag.rule for each in rows if isinstance(each, MappedRow) for flag in each.flags)


def test_the_spanish_graves_are_2610_sites_and_30_further_interventions() -> None:
    results = real("spain_graves_2015")
    assert Counter(map(type, results)) == {MappedRow: 2610, FurtherRow: 30}
    sites = [each for each in results if isinstance(each, MappedRow)]
    assert len({site.fields["code"] for site in sites}) == len({site.key for site in sites}) == 2610
    assert sum("burial_edtf" in site.fields for site in sites) == 455
    assert sum(len(site.figures) for site in sites) == 4774
    differing = {column for each in results if isinstance(each, FurtherRow) for column in each.leftovers}
    assert differing == {"TIPO_INTERVENCION", "FECHA_INTERVENCION"}


def test_the_contradictions_of_the_spanish_graves_are_flagged() -> None:
    results = real("spain_graves_2015")
    assert flagged(results) == {
        "exhumed_exceeds_recorded": 181,
        "not_intervened_but_exhumed": 657,
        "identified_exceeds_exhumed": 18,
    }
    # 187 rows state more people exhumed than recorded: six of them are further rows of sites flagged already.
    table = open_table(REAL_DATA / "spain_graves_2015.csv")
    alone = load(shipped()["spain_graves_2015"])
    assert flagged(map(alone.map_row, table.rows()))["exhumed_exceeds_recorded"] == 187


def test_the_basque_graves_have_positions_and_no_accuracy() -> None:
    results = real("basque_graves")
    assert Counter(map(type, results)) == {MappedRow: 64}
    sites = [each for each in results if isinstance(each, MappedRow)]
    assert len({site.key for site in sites}) == 64
    assert all({"longitude", "latitude"} < site.fields.keys() for site in sites)
    assert not any({"accuracy_m", "code"} & site.fields.keys() for site in sites)
    assert all(42 < site.fields["latitude"] < 44 and -4 < site.fields["longitude"] < -1 for site in sites)
