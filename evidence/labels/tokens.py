"""Tokens: the short name of a record in a QR code, which says nothing about it and opens nothing by itself.

A token is a letter for the kind of record and the record's identifier in 26 letters and digits.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.urls import reverse

_FORM: Final = re.compile(r"[a-z][a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that has tokens."""

    letter: str
    label: str

    @property
    def model(self) -> Any:
        """Return its model."""
        return apps.get_model(self.label)


#: A letter never means anything else later: labels last longer than programs.
KINDS: Final = (
    Kind("c", "cases.Case"),
    Kind("t", "cases.Site"),
    Kind("f", "remains.Find"),
    Kind("s", "remains.Specimen"),
    Kind("a", "remains.Assessment"),
    Kind("e", "evidence.Exhibit"),
    Kind("p", "evidence.StoragePlace"),
    Kind("k", "evidence.Consignment"),
    Kind("r", "evidence.Referral"),
)


def token_of(record: Any) -> str:
    """Return the token of a record. Raises LookupError for a kind of record that has none."""
    for kind in KINDS:
        if kind.label == record._meta.label:
            return kind.letter + base64.b32encode(record.pk.bytes).decode().rstrip("=").lower()
    raise LookupError(f"{record._meta.label} has no tokens")


def read_token(token: str) -> tuple[Any, UUID] | None:
    """Return the model and the identifier that a token names, or None where it is no token."""
    token = token.lower()
    kind = next((kind for kind in KINDS if token.startswith(kind.letter)), None)
    if kind is None or not _FORM.fullmatch(token):
        return None
    try:
        return kind.model, UUID(bytes=base64.b32decode(f"{token[1:].upper()}======"))
    except (binascii.Error, ValueError):
        return None


def address_of(record: Any) -> str:
    """Return the whole short address of a record."""
    return f"{settings.TAPHOS_ADDRESS}{reverse('label', args=[token_of(record)])}"
