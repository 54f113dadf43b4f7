"""One-time codes: matching a typed one, enrolling a device, recovery codes. No request or page lives here."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from typing import Any, Final

import segno
from django.db import transaction
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

#: How many recovery codes an enrolment gives.
RECOVERY_CODES: Final = 8
#: Longer than a TOTP's six, so that the length tells which was typed; digits fit a phone's number pad.
RECOVERY_DIGITS: Final = 12
TOTP_DIGITS: Final = 6


def has_device(user: Any) -> bool:
    """Return whether this person has finished an enrolment."""
    return bool(TOTPDevice.objects.devices_for_user(user, confirmed=True).exists())


def match_code(user: Any, typed: str) -> Device | None:
    """Return the device that accepts this code, or None.

    A code counts once: a TOTP moves the device's clock on, a recovery code is deleted. The device's row is
    locked meanwhile, so that two logins at one time cannot both use it.
    """
    code = re.sub(r"[\s-]", "", typed)
    if not (code.isascii() and code.isdigit()):
        return None
    model = TOTPDevice if len(code) == TOTP_DIGITS else StaticDevice
    for device in model.objects.devices_for_user(user, confirmed=True):
        matched = verify_token(user, device.persistent_id, code)
        if matched is not None:
            return matched
    return None


def device_to_confirm(user: Any) -> TOTPDevice:
    """Return the person's unconfirmed device, made at the first call: a reload shows the same QR code."""
    device, _made = TOTPDevice.objects.get_or_create(
        user=user, name="authenticator", defaults={"confirmed": False}
    )
    return device


def fingerprint(device: TOTPDevice) -> str:
    """Return what tells one secret from another without saying it."""
    return hashlib.sha256(device.bin_key).hexdigest()[:16]


def with_new_secret(device: TOTPDevice) -> TOTPDevice:
    """Give an unconfirmed device another secret: the one before may have been shown to somebody else."""
    device.key = random_hex(20)
    device.save(update_fields=["key"])
    return device


@transaction.atomic
def confirm(device: TOTPDevice, typed: str) -> list[str] | None:
    """Finish an enrolment when the code fits; return the recovery codes, or None.

    The only moment at which recovery codes can be read.
    """
    locked = TOTPDevice.objects.select_for_update().get(pk=device.pk)
    code = re.sub(r"[\s-]", "", typed)
    if locked.confirmed or not (code.isascii() and code.isdigit()) or not locked.verify_token(code):
        return None
    locked.confirmed = True
    locked.save(update_fields=["confirmed"])
    return renew_recovery_codes(locked.user)


@transaction.atomic
def renew_recovery_codes(user: Any) -> list[str]:
    """Replace whatever recovery codes there were; return the new ones in groups of four digits."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}d}" for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return [f"{code[:4]} {code[4:8]} {code[8:]}" for code in codes]


def recovery_codes_left(user: Any) -> int:
    """Return how many recovery codes have not been used yet."""
    return int(StaticToken.objects.filter(device__user=user).count())


@transaction.atomic
def forget_devices(user: Any) -> None:
    """Take the second factor away, so that the next login leads to a new enrolment: the phone was lost."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def qr_code(device: TOTPDevice) -> str:
    """Return the enrolment's QR code as a data: URI, made here: no outside service ever sees the secret."""
    return str(
        segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2, dark="#000", light="#fff")
    )


def secret_for_typing(device: TOTPDevice) -> str:
    """Return the secret in groups of four, for an authenticator without a camera."""
    secret = base64.b32encode(device.bin_key).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
