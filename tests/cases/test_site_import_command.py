"""`manage.py import_sites`: who acts, which case, what is said, and the exit status."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cases.demo import DEMO_ACCOUNTS
from cases.ledger.context import change
from cases.models import Agency, Appointment, Case, LedgerEntry, Membership, Site, User
from cases.services import site_import_person
from tests.actors import INSTALLER, SINCE, Cast, make_user
from tests.cases.site_import_files import mapping_file, written

ROWS = "1,Well,,,3,5,43.1,-2.5\n2,Mill,,,,,,\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(tmp_path: Path, *options: str, rows: str = ROWS, case: str = "A-1", **more: Any) -> str:
    said = io.StringIO()
    mapping = f"--mapping={mapping_file(tmp_path)}"
    call_command(
        "import_sites", str(written(tmp_path, rows)), f"--case={case}", mapping, *options, stdout=said, **more
    )
    return said.getvalue()


def stops(tmp_path: Path, *options: str, **more: Any) -> str:
    """Return what is said when nothing at all is imported."""
    before = Site.objects.count(), Case.objects.count()
    with pytest.raises(CommandError) as caught:
        run(tmp_path, *options, **more)
    assert caught.value.returncode == 2
    assert (Site.objects.count(), Case.objects.count()) == before
    return str(caught.value)


@pytest.fixture
def demonstration(db: None) -> dict[str, User]:
    """A database in which nobody but the demonstration's accounts may sign in."""
    people = {}
    with change(INSTALLER, "tests.demonstration.made"):
        agency = Agency.objects.create(name="Demonstration Office", short_name="DO", kind="prosecution")
        for name in ("investigator", "prosecutor"):
            person = User(
                username=f"demo_{name}", full_name=f"Demo {name}", agency=agency, is_demonstration=True
            )
            person.set_unusable_password()
            person.save()
            people[name] = person
        Appointment.objects.create(agency=agency, user=people["prosecutor"], role="prosecutor", from_on=SINCE)
    return people


@pytest.fixture
def _named(monkeypatch: pytest.MonkeyPatch, demonstration: dict[str, User]) -> None:
    """Let the accounts of the demonstration be these."""
    accounts = [
        replace(account, username=f"demo_{account.username}")
        for account in DEMO_ACCOUNTS
        if account.username in demonstration
    ]
    monkeypatch.setattr(site_import_person, "DEMO_ACCOUNTS", accounts)


def test_sites_are_imported_under_the_name_that_is_given(cast: Cast, tmp_path: Path) -> None:
    said = run(tmp_path, "--as=investigator")
    assert "2  sites imported" in said
    entry = LedgerEntry.objects.filter(chain=cast.case_a.id, table_name="cases_site").latest("seq")
    assert (entry.actor_id, entry.channel) == (cast.investigator.pk, "import")
    assert "command line of" in entry.reason
    assert "2  there already" in run(tmp_path, "--as=investigator")


@pytest.mark.usefixtures("cast")
def test_refused_rows_go_to_a_file_and_the_status_says_so(tmp_path: Path) -> None:
    for name in ("graves.refused.csv", "graves-2.refused.csv"):
        said = io.StringIO()
        with pytest.raises(SystemExit) as left:
            call_command(
                "import_sites",
                str(written(tmp_path, ROWS + "3,Far,,,,,91,1\n")),
                "--case=A-1",
                "--as=investigator",
                f"--mapping={mapping_file(tmp_path)}",
                stdout=said,
            )
        assert left.value.code == 1
        assert name in said.getvalue()
        assert "row 4: latitude: 91 does not lie" in said.getvalue()
        assert "3,Far" in (tmp_path / name).read_text()


def test_a_dry_run_changes_nothing_and_makes_no_file(cast: Cast, tmp_path: Path) -> None:
    before = Site.objects.count()
    assert "nothing was changed" in run(tmp_path, "--as=investigator", "--dry-run")
    with change(INSTALLER, "tests.appointment.made"):
        Appointment.objects.create(
            agency=cast.agency, user=cast.investigator, role="prosecutor", from_on=SINCE
        )
    new = ("--as=investigator", "--dry-run", "--new-case=Graves")
    assert "2  sites imported" in run(tmp_path, *new, case="N-1")
    assert (Site.objects.count(), Case.objects.filter(number="N-1").exists()) == (before, False)


@pytest.mark.usefixtures("cast")
def test_nobody_imports_without_a_name(tmp_path: Path) -> None:
    assert "--as USERNAME" in stops(tmp_path)
    assert "may sign in" in stops(tmp_path, "--as=ghost")


@pytest.mark.usefixtures("cast")
def test_who_may_not_is_told_so(tmp_path: Path) -> None:
    assert "investigator, prosecutor" in stops(tmp_path, "--as=anthropologist")


@pytest.mark.usefixtures("cast")
def test_an_unknown_case_and_one_of_others_are_told_alike(tmp_path: Path) -> None:
    unknown = stops(tmp_path, "--as=investigator", case="X-9")
    others = stops(tmp_path, "--as=investigator", case="B-1")
    assert "--new-case" in unknown
    assert unknown.replace("X-9", "B-1") == others


def test_a_new_case_is_opened_by_who_may_open_cases(cast: Cast, tmp_path: Path) -> None:
    with change(INSTALLER, "tests.appointment.made"):
        Appointment.objects.create(agency=cast.agency, user=cast.prosecutor, role="prosecutor", from_on=SINCE)
    assert "opened case ES-1" in run(tmp_path, "--as=prosecutor", "--new-case=Graves", case="ES-1")
    case = Case.objects.get(number="ES-1")
    assert (case.title, case.lead_agency, Site.objects.filter(case=case).count()) == (
        "Graves",
        cast.agency,
        2,
    )
    assert Membership.objects.filter(case=case, user=cast.prosecutor, role="prosecutor").exists()
    assert "2  there already" in run(tmp_path, "--as=prosecutor", "--new-case=Graves", case="ES-1")
    assert "prosecutor, supervisor" in stops(tmp_path, "--as=investigator", "--new-case=Graves", case="ES-2")


def test_no_case_is_opened_for_a_file_that_is_none(cast: Cast, tmp_path: Path) -> None:
    with change(INSTALLER, "tests.appointment.made"):
        Appointment.objects.create(agency=cast.agency, user=cast.prosecutor, role="prosecutor", from_on=SINCE)
    assert "no row below" in stops(tmp_path, "--as=prosecutor", "--new-case=Graves", case="ES-1", rows="")


@pytest.mark.usefixtures("_named")
def test_in_a_demonstration_a_new_case_needs_nothing_more(
    demonstration: dict[str, User], tmp_path: Path
) -> None:
    assert "2  sites imported" in run(tmp_path, case="ES-2015")
    case = Case.objects.get(number="ES-2015")
    for who in demonstration.values():
        assert Site.objects.visible_to(User.objects.get(pk=who.pk)).filter(case=case, name="Mill").exists()
    entry = LedgerEntry.objects.filter(chain=case.id, table_name="cases_site").latest("seq")
    assert entry.actor_id == demonstration["investigator"].pk
    assert "2  there already" in run(tmp_path, case="ES-2015")


@pytest.mark.usefixtures("_named")
def test_beside_real_accounts_the_demonstrations_act_no_more(
    demonstration: dict[str, User], tmp_path: Path
) -> None:
    assert "2  sites imported" in run(tmp_path, "--as=demo_prosecutor", "--new-case=Graves", case="ES-1")
    with change(INSTALLER, "tests.account.made"):
        make_user("somebody_real", demonstration["prosecutor"].agency)
    assert "real accounts" in stops(tmp_path, "--as=demo_prosecutor", case="ES-1")
    assert "--as USERNAME" in stops(tmp_path, case="ES-1")


@pytest.mark.django_db
def test_an_empty_database_says_where_accounts_come_from(tmp_path: Path) -> None:
    assert "make run" in stops(tmp_path)
