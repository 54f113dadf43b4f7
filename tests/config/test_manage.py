"""What `manage.py` starts before it runs a command."""

from __future__ import annotations

import sys

import pytest

import manage


@pytest.mark.parametrize(("address", "started"), [(None, 1), ("", 1), ("postgresql://app@/taphos", 0)])
def test_the_embedded_server_is_started_where_no_other_is_named(
    monkeypatch: pytest.MonkeyPatch, address: str | None, started: int
) -> None:
    starts: list[None] = []
    monkeypatch.setattr("config.postgres.start", lambda: starts.append(None))
    monkeypatch.setattr("django.core.management.execute_from_command_line", lambda argv: None)
    monkeypatch.setattr(sys, "argv", ["manage.py", "check"])
    if address is None:
        monkeypatch.delenv("DATABASE_URL", raising=False)
    else:
        monkeypatch.setenv("DATABASE_URL", address)
    manage.main()
    assert len(starts) == started
