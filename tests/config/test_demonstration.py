"""The demonstration's accounts: easy to use in a demonstration, of no use anywhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from cases.demo import DEMO_ACCOUNTS
from cases.models.membership import Role
from tests.config.accounts import code_of, enrolled, log_in, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "unthrottled")]


@pytest.fixture
def demonstration(settings: Any) -> None:
    settings.TAPHOS_DEMO = True


@pytest.mark.usefixtures("demonstration")
def test_demonstration_account_logs_in_by_password(client: Client) -> None:
    make_account(is_demonstration=True)
    assert log_in(client).headers["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.usefixtures("demonstration")
def test_account_with_a_device_needs_its_code_in_a_demonstration_too(client: Client) -> None:
    device, _ = enrolled(make_account())
    assert log_in(client).status_code == 200
    assert log_in(client, code=code_of(device)).status_code == 302


@pytest.mark.usefixtures("demonstration")
def test_login_page_lists_every_demonstration_account_and_fills_the_form(client: Client) -> None:
    login = reverse("admin:login")
    page = client.get(login, {"next": reverse("admin:password_change")}).content.decode()
    for account in DEMO_ACCOUNTS:
        assert f"account={account.username}" in page
    chosen = client.get(login, {"account": "custodian"})
    assert chosen.context["form"]["username"].value() == "custodian"
    assert f'value="{DEMO_ACCOUNTS[0].password}"' in chosen.content.decode()


def test_login_page_lists_nobody_elsewhere(client: Client) -> None:
    page = client.get(reverse("admin:login"), {"account": "custodian"}).content.decode()
    assert "custodian" not in page.replace("account=custodian", "")
    assert DEMO_ACCOUNTS[0].password not in page


def test_demonstration_account_is_refused_elsewhere(client: Client) -> None:
    make_account(is_demonstration=True)
    assert log_in(client).status_code == 200
    assert SESSION_KEY not in client.session


def test_session_of_a_demonstration_account_ends_when_the_demonstration_does(
    client: Client, settings: Any
) -> None:
    settings.TAPHOS_DEMO = True
    make_account(is_demonstration=True)
    log_in(client)
    settings.TAPHOS_DEMO = False
    assert client.get(reverse("admin:index")).status_code == 302


def test_every_role_has_an_account_and_one_account_has_no_role() -> None:
    roles = [account.role for account in DEMO_ACCOUNTS]
    assert set(roles) == {*Role.values, None}
    # What one of them drafts or proposes, the other decides.
    assert (roles.count("prosecutor"), roles.count("anthropologist")) == (2, 2)
    assert len({account.username for account in DEMO_ACCOUNTS}) == len(DEMO_ACCOUNTS)
