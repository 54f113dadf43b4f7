"""The import as a whole: who may, one transaction, twice changes nothing, and files that are none."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from cases.ledger.context import change
from cases.models import Case, LedgerEntry, Site, SiteContradiction, StatedFigure
from cases.refusals import Forbidden, NotVisible
from cases.services import site_import, site_import_batch
from cases.services.site_import import import_sites, sha256_of
from tests.actors import INSTALLER, Cast
from tests.cases.site_import_files import HEADER, imported, mapping_file
from tests.cases.test_import_mapping import REAL_DATA
from tests.refused import refused

ROWS = "1,Well,,,3,5,43.1,-2.5\n2,Mill,,,,,,\n"


def counts(case: Case) -> tuple[int, int, int]:
    return (
        Site.objects.filter(case=case).count(),
        StatedFigure.objects.filter(case=case).count(),
        LedgerEntry.objects.filter(chain=case.id).count(),
    )


def many(number: int) -> str:
    return "".join(f"{n},Well {n},,,{n},1,43.1,-2.5\n" for n in range(number))


@pytest.mark.parametrize("name", ["investigator", "prosecutor"])
def test_investigators_and_prosecutors_import(cast: Cast, tmp_path: Path, name: str) -> None:
    assert imported(cast, tmp_path, ROWS, actor=cast.people[name]).created == 2


@pytest.mark.parametrize("name", ["anthropologist", "custodian", "liaison", "supervisor", "auditor"])
def test_others_of_the_case_may_not(cast: Cast, tmp_path: Path, name: str) -> None:
    with pytest.raises(Forbidden):
        imported(cast, tmp_path, ROWS, actor=cast.people[name])


@pytest.mark.parametrize("name", ["outsider", "nobody", "administrator", "laboratory"])
def test_to_others_the_case_does_not_exist(cast: Cast, tmp_path: Path, name: str) -> None:
    with pytest.raises(NotVisible):
        imported(cast, tmp_path, ROWS, actor=cast.people[name])


def test_each_entry_names_person_door_file_and_its_hash(cast: Cast, tmp_path: Path) -> None:
    result = imported(cast, tmp_path, ROWS)
    entry = LedgerEntry.objects.filter(chain=cast.case_a.id, table_name="cases_site").latest("seq")
    assert (entry.actor_id, entry.channel, entry.action) == (
        cast.investigator.pk,
        "import",
        "cases.site.imported",
    )
    assert entry.reason == f"graves.csv, SHA-256 {result.sha256}, mapping m"
    assert result.sha256 == sha256_of(tmp_path / "graves.csv")


def test_the_second_time_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    imported(cast, tmp_path, ROWS)
    before = counts(cast.case_a)
    result = imported(cast, tmp_path, ROWS)
    assert (result.created, result.already_there) == (0, 2)
    assert counts(cast.case_a) == before


def test_a_dry_run_says_the_same_and_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    rows = ROWS + "KHJ01,Taken,,,,,,\n"
    before = counts(cast.case_a)
    tried = imported(cast, tmp_path, rows, dry_run=True).as_dict()
    assert counts(cast.case_a) == before
    assert {**imported(cast, tmp_path, rows).as_dict(), "dry_run": True} == tried


def test_a_dry_run_in_batches_counts_as_the_import_does(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_import, "BATCH", 2)
    rows = many(5) + "0,Well 0,,again,0,1,43.1,-2.5\n" + "KHJ01,X,,,,,,\n1,Y,,,,,,\nKHJ01,X,,later,,,,\n"
    tried = imported(cast, tmp_path, rows, dry_run=True).as_dict()
    assert {**imported(cast, tmp_path, rows).as_dict(), "dry_run": True} == tried
    assert (tried["created"], tried["appended"], tried["refused"]) == (5, 1, 3)


def test_what_breaks_in_the_third_batch_leaves_nothing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_import, "BATCH", 2)
    write, batches = site_import_batch._write, Counter[str]()

    def third_fails(writing: Any) -> None:
        batches["written"] += 1
        if batches["written"] == 3:
            raise OSError("the machine went down")
        write(writing)

    monkeypatch.setattr(site_import_batch, "_write", third_fails)
    before, out = counts(cast.case_a), tmp_path / "refused.csv"
    with pytest.raises(OSError, match="went down"):
        imported(cast, tmp_path, "KHJ01,taken,,,,,,\n" + many(7), refused_file=out)
    assert counts(cast.case_a) == before
    assert not out.exists()


def test_what_the_database_refuses_is_told_kindly_and_leaves_nothing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counts(cast.case_a)
    monkeypatch.setattr(site_import_batch.Batches, "_form_would_refuse", lambda *_args: [])
    with refused("import.collided"):
        imported(cast, tmp_path, "1,Mill,,,,,,\nKHJ01,Rival,,,,,,\n")
    assert counts(cast.case_a) == before


def test_a_file_that_changes_meanwhile_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    before = counts(cast.case_a)

    def edit(done: int, total: int | None) -> None:
        with (tmp_path / "graves.csv").open("a") as table:
            table.write("9,Late,,,,,,\n")

    with refused("import.file_changed"):
        imported(cast, tmp_path, ROWS, progress=edit)
    assert counts(cast.case_a) == before
    with refused("import.file_changed"):
        imported(cast, tmp_path, ROWS, expected_sha256="0" * 64)


def test_a_closed_case_takes_no_sites(cast: Cast, tmp_path: Path) -> None:
    from cases.services.case import apply_transition, propose_closure

    propose_closure(actor=cast.prosecutor, case=cast.case_a, reason="done")
    apply_transition(actor=cast.second_prosecutor, case=cast.case_a, name="close", reason="done")
    for dry_run in (True, False):
        with refused("case.closed"):
            imported(cast, tmp_path, ROWS, dry_run=dry_run)


def test_the_number_of_queries_is_that_of_batches_not_of_rows(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def queries(name: str, rows: int) -> int:
        table = "".join(f"{name}{n},Well,,,{n},{n + 1},43.1,-2.5\n" for n in range(rows))
        with CaptureQueriesContext(connection) as captured:
            assert imported(cast, tmp_path, table).created == rows
        return len(captured)

    queries("warm", 2)  # the standing of the person is read once
    few = queries("a", 10)
    assert queries("b", 200) == few
    monkeypatch.setattr(site_import, "BATCH", 100)
    two = queries("c", 200)
    four = queries("d", 400)
    assert four - two == 2 * (two - few)


def test_an_empty_file_and_a_file_that_is_no_table_are_refused(cast: Cast, tmp_path: Path) -> None:
    for name, content, code in (
        ("empty.csv", b"", "table.empty"),
        ("header.csv", HEADER.encode(), "table.no_rows"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(99), "table.not_a_table"),
        ("utf8.csv", HEADER.encode() + b"1,\xff\xfe,,,,,,\n", "table.encoding"),
    ):
        (tmp_path / name).write_bytes(content)
        encoding = "utf-8" if name == "utf8.csv" else None
        with refused(code):
            import_sites(
                actor=cast.investigator,
                case=cast.case_a,
                path=tmp_path / name,
                mapping=mapping_file(tmp_path),
                encoding=encoding,
            )


def test_a_table_nobody_knows_says_how_to_write_a_mapping(cast: Cast, tmp_path: Path) -> None:
    with refused("mapping.none_fits"):
        imported(cast, tmp_path, ROWS, mapping=None)
    with refused("mapping.column_missing"):
        imported(cast, tmp_path, ROWS, mapping="basque_graves")


def test_a_mapping_may_use_only_codes_that_are_offered(cast: Cast, tmp_path: Path) -> None:
    from cases.models import Code

    with change(INSTALLER, "tests.code.retired"):
        Code.objects.filter(pk="measure.exhumed").update(in_use=False)
    with refused("mapping.unknown_code"):
        imported(cast, tmp_path, ROWS)


def test_a_workbook_is_read_and_its_other_sheets_are_named(cast: Cast, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (HEADER + ROWS).splitlines():
        book.active.append(row.split(","))
    book.create_sheet("Notes")
    book.save(tmp_path / "graves.xlsx")
    result = import_sites(
        actor=cast.investigator,
        case=cast.case_a,
        path=tmp_path / "graves.xlsx",
        mapping=mapping_file(tmp_path),
    )
    assert (result.created, result.other_sheets) == (2, ["Notes"])


def test_progress_is_told(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_import, "BATCH", 3)
    told: list[tuple[int, int | None]] = []
    imported(cast, tmp_path, many(7), progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 7), (6, 7), (7, 7)]


@pytest.mark.parametrize(
    ("name", "sites", "appended", "flags"),
    [
        (
            "spain_graves_2015.csv",
            2610,
            30,
            {
                "not_intervened_but_exhumed": 657,
                "exhumed_exceeds_recorded": 181,
                "identified_exceeds_exhumed": 18,
            },
        ),
        ("basque_graves.csv", 64, 0, {}),
    ],
)
def test_the_real_files_are_imported_whole_and_once(
    cast: Cast, tmp_path: Path, name: str, sites: int, appended: int, flags: dict[str, int]
) -> None:
    if not (REAL_DATA / name).exists():
        pytest.skip(f"{name} is not at hand: name its folder in TAPHOS_REAL_DATA")
    path = Path(shutil.copy(REAL_DATA / name, tmp_path))
    options: dict[str, Any] = {"actor": cast.investigator, "case": cast.case_a, "path": path}
    result = import_sites(**options)
    assert (result.created, result.appended, result.refused, result.flags) == (sites, appended, 0, flags)
    assert SiteContradiction.objects.filter(case=cast.case_a).count() == sum(flags.values())
    before = counts(cast.case_a)
    again = import_sites(**options)
    assert (again.already_there, again.created, again.refused) == (sites + appended, 0, 0)
    assert counts(cast.case_a) == before
