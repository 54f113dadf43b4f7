"""The Ed25519 key that signs checkpoints: made once, readable by its owner only, never overwritten."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext as _

from cases.refusals import Invalid

PRIVATE = 0o600


def key_id(key: Ed25519PublicKey) -> str:
    """Return the first 16 hexadecimal digits of the key's SHA-256: its name in checkpoints."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(raw).hexdigest()[:16]


def signing_key() -> Ed25519PrivateKey:
    """Return the installation's key; a demonstration makes one for itself.

    Raises Invalid: `ledger.no_key`, `ledger.key_exposed`, `ledger.key_unreadable`.
    """
    path = Path(settings.TAPHOS_CHECKPOINT_KEY)
    if not path.exists() and settings.TAPHOS_DEMO:
        make_key(path)
    if not path.exists():
        raise Invalid(
            "ledger.no_key",
            _("There is no key to sign checkpoints with."),
            value=path,
            way_forward=_(
                "Make one with `manage.py checkpoint_ledger --new-key`, and keep a copy of it in a safe place."
            ),
        )
    if path.stat().st_mode & 0o077:
        raise Invalid(
            "ledger.key_exposed",
            _("The key of the checkpoints may be read by others than its owner."),
            value=path,
            way_forward=_(
                "Take their right away (chmod 600), and make a new key if anybody may have read it."
            ),
        )
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unreadable(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unreadable(path)
    return key


def make_key(path: Path) -> Ed25519PrivateKey:
    """Write a new key, and beside it its public half (`.pub`), which verifies and may be given to anyone.

    Raises Invalid: `ledger.key_exists` rather than overwrite one.
    """
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(
            path,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
    except FileExistsError as error:
        raise Invalid(
            "ledger.key_exists",
            _("There is a key already, and checkpoints are verified by it."),
            value=path,
            way_forward=_(
                "To change keys, move the old one away and keep its public half to verify old checkpoints."
            ),
        ) from error
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    public_path(path).write_bytes(public)
    return key


def public_path(path: Path) -> Path:
    """Return where the public half of a key is written."""
    return path.with_name(f"{path.name}.pub")


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Return a public key from a PEM file.

    Raises Invalid: `ledger.key_unreadable`.
    """
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _unreadable(path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _unreadable(path)
    return key


def known_public_key() -> Ed25519PublicKey | None:
    """Return the installation's public key, or None when it has none yet."""
    path = Path(settings.TAPHOS_CHECKPOINT_KEY)
    if public_path(path).exists():
        return read_public_key(public_path(path))
    return signing_key().public_key() if path.exists() else None


def _write(path: Path, content: bytes) -> None:
    """Write a file that was not there, for its owner's eyes only from its first byte on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _unreadable(path: Path) -> Invalid:
    return Invalid(
        "ledger.key_unreadable",
        _("This file holds no Ed25519 key in PEM form that can be read here."),
        value=path,
        way_forward=_("Name the file that `manage.py checkpoint_ledger --new-key` wrote."),
    )
