"""An account is locked after repeated failures, whoever tries, from wherever, by password or by code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from tests.config.accounts import code_of, enrolled, log_in, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "unthrottled")]


@pytest.fixture
def limit(settings: Any) -> int:
    return int(settings.AXES_FAILURE_LIMIT)


def fail(client: Client, times: int, **fields: Any) -> list[int]:
    return [log_in(client, **fields).status_code for _ in range(times)]


def test_fifth_failure_locks_the_account(client: Client, limit: int) -> None:
    device, _ = enrolled(make_account())
    assert fail(client, limit, password="wrong") == [200, 200, 200, 200, 429]
    assert log_in(client, code=code_of(device)).status_code == 429


def test_wrong_codes_count(client: Client, limit: int) -> None:
    device, _ = enrolled(make_account())
    assert fail(client, limit, code="000000")[-1] == 429
    assert log_in(client, code=code_of(device)).status_code == 429


def test_lock_holds_from_every_address(client: Client, limit: int) -> None:
    device, _ = enrolled(make_account())
    for last in range(limit):
        log_in(Client(REMOTE_ADDR=f"192.0.2.{last}"), password="wrong")
    assert log_in(client, code=code_of(device)).status_code == 429


def test_one_account_does_not_lock_another(client: Client, limit: int) -> None:
    make_account()
    device, _ = enrolled(make_account("other"))
    fail(client, limit, password="wrong")
    assert log_in(client, username="other", code=code_of(device)).status_code == 302


def test_lock_opens_after_its_time_and_is_not_prolonged_by_trying(
    client: Client, limit: int, settings: Any
) -> None:
    device, _ = enrolled(make_account())
    fail(client, limit, password="wrong")
    AccessAttempt.objects.update(
        attempt_time=AccessAttempt.objects.get().attempt_time - timedelta(minutes=14)
    )
    before = AccessAttempt.objects.get().attempt_time
    fail(client, 2, password="wrong")
    assert AccessAttempt.objects.get().attempt_time == before
    AccessAttempt.objects.update(attempt_time=before - settings.AXES_COOLOFF_TIME)
    assert log_in(client, code=code_of(device)).status_code == 302


def test_login_clears_the_count(client: Client, limit: int) -> None:
    device, _ = enrolled(make_account())
    fail(client, limit - 1, password="wrong")
    assert log_in(client, code=code_of(device)).status_code == 302
    assert fail(Client(), limit - 1, password="wrong")[-1] == 200


def test_unknown_name_is_answered_like_a_known_one(client: Client, limit: int) -> None:
    make_account()
    fail(client, limit, password="wrong")
    known = log_in(client, password="wrong").content
    fail(client, limit, username="nobody")
    assert log_in(client, username="nobody").content == known


def test_page_says_how_long_and_what_to_do(client: Client, limit: int) -> None:
    fail(client, limit)
    response = log_in(client)
    assert response.headers["Retry-After"] == "900"
    assert "15 minutes" in response.content.decode()


def test_no_password_and_no_code_is_kept(client: Client) -> None:
    log_in(client, password="hunter-of-secrets", code="314159")
    kept = str(AccessAttempt.objects.values().get())
    assert "hunter-of-secrets" not in kept
    assert "314159" not in kept
