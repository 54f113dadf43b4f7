"""The commands that serve: what they refuse before they start, and what they say when they have."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.migrations.recorder import MigrationRecorder
from rich.console import Console

from cases.demo import DEMO_ACCOUNTS
from config import serving
from config.management.commands import run
from tests.actors import Cast

HOST = "127.0.0.1"


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail if a command gets as far as serving."""

    def serve(self: Any) -> None:
        raise AssertionError("served")

    monkeypatch.setattr(serving.Server, "run", serve)


def test_port_in_use_is_refused_with_another_one(taken_port: int) -> None:
    with pytest.raises(CommandError, match=f"Port {taken_port} .* PORT={taken_port + 1}"):
        serving.refuse_port_in_use(HOST, taken_port)


def test_free_port_is_taken() -> None:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port = listener.getsockname()[1]
    serving.refuse_port_in_use(HOST, port)


def test_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CommandError, match=r"192\.0\.2\.1"):
        serving.refuse_port_in_use("192.0.2.1", 8000)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80.5"])
def test_port_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(CommandError, match="PORT"):
        serving.chosen_port()


@pytest.mark.django_db
def test_migrated_database_has_nothing_pending() -> None:
    assert serving.pending_migrations() == []


@pytest.mark.django_db
def test_migration_that_the_database_has_not_seen_is_pending(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = MigrationRecorder.applied_migrations

    def without_one(self: MigrationRecorder) -> Any:
        found = applied(self)
        del found["remains", "0002_ledger"]
        return found

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", without_one)
    assert serving.pending_migrations() == ["remains.0002_ledger"]


def test_own_server_is_not_migrated_without_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://taphos_app@/taphos")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        serving.migrate_as_owner()


@pytest.mark.usefixtures("no_server")
def test_run_refuses_outside_the_demonstration(settings: Any) -> None:
    settings.TAPHOS_DEMO = False
    with pytest.raises(CommandError, match="TAPHOS_DEMO"):
        call_command("run")


@pytest.mark.usefixtures("no_server")
def test_run_refuses_a_port_in_use_before_anything_else(
    settings: Any, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TAPHOS_DEMO = True
    monkeypatch.setenv("PORT", str(taken_port))
    with pytest.raises(CommandError, match="in use"):  # no database is asked: this test may use none
        call_command("run")


@pytest.mark.usefixtures("no_server")
def test_serve_refuses_the_demonstration(settings: Any) -> None:
    settings.TAPHOS_DEMO = True
    with pytest.raises(CommandError, match="TAPHOS_DEMO"):
        call_command("serve")


@pytest.mark.usefixtures("no_server")
def test_serve_needs_collected_static_files(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    with pytest.raises(CommandError, match="collectstatic"):
        call_command("serve")


@pytest.mark.django_db
@pytest.mark.usefixtures("no_server")
def test_serve_refuses_what_is_unsafe(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "taphos").mkdir()
    (tmp_path / "taphos" / "pages.css").touch()
    settings.SECRET_KEY = settings.DEMO_SECRET
    with pytest.raises(CommandError, match=r"taphos\.E001"):
        call_command("serve")


def test_sample_is_not_loaded_beside_a_case(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*args: Any, **options: Any) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr(run, "call_command", load)
    run.load_sample_into_empty_database(Console(file=io.StringIO()))


def test_welcome_names_address_and_every_account() -> None:
    said = io.StringIO()
    run.welcome(Console(file=said, width=80, soft_wrap=True), 8123)
    assert "http://127.0.0.1:8123/" in said.getvalue()
    assert "http://127.0.0.1:8123/updates/" in said.getvalue()
    assert "make stop" in said.getvalue()
    for account in DEMO_ACCOUNTS:
        assert f" {account.username} " in said.getvalue()
