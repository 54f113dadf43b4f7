"""What becomes of each row: a site with its figures and contradictions, more about one, or a refusal and why."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cases.ledger.context import change
from cases.models import Site, SiteContradiction, StatedFigure
from cases.services.record import withdraw_record
from cases.services.site_import import import_sites
from tests.actors import INSTALLER, Cast, make_site
from tests.cases.site_import_files import UNCODED, imported, mapping_file, written
from tests.refused import refused

ONE = "7/1,Well,GONE,first,3,5,43.1,-2.5\n"


def site(cast: Cast, code: str) -> Any:
    return Site.objects.get(case=cast.case_a, code=code)


def test_a_row_becomes_a_reported_site_with_its_source(cast: Cast, tmp_path: Path) -> None:
    assert imported(cast, tmp_path, ONE).created == 1
    well = site(cast, "7-1")
    assert (well.name, well.status, well.latitude, well.status_as_stated) == (
        "Well",
        "reported",
        Decimal("43.1000000"),
        "GONE",
    )
    assert (well.import_source, well.import_key) == ("Commission", "7/1")
    assert well.source_row["cells"] == {"no": "7/1", "visit": "first", "north": "43.1", "east": "-2.5"}


def test_numbers_of_people_are_figures_as_stated(cast: Cast, tmp_path: Path) -> None:
    imported(cast, tmp_path, ONE)
    figures = StatedFigure.objects.filter(site=site(cast, "7-1")).order_by("number")
    assert [(each.measure_id, each.number, each.qualifier, each.source) for each in figures] == [
        ("measure.buried", 3, "exact", "Commission"),
        ("measure.exhumed", 5, "exact", "Commission"),
    ]


def test_a_contradiction_is_kept_with_the_site(cast: Cast, tmp_path: Path) -> None:
    assert imported(cast, tmp_path, ONE).flags == {"too_many": 1}
    flag = SiteContradiction.objects.get(site__code="7-1")
    assert (flag.rule, flag.description, flag.resolution) == ("too_many", "5 exhumed, 3 buried", "")


def test_a_further_row_is_kept_with_the_site_of_the_first(cast: Cast, tmp_path: Path) -> None:
    rows = ONE + ONE.replace("first", "second")
    result = imported(cast, tmp_path, rows)
    assert (result.created, result.appended, result.rows) == (1, 1, 2)
    assert [each["cells"] for each in site(cast, "7-1").source_row["further"]] == [{"visit": "second"}]
    again = imported(cast, tmp_path, rows)
    assert (again.created, again.appended, again.already_there) == (0, 0, 2)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_row_that_came_later_is_added_once(cast: Cast, tmp_path: Path, order: tuple[int, int]) -> None:
    rows = [ONE, ONE.replace("first", "second")]
    imported(cast, tmp_path, rows[0])
    assert imported(cast, tmp_path, rows[1]).appended == 1
    assert imported(cast, tmp_path, rows[order[0]] + rows[order[1]]).already_there == 2
    assert site(cast, "7-1").version == 2


def test_a_row_repeated_word_for_word_is_one_site(cast: Cast, tmp_path: Path) -> None:
    result = imported(cast, tmp_path, ONE * 3)
    assert (result.created, result.repeated) == (1, 2)


def test_a_row_that_changed_is_refused_and_named(cast: Cast, tmp_path: Path) -> None:
    imported(cast, tmp_path, ONE)
    result = imported(
        cast, tmp_path, ONE.replace("43.1", "44.1") + ONE.replace("43.1", "44.1").replace("first", "2")
    )
    assert (result.refused, result.reasons) == (2, {"row.changed_since_import": 1, "row.first_refused": 1})
    assert "north" in result.refused_rows[0]["reasons"][0]
    assert site(cast, "7-1").latitude == Decimal("43.1000000")


def test_a_code_that_is_taken_is_refused_at_its_row(cast: Cast, tmp_path: Path) -> None:
    result = imported(cast, tmp_path, "KHJ01,Well,,,,,,\n1/1,A,,,,,,\n1-1,B,,,,,,\n")
    assert (result.created, result.reasons) == (1, {"site.code_taken": 2})
    assert [row["number"] for row in result.refused_rows] == [2, 4]


def test_the_same_code_in_another_case_is_free(cast: Cast, tmp_path: Path) -> None:
    assert imported(cast, tmp_path, "BBB01,Well,,,,,,\n").created == 1


def test_sites_without_a_code_get_one_that_was_never_used(cast: Cast, tmp_path: Path) -> None:
    with change(INSTALLER, "tests.site.made"):
        withdrawn = make_site(cast.case_a, "IMP-0041")
        make_site(cast.case_a, "IMP-x")
    withdraw_record(actor=cast.investigator, record=withdrawn, reason="entered twice")
    options = {"mapping": mapping_file(tmp_path, UNCODED)}
    rows = "1,Upper,,,,,,\n2,Lower,,,,,,\n"
    result = imported(cast, tmp_path, rows, **options)
    assert (result.codes_assigned, result.first_assigned, result.last_assigned) == (2, "IMP-0042", "IMP-0043")
    assert site(cast, "IMP-0043").name == "Lower"
    assert imported(cast, tmp_path, rows, **options).already_there == 2


def test_nothing_is_added_to_a_withdrawn_site(cast: Cast, tmp_path: Path) -> None:
    imported(cast, tmp_path, ONE)
    withdraw_record(actor=cast.investigator, record=site(cast, "7-1"), reason="no grave")
    result = imported(cast, tmp_path, ONE + ONE.replace("first", "second"))
    assert (result.already_there, result.withdrawn) == (1, 1)
    assert result.reasons == {"row.site_takes_no_more": 1}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a\\b,Well,,,,,,\n", "value.code_form"),
        (f"{'9' * 41},Well,,,,,,\n", "value.too_long"),
        ("1,,,,,,,\n", "row.name_blank"),
        (f"1,{'x' * 301},,,,,,\n", "value.too_long"),
        ("1,Well,,,,,91,2\n", "value.out_of_range"),
        ("1,Well,,,,,43,\n", "row.half_position"),
        ("1,Well,,,,,0,0\n", "geometry.no_place"),
        ("1,Well,,,some,,,\n", "value.not_whole"),
        ("1,Well,,,-1,,,\n", "value.out_of_range"),
        ("1,Well\n", "row.too_few_cells"),
        (",Well,,,,,,\n", "row.key_blank"),
    ],
)
def test_what_a_form_would_refuse_is_refused_by_row(cast: Cast, tmp_path: Path, row: str, code: str) -> None:
    before = Site.objects.count()
    result = imported(cast, tmp_path, row + "good,Well,,,,,,\n")
    assert code in result.reasons
    assert (result.refused, result.created, Site.objects.count() - before) == (1, 1, 1)


def test_cells_that_look_like_formulas_stay_text(cast: Cast, tmp_path: Path) -> None:
    imported(cast, tmp_path, '=1+1,"=HYPERLINK(""http://x"")",@SUM(A1),-2+3,,,,\n')
    made = site(cast, "=1+1")
    assert (made.name, made.status_as_stated) == ('=HYPERLINK("http://x")', "@SUM(A1)")
    assert made.source_row["cells"]["visit"] == "-2+3"


def test_refused_rows_come_back_corrected_and_are_taken(cast: Cast, tmp_path: Path) -> None:
    out = tmp_path / "graves.refused.csv"
    rows = ONE + ONE.replace("first", "second").replace("43.1", "44.1") + "8,,,,1,,,\n"
    first = imported(cast, tmp_path, rows, refused_file=out)
    assert (first.created, first.refused, first.refused_file) == (1, 2, str(out))
    text = out.read_text(encoding="utf-8-sig")
    assert "taphos_reason" in text.splitlines()[0]
    corrected = text.replace("44.1", "43.1").replace("8,,", "8,Mill,")
    path = written(tmp_path, corrected, "again.csv", header="")
    third = import_sites(actor=cast.investigator, case=cast.case_a, path=path, mapping=mapping_file(tmp_path))
    assert (third.refused, third.already_there + third.created + third.appended) == (0, 2)
    assert site(cast, "8").name == "Mill"


def test_a_file_of_refused_rows_is_not_overwritten(cast: Cast, tmp_path: Path) -> None:
    out = tmp_path / "corrections.csv"
    out.write_text("my corrections")
    with refused("import.refused_file"):
        imported(cast, tmp_path, ONE, refused_file=out)
    assert out.read_text() == "my corrections"


def test_no_refused_row_makes_no_file(cast: Cast, tmp_path: Path) -> None:
    out = tmp_path / "refused.csv"
    assert imported(cast, tmp_path, ONE, refused_file=out).refused_file == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graves.csv", "m.yaml"]
