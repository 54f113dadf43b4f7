"""Who is acting, through which door, doing what and why: told to the database before it writes a ledger entry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import connection, transaction

if TYPE_CHECKING:
    from cases.models.client import Client
    from cases.models.user import User


class Channel(StrEnum):
    """The door through which a change came."""

    ADMIN = "admin"
    API = "api"
    IMPORT = "import"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever an entry names: a person with an account, a partner's program, or Taphos itself while it installs."""

    id: UUID | None
    name: str
    agency: str = ""

    @classmethod
    def of(cls, who: User | Client | Actor) -> Actor:
        """Return the actor that a person or a partner's program is."""
        if isinstance(who, Actor):
            return who
        return cls(id=who.pk, name=who.full_name, agency=who.agency.short_name)

    @classmethod
    def system(cls, name: str) -> Self:
        """Return the actor of an installation step, which is no person and says so."""
        return cls(id=None, name=f"Taphos ({name})")


_channel: ContextVar[Channel] = ContextVar("taphos_channel", default=Channel.COMMAND)
_named: ContextVar[tuple[str, ...] | None] = ContextVar("taphos_named", default=None)

_SETTINGS = (
    "taphos.actor_id",
    "taphos.actor_name",
    "taphos.agency",
    "taphos.channel",
    "taphos.action",
    "taphos.reason",
)
_SET = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in _SETTINGS)
_NOBODY = ("",) * len(_SETTINGS)


@contextmanager
def through(channel: Channel) -> Iterator[None]:
    """Name the door for everything done inside."""
    token = _channel.set(channel)
    try:
        yield
    finally:
        _channel.reset(token)


def current_channel() -> Channel:
    """Return the door in use."""
    return _channel.get()


def _tell(values: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, values)


@contextmanager
def change(actor: User | Client | Actor, action: str, *, reason: str = "") -> Iterator[None]:
    """Open a transaction in which writes are recorded as this actor's.

    `action` says what is done in stable words (`remains.find.logged`), `reason` why, in the actor's own.
    Changes nest: the inner one names its own action, and the outer one's words return after it.
    """
    who = Actor.of(actor)
    outer = _named.get()
    nested = connection.in_atomic_block
    values = (str(who.id or ""), who.name, who.agency, str(_channel.get()), action, reason)
    with transaction.atomic():
        _tell(values)
        token = _named.set(values)
        try:
            yield
        finally:
            _named.reset(token)
        if nested:  # the settings are the transaction's: without an outer one they end with it
            _tell(outer or _NOBODY)
