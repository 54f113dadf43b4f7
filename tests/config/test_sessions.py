"""A session ends after so many idle seconds and after so many altogether, and says why."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth import SESSION_KEY
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken

from tests.config.accounts import code_of, enrolled, log_in, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unthrottled")]


@pytest.fixture
def worker(client: Client, clock: SimpleNamespace) -> Client:
    device, _ = enrolled(make_account())
    log_in(client, code=code_of(device))
    return client


def is_open(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


def work_for(seconds: int, client: Client, clock: SimpleNamespace) -> None:
    """Ask for a page every ten minutes."""
    until = clock.now + seconds
    while clock.now < until:
        clock.now = min(until, clock.now + 600)
        client.get(reverse("admin:index"))


def test_session_lasts_while_somebody_works(worker: Client, clock: SimpleNamespace) -> None:
    work_for(3 * 3600, worker, clock)
    assert is_open(worker)


def test_session_ends_after_fifteen_idle_minutes(worker: Client, clock: SimpleNamespace) -> None:
    clock.now += 899
    assert is_open(worker)
    clock.now += 900
    assert not is_open(worker)
    assert SESSION_KEY not in worker.session


def test_session_ends_after_twelve_hours_of_work(worker: Client, clock: SimpleNamespace) -> None:
    work_for(12 * 3600 - 1, worker, clock)
    assert is_open(worker)
    clock.now += 1
    assert not is_open(worker)


def test_new_login_starts_new_twelve_hours(worker: Client, clock: SimpleNamespace) -> None:
    work_for(11 * 3600, worker, clock)
    kept = StaticToken.objects.all()[0].token
    log_in(worker, code=kept)
    work_for(2 * 3600, worker, clock)
    assert is_open(worker)


def test_login_page_says_why_the_session_ended(worker: Client, clock: SimpleNamespace) -> None:
    clock.now += 901
    page = worker.get(reverse("admin:index"), follow=True)
    assert "15 minutes without activity" in page.content.decode()
    assert page.redirect_chain[-1][0] == "/admin/login/?next=/admin/"


def test_form_sent_too_late_is_told_that_it_was_not_saved(worker: Client, clock: SimpleNamespace) -> None:
    clock.now += 901
    page = worker.post(reverse("admin:password_change"), {}, follow=True)
    assert "was not saved" in page.content.decode()


def test_request_to_the_api_leaves_no_message_behind(worker: Client, clock: SimpleNamespace) -> None:
    clock.now += 901
    response = worker.get("/api/v1/")
    assert list(get_messages(response.wsgi_request)) == []
    assert SESSION_KEY not in worker.session


def test_limits_come_from_the_settings(worker: Client, clock: SimpleNamespace, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = 60
    clock.now += 60
    assert not is_open(worker)


def test_login_changes_the_session_key(client: Client, clock: SimpleNamespace) -> None:
    device, recovery = enrolled(make_account())
    log_in(client, code=code_of(device))
    before = client.session.session_key
    log_in(client, code=recovery[0])
    assert client.session.session_key != before


def test_cookie_is_for_our_pages_only(worker: Client) -> None:
    cookie = worker.cookies[configured.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]
