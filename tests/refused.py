"""Shortened ways to say in a test that something is refused, by a service or by the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cases.ledger.context import Actor, change
from cases.models import User
from cases.refusals import Refusal
from tests.actors import INSTALLER


@contextmanager
def refused(code: str, field: str | None = None) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Expect a refusal with this code, and at this field if one is named."""
    with pytest.raises(Refusal) as caught:
        yield caught
    assert caught.value.code == code, caught.value
    if field is not None:
        assert caught.value.field == field


@contextmanager
def database_refuses(rule: str, actor: User | Actor = INSTALLER, *, reason: str = "") -> Iterator[None]:
    """Expect the database to refuse a write in the name of this constraint or rule."""
    with (
        pytest.raises(IntegrityError) as caught,
        transaction.atomic(),
        change(actor, "tests.rule.attacked", reason=reason),
    ):
        yield
    cause: Any = caught.value.__cause__
    assert cause.diag.constraint_name == rule, cause


def run(statement: str, *values: Any) -> None:
    """Run one statement as the application role."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
