"""How passwords are kept and which ones are taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cases.models import LedgerEntry, User
from config import settings as production
from tests.config.accounts import PASSWORD, code_of, enrolled, log_in, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "unthrottled")]


def test_new_passwords_are_kept_by_argon2(settings: Any) -> None:
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    assert make_account().password.startswith("argon2$")


def test_outdated_hash_is_renewed_at_the_login_as_a_recorded_change(client: Client, settings: Any) -> None:
    argon2, outdated = production.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = [outdated]
    user = make_account()
    settings.PASSWORD_HASHERS = [argon2, outdated]
    assert log_in(client).status_code == 302
    assert User.objects.get(pk=user.pk).password.startswith("argon2$")
    assert LedgerEntry.objects.filter(action="cases.user.password_rehashed", actor_id=user.pk).count() == 1


def test_own_change_is_recorded_without_the_hash(client: Client) -> None:
    device, _ = enrolled(make_account())
    log_in(client, code=code_of(device))
    new = "another long passphrase"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("admin:password_change"), fields).status_code == 302
    entry = LedgerEntry.objects.get(action="cases.user.password_changed")
    assert entry.channel == "admin"
    assert User.objects.get(username="examiner").password not in entry.payload


@pytest.mark.parametrize(
    "password", ["short", "12345678901234", "password1234", "examiner-2026", "first surname"]
)
def test_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="examiner", full_name="First Surname"))
