"""Who came in, how, and who was refused: one line each in the access log."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import AccessLogEntry
from config.codes import device_to_confirm
from tests.config.accounts import code_of, enrolled, log_in, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "unthrottled")]


def lines() -> list[tuple[str, str, str]]:
    return list(AccessLogEntry.objects.order_by("at", "id").values_list("kind", "user_name", "detail"))


def test_login_and_logout(client: Client) -> None:
    device, recovery = enrolled(make_account())
    log_in(client, code=code_of(device))
    client.post(reverse("admin:logout"))
    log_in(client, code=recovery[0])
    assert [(kind, detail) for kind, _, detail in lines()] == [
        ("signed_in", "password and authenticator"),
        ("signed_out", ""),
        ("signed_in", "password and recovery"),
    ]


def test_enrolment(client: Client) -> None:
    user = make_account()
    log_in(client)
    client.get(reverse("admin:second_factor_enrol"))
    client.post(reverse("admin:second_factor_enrol"), {"code": code_of(device_to_confirm(user))})
    assert [(kind, detail) for kind, _, detail in lines()] == [
        ("signed_in", "password only"),
        ("second_factor", "enrolled"),
    ]


def test_refusal_stands_with_the_account_and_its_address(client: Client) -> None:
    enrolled(make_account())
    log_in(Client(REMOTE_ADDR="192.0.2.7"), code="000000")
    assert lines() == [("refused", "Examiner", "")]
    assert AccessLogEntry.objects.get().address == "192.0.2.7"


def test_name_of_no_account_is_not_kept(client: Client) -> None:
    log_in(client, username="a password in the wrong field")
    assert lines() == []


def test_trying_on_a_locked_account_does_not_fill_the_log(client: Client) -> None:
    make_account()
    for _ in range(9):
        log_in(client, password="wrong")
    assert [detail for _, _, detail in lines()] == ["", "", "", "", "account locked"]
