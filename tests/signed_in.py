"""A browser in which somebody has logged in with password and code, for tests of what lies behind it."""

from __future__ import annotations

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from cases.models import User


def signed_in(user: User) -> Client:
    """Return a client whose session has given both factors."""
    device, _made = TOTPDevice.objects.get_or_create(user=user, name="authenticator", confirmed=True)
    client = Client()
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client
