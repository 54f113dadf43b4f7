"""The front door's tests stand still at one moment: codes and session limits depend on nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django_otp.plugins.otp_totp import models as totp_models

from config import middleware
from tests.config.accounts import MOMENT


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stop the clock of the authenticators and of the sessions at `clock.now`; a test may move it."""
    clock = SimpleNamespace(now=MOMENT)
    stopped = SimpleNamespace(time=lambda: clock.now)
    monkeypatch.setattr(totp_models, "time", stopped)
    monkeypatch.setattr(middleware, "time", stopped)
    return clock


@pytest.fixture
def unthrottled(settings: Any) -> None:
    """Let a right code follow a wrong one at once; the pause between the two has a test of its own."""
    settings.OTP_TOTP_THROTTLE_FACTOR = 0
    settings.OTP_STATIC_THROTTLE_FACTOR = 0


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """Hash passwords quickly; the hash that is really used has a test of its own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
