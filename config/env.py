"""Typed readers of environment variables, which refuse a bad value by name when Taphos starts.

An empty variable counts as unset, as compose files and shells leave it.
A variable without a default is required.
"""

import json
import os
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

Default = TypeVar("Default")
Value = TypeVar("Value")


class Missing(Enum):
    """Stands for "no default": a type of its own, so that None can be one."""

    REQUIRED = "required"


REQUIRED: Final = Missing.REQUIRED
TRUE: Final = frozenset({"1", "true", "yes", "on"})
FALSE: Final = frozenset({"0", "false", "no", "off"})
SECONDS_PER: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class BadEnvironment(ImproperlyConfigured):
    """An environment variable that Taphos cannot use; the sentence names it, its value and what would do."""

    def __init__(self, name: str, rule: str, value: str | None = None) -> None:
        self.name = name
        super().__init__(f"{name} {rule}." if value is None else f"{name} is {value!r}, but it {rule}.")


def read_str(
    name: str, default: Default | Missing = REQUIRED, *, choices: Sequence[str] = ()
) -> str | Default:
    """Return the text of `name`, stripped; with `choices`, one of them."""

    def parse(text: str) -> str:
        if choices and text not in choices:
            raise BadEnvironment(name, f"must be one of {', '.join(choices)}", text)
        return text

    return _read(name, default, parse)


def read_secret(
    name: str, default: Default | Missing = REQUIRED, *, minimum_length: int = 1
) -> str | Default:
    """Return a secret of at least `minimum_length` characters; a refusal never repeats it."""

    def parse(text: str) -> str:
        if len(text) < minimum_length:
            raise BadEnvironment(name, f"must have at least {minimum_length} characters, and has {len(text)}")
        return text

    return _read(name, default, parse)


def read_bool(name: str, default: Default | Missing = REQUIRED) -> bool | Default:
    """Return 1, true, yes, on as True and 0, false, no, off as False; nothing else is guessed at."""

    def parse(text: str) -> bool:
        if text.lower() in TRUE:
            return True
        if text.lower() in FALSE:
            return False
        raise BadEnvironment(name, "must be 1, true, yes or on, or 0, false, no or off", text)

    return _read(name, default, parse)


def read_int(
    name: str,
    default: Default | Missing = REQUIRED,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
) -> int | Default:
    """Return a whole number between `minimum` and `maximum`, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise BadEnvironment(name, "must be a whole number", text)
        number = int(text)
        if minimum is not None and number < minimum:
            raise BadEnvironment(name, f"must be {minimum} or more", text)
        if maximum is not None and number > maximum:
            raise BadEnvironment(name, f"must be {maximum} or less", text)
        return number

    return _read(name, default, parse)


def read_list(name: str, default: Default | Missing = REQUIRED) -> list[str] | Default:
    """Return the parts between commas, stripped; an empty part is refused, for it is a slip of the pen."""

    def parse(text: str) -> list[str]:
        parts = [part.strip() for part in text.split(",")]
        if not all(parts):
            raise BadEnvironment(name, "must be values with one comma between each two", text)
        return parts

    return _read(name, default, parse)


def read_path(
    name: str, default: Default | Missing = REQUIRED, *, must_exist: bool = False
) -> Path | Default:
    """Return an absolute path; `~` is the home directory, a relative path starts at the working directory."""

    def parse(text: str) -> Path:
        try:
            path = Path(text).expanduser().absolute()
        except RuntimeError:
            raise BadEnvironment(name, "names a home directory that does not exist", text) from None
        if must_exist and not path.exists():
            raise BadEnvironment(name, "must name something that exists", text)
        return path

    return _read(name, default, parse)


def read_duration(
    name: str, default: Default | Missing = REQUIRED, *, minimum: timedelta = timedelta(seconds=1)
) -> timedelta | Default:
    """Return a duration written as number and unit (s, m, h, d): 15m, 12h, 1h30m."""

    def parse(text: str) -> timedelta:
        if not re.fullmatch(r"(?:[0-9]{1,6}[smhd])+", text):
            raise BadEnvironment(
                name, "must be a number and a unit (s, m, h, d) such as 90s, 15m or 12h", text
            )
        parts = re.findall(r"([0-9]+)([smhd])", text)
        duration = timedelta(seconds=sum(int(number) * SECONDS_PER[unit] for number, unit in parts))
        if duration < minimum:
            raise BadEnvironment(name, f"must be at least {minimum.total_seconds():.0f}s", text)
        return duration

    return _read(name, default, parse)


def read_json(name: str, default: Default | Missing = REQUIRED) -> dict[str, Any] | Default:
    """Return the names and values of a JSON object; a refusal never repeats it, for a secret may stand in it."""

    def parse(text: str) -> dict[str, Any]:
        try:
            said = json.loads(text)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise BadEnvironment(name, 'must be a JSON object such as {"bucket_name": "evidence"}')
        return said

    return _read(name, default, parse)


def read_database(name: str, default: Default | Missing = REQUIRED) -> dict[str, Any] | Default:
    """Return Django's settings for an address postgresql://role:password@host:port/name?sslmode=require.

    A socket directory goes into the query: postgresql://role@/name?host=/run/postgresql.
    A refusal never repeats the address, for a password may stand in it.
    """

    def parse(text: str) -> dict[str, Any]:
        try:
            url = urlsplit(text)
            port = url.port
        except ValueError:
            raise BadEnvironment(
                name, "must be an address: postgresql://role:password@host:5432/database"
            ) from None
        if url.scheme not in {"postgres", "postgresql"}:
            raise BadEnvironment(
                name, "must begin with postgresql://, the only database Taphos keeps its rules in"
            )
        if not (url.username and url.path.strip("/")):
            raise BadEnvironment(
                name, "must name a role and a database: postgresql://role:password@host/database"
            )
        options = dict(parse_qsl(url.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.strip("/")),
            "USER": unquote(url.username),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(options.pop("host", "") or url.hostname or ""),
            "PORT": options.pop("port", "") or str(port or ""),
            "OPTIONS": options,
        }

    return _read(name, default, parse)


def _read(name: str, default: Default | Missing, parse: Callable[[str], Value]) -> Value | Default:
    text = os.environ.get(name, "").strip()
    if text:
        return parse(text)
    if isinstance(default, Missing):
        raise BadEnvironment(name, "must be set")
    return default
