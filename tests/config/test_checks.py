"""Taphos does not start on a default secret, on DEBUG, as a role that could change the ledger, and so on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core import checks as framework
from django.db import OperationalError, connection, connections
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.sites import UnfoldAdminSite

from cases.ledger.context import change
from cases.models import Appointment, User
from config import checks
from config.checks import UnsafeStart, refuse_unsafe_start
from tests.actors import INSTALLER, SINCE, Cast

SECRET = "Jw7-kQ2pZx_V9tRb4YmC1sLh8NfGd5UaEo3TiWc6XvBnMzKyPqRjHg0DlSu"


def found(databases: list[str] | None = None) -> set[str]:
    messages = framework.run_checks(tags=[checks.TAG], include_deployment_checks=True, databases=databases)
    return {message.id for message in messages if message.id}


@pytest.fixture
def production(settings: Any, tmp_path: Path) -> Any:
    """Set everything as it must be."""
    key = tmp_path / "checkpoint.key"
    key.write_text("a key")
    settings.TAPHOS_DEMO = False
    settings.SECRET_KEY = SECRET
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["taphos.example.org"]
    settings.TAPHOS_CHECKPOINT_KEY = key
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SESSION_COOKIE_HTTPONLY = True
    return settings


def test_nothing_is_found_when_all_is_set(production: Any) -> None:
    assert found() == set()


@pytest.mark.parametrize(
    "secret", ["short", "a" * 80, f"django-insecure-{SECRET}", f"{settings.DEMO_SECRET}-{SECRET}"]
)
def test_default_or_short_secret(production: Any, secret: str) -> None:
    production.SECRET_KEY = secret
    assert found() == {"taphos.E001"}


def test_debug(production: Any) -> None:
    production.DEBUG = True
    assert found() == {"taphos.E002"}


@pytest.mark.parametrize("hosts", [[], ["*"], ["taphos.example.org", "*"]])
def test_hosts(production: Any, hosts: list[str]) -> None:
    production.ALLOWED_HOSTS = hosts
    assert found() == {"taphos.E003"}


def test_checkpoint_key(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_role_faults", lambda alias: [])
    production.TAPHOS_CHECKPOINT_KEY = Path("/nonexistent/checkpoint.pem")
    assert found(["default"]) == {"taphos.E004"}


@pytest.mark.parametrize("name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"])
def test_cookies(production: Any, name: str) -> None:
    setattr(production, name, False)
    assert found() == {"taphos.E005"}


def test_admin_site_without_second_factor(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "site", UnfoldAdminSite())
    assert found() == {"taphos.E011"}


def test_admin_has_no_page_for_the_secrets_of_second_factors() -> None:
    assert not admin.site.is_registered(TOTPDevice)
    assert not admin.site.is_registered(StaticDevice)


def test_demonstration_is_spared(production: Any) -> None:
    production.TAPHOS_DEMO = True
    production.SECRET_KEY = "short"
    production.ALLOWED_HOSTS = ["*"]
    assert found() == set()


def test_commands_that_are_no_server_are_not_held_up(production: Any) -> None:
    production.SECRET_KEY = "short"
    assert framework.run_checks(tags=[checks.TAG]) == []


def test_start_is_refused_with_everything_that_is_wrong(
    production: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_role_faults", lambda alias: [])
    production.SECRET_KEY = "short"
    production.DEBUG = True
    with pytest.raises(UnsafeStart, match=r"(?s)taphos\.E001.*taphos\.E002") as refused:
        refuse_unsafe_start()
    assert str(refused.value).count("taphos.E") == 2


@pytest.mark.django_db
def test_application_role_may_serve(production: Any) -> None:
    assert found(["default"]) == set()
    refuse_unsafe_start()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("'postgres', true, true, 40, array['ledger_entry'], false", "taphos.E007"),
        ("'taphos_owner', false, true, 0, array[]::text[], false", "taphos.E008"),
        ("'taphos_owner', false, false, 40, array['ledger_entry'], false", "taphos.E008"),
        ("'careless', false, false, 0, array['ledger_entry'], false", "taphos.E009"),
        ("'taphos_app', false, false, 0, array[]::text[], true", "taphos.E010"),
    ],
)
def test_each_answer_of_the_database_has_its_refusal(
    production: Any, monkeypatch: pytest.MonkeyPatch, answer: str, expected: str
) -> None:
    monkeypatch.setattr(checks, "_ROLE_SQL", f"select {answer} where %s::text[] is not null")
    assert found(["default"]) == {expected}


@pytest.mark.django_db
def test_owner_of_the_database_may_not_serve(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = connections.create_connection("default")
    owner.settings_dict = {**connection.settings_dict, "USER": production.TAPHOS_OWNER_ROLE}
    monkeypatch.setattr(checks, "connections", {"default": owner})
    try:
        assert found(["default"]) == {"taphos.E008"}
    finally:
        owner.close()


def test_database_that_does_not_answer(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf:
        def __getitem__(self, alias: str) -> Any:
            raise OperationalError("connection refused")

    monkeypatch.setattr(checks, "connections", Deaf())
    assert found(["default"]) == {"taphos.E006"}


def test_demonstration_beside_real_administrators(cast: Cast, settings: Any) -> None:
    settings.TAPHOS_DEMO = True
    assert found(["default"]) == {"taphos.E012"}
    with change(INSTALLER, "tests.account.made_of_the_demonstration"):
        follower = User(username="demo", full_name="Demo", agency=cast.agency, is_demonstration=True)
        follower.set_unusable_password()
        follower.save()
        Appointment.objects.create(agency=cast.agency, user=follower, role="administrator", from_on=SINCE)
    with change(INSTALLER, "tests.account.switched_off"):
        cast.administrator.is_active = False
        cast.administrator.save()
    assert found(["default"]) == set()
