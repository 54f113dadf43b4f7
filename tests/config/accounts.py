"""An account to log in with, the codes of its authenticator, and logging in, for tests of the front door."""

from __future__ import annotations

from typing import Any, Final

from django.test import Client
from django.urls import reverse
from django_otp.oath import hotp
from django_otp.plugins.otp_totp.models import TOTPDevice

from cases.ledger.context import Actor, change
from cases.models.agency import Agency
from cases.models.user import User
from config.codes import confirm, device_to_confirm

PASSWORD: Final = "a long enough passphrase"
#: A moment at which the tests' authenticators stand still.
MOMENT: Final = 1_790_000_010


def make_account(username: str = "examiner", **extra: Any) -> User:
    """Make an account that has no second factor yet."""
    with change(Actor.system("tests"), "cases.user.created"):
        agency = Agency.objects.filter(short_name="FD").first() or Agency.objects.create(
            name="Front Door Office", short_name="FD", kind="police"
        )
        return User.objects.create_user(
            username, password=PASSWORD, full_name=username.title(), agency=agency, **extra
        )


def enrolled(user: User) -> tuple[TOTPDevice, list[str]]:
    """Give an account a second factor by the code of one step ago: the present code is still unused."""
    device = device_to_confirm(user)
    recovery = confirm(device, code_of(device, steps=-1))
    assert recovery is not None
    return TOTPDevice.objects.get(pk=device.pk), recovery


def code_of(device: TOTPDevice, *, steps: int = 0) -> str:
    """Return what the authenticator shows `steps` half minutes from the tests' moment."""
    return f"{hotp(device.bin_key, MOMENT // 30 + steps):06d}"


def log_in(client: Client, username: str = "examiner", password: str = PASSWORD, **fields: Any) -> Any:
    """Send the login form."""
    response: Any = client.post(
        reverse("admin:login"), {"username": username, "password": password, **fields}
    )
    return response
