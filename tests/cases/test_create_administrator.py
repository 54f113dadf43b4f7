"""The first administrator: made by Taphos itself, with a strong password, once."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.http import HttpRequest

from cases import access
from cases.models import Agency, LedgerEntry, User
from tests.actors import Cast

pytestmark = pytest.mark.django_db

NEW_AGENCY = ("--agency=Office C", "--short-name=POC", "--kind=prosecution")


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """Hash passwords quickly."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make(*options: str) -> str:
    said = io.StringIO()
    call_command("create_administrator", "first", "--name=First Person", *options, stdout=said)
    return said.getvalue()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed at a terminal, in turn."""
    lines: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: lines.pop(0))
    return lines


def test_generated_password_is_shown_once_and_lets_in() -> None:
    said = make(*NEW_AGENCY, "--generate")
    password = said.split("shown this once: ")[1].splitlines()[0]
    assert authenticate(HttpRequest(), username="first", password=password) == User.objects.get()


def test_administrator_makes_accounts_and_sees_no_case() -> None:
    make(*NEW_AGENCY, "--generate")
    first = User.objects.get(username="first")
    assert access.may(first, "cases.user:create")
    assert not access.may(first, "cases.case:create")
    assert not first.is_demonstration


def test_ledger_says_that_taphos_made_the_account_and_never_the_password() -> None:
    make(*NEW_AGENCY, "--generate")
    entries = LedgerEntry.objects.filter(action="cases.user.administrator_made")
    tables = ["cases_agency", "cases_appointment", "cases_user"]
    assert sorted(entries.values_list("table_name", flat=True)) == tables
    assert {entry.actor_name for entry in entries} == {"Taphos (command line)"}
    assert all('"password"' not in entry.payload for entry in entries)


def test_second_administrator_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(CommandError, match="reason"):
        make(f"--agency={cast.agency.name}", "--generate")
    make(f"--agency={cast.agency.name}", "--generate", "--reason=The other one lost the second factor.")
    assert User.objects.get(username="first").agency == cast.agency


def test_agency_that_is_not_there_needs_its_kind() -> None:
    with pytest.raises(CommandError, match="--kind"):
        make("--agency=Office C", "--generate")
    assert not Agency.objects.exists()


@pytest.mark.parametrize("password", ["short", "first-person-first", "12345678901234"])
def test_weak_password_makes_nothing(typed: list[str], password: str) -> None:
    typed += [password, password]
    with pytest.raises(CommandError, match="password"):
        make(*NEW_AGENCY)
    assert not Agency.objects.exists()


def test_password_is_typed_twice(typed: list[str]) -> None:
    typed += ["crane-willow-basalt", "crane-willow-basilt"]
    with pytest.raises(CommandError, match="differ"):
        make(*NEW_AGENCY)
    typed += ["crane-willow-basalt"] * 2
    assert "crane" not in make(*NEW_AGENCY)


def test_password_is_not_read_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(CommandError, match="--generate"):
        make(*NEW_AGENCY)


def test_name_that_is_taken_makes_nothing(cast: Cast) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command(
            "create_administrator", "investigator", "--name=X", *NEW_AGENCY, "--generate", "--reason=Test."
        )
    assert not Agency.objects.filter(name="Office C").exists()
