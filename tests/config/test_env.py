"""Environment readers: what they return, and how they refuse."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config import env


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the variable TAPHOS_X that every test reads."""
    return lambda value: monkeypatch.setenv("TAPHOS_X", value)


READERS = [
    env.read_str,
    env.read_secret,
    env.read_bool,
    env.read_int,
    env.read_list,
    env.read_path,
    env.read_duration,
    env.read_database,
]


@pytest.mark.parametrize("read", READERS)
def test_a_variable_without_a_default_must_be_set(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAPHOS_X", raising=False)
    with pytest.raises(env.BadEnvironment, match="TAPHOS_X") as refused:
        read("TAPHOS_X")
    assert refused.value.name == "TAPHOS_X"


@pytest.mark.parametrize("read", READERS)
def test_an_empty_variable_counts_as_unset(read: Any, given: Callable[[str], None]) -> None:
    given("  ")
    assert read("TAPHOS_X", None) is None


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (env.read_str, " Khojaly ", "Khojaly"),
        (env.read_bool, "YES", True),
        (env.read_bool, "0", False),
        (env.read_int, "-7", -7),
        (env.read_list, "a, b", ["a", "b"]),
        (env.read_path, "/srv/taphos", Path("/srv/taphos")),
        (env.read_duration, "15m", timedelta(minutes=15)),
        (env.read_duration, "1h30m", timedelta(minutes=90)),
    ],
)
def test_a_good_value_is_read_with_its_type(
    read: Any, text: str, value: object, given: Callable[[str], None]
) -> None:
    given(text)
    assert read("TAPHOS_X") == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (env.read_bool, "maybe"),
        (env.read_bool, "2"),
        (env.read_int, "1.5"),
        (env.read_int, "١٢"),
        (env.read_int, "1e3"),
        (env.read_list, "a,,b"),
        (env.read_path, "~no-such-account/x"),
        (env.read_duration, "15"),
        (env.read_duration, "15 minutes"),
        (env.read_duration, "0s"),
        (env.read_duration, "9999999d"),
    ],
)
def test_a_bad_value_is_refused_by_name_and_value(read: Any, text: str, given: Callable[[str], None]) -> None:
    given(text)
    with pytest.raises(env.BadEnvironment) as refused:
        read("TAPHOS_X")
    assert "TAPHOS_X" in str(refused.value)
    assert repr(text) in str(refused.value)


def test_a_number_outside_its_bounds_is_refused(given: Callable[[str], None]) -> None:
    given("70000")
    with pytest.raises(env.BadEnvironment, match="65535 or less"):
        env.read_int("TAPHOS_X", minimum=1, maximum=65535)
    with pytest.raises(env.BadEnvironment, match="80000 or more"):
        env.read_int("TAPHOS_X", minimum=80000)


def test_a_text_outside_its_choices_is_refused(given: Callable[[str], None]) -> None:
    given("both")
    with pytest.raises(env.BadEnvironment, match="app, owner"):
        env.read_str("TAPHOS_X", choices=("app", "owner"))


def test_a_path_that_must_exist_is_refused_when_it_does_not(
    given: Callable[[str], None], tmp_path: Path
) -> None:
    given(str(tmp_path / "absent"))
    with pytest.raises(env.BadEnvironment, match="exists"):
        env.read_path("TAPHOS_X", must_exist=True)


def test_a_relative_path_starts_at_the_working_directory(
    given: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given("var")
    assert env.read_path("TAPHOS_X") == tmp_path / "var"


def test_a_short_secret_is_refused_without_being_repeated(given: Callable[[str], None]) -> None:
    given("hunter2")
    with pytest.raises(env.BadEnvironment, match="at least 50 characters") as refused:
        env.read_secret("TAPHOS_X", minimum_length=50)
    assert "hunter2" not in str(refused.value)


def test_a_database_address_becomes_settings(given: Callable[[str], None]) -> None:
    given("postgresql://taphos_app:p%40ss%2Fword@db.example:5433/taphos?sslmode=verify-full")
    assert env.read_database("TAPHOS_X") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "taphos",
        "USER": "taphos_app",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_a_database_address_may_name_a_socket_directory(given: Callable[[str], None]) -> None:
    given("postgresql://taphos_app@/taphos?host=%2Frun%2Fpostgresql&port=5433")
    settings = env.read_database("TAPHOS_X")
    assert (settings["HOST"], settings["PORT"], settings["OPTIONS"]) == ("/run/postgresql", "5433", {})


@pytest.mark.parametrize(
    "address",
    [
        "mysql://taphos:s3cret@host/taphos",
        "postgresql://host/taphos?password=s3cret",
        "postgresql://taphos:s3cret@host",
        "postgresql://taphos:s3cret@host:port/taphos",
        "postgresql://[taphos:s3cret@host/taphos",
    ],
)
def test_a_bad_database_address_is_refused_without_its_password(
    address: str, given: Callable[[str], None]
) -> None:
    given(address)
    with pytest.raises(env.BadEnvironment, match="TAPHOS_X") as refused:
        env.read_database("TAPHOS_X")
    assert "s3cret" not in str(refused.value)
