"""The sample case, loaded for tests."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from django.core.management import call_command
from django.test import override_settings

from evidence.management.commands.load_sample import SAMPLE


def load(*people: str, file: Path = SAMPLE) -> str:
    """Load it by these people, or by the demonstration's; return what is said of it."""
    said = io.StringIO()
    call_command("load_sample", *(f"--as={text}" for text in people), file=file, stdout=said)
    return said.getvalue()


@contextmanager
def quick_accounts() -> Iterator[None]:
    """Hash the accounts' passwords quickly."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@contextmanager
def without_drawings() -> Iterator[None]:
    """Leave out the drawings that stand for photographs: they are slow to make."""
    with patch("evidence.sample.loader.enter_photograph", lambda *_entry, **_more: None):
        yield
