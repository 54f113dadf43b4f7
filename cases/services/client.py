"""Clients and their secrets: an administrator makes them, a client shows its secret for a token, and both are revoked.

A secret is drawn at random with 256 bits, so a plain hash keeps it: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.ledger.context import change as named
from cases.models.client import SLOTS, Client, ClientSecret, ClientToken, Scope
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import change_record, create_record, lock, reason_given, told_kindly
from cases.services.rules import DatabaseRule, declare_rules

#: How long a secret lasts unless less is asked for, and at most (days).
USUAL_DAYS: Final = 180
MOST_DAYS: Final = 366
#: What secrets and tokens begin with, so that whoever finds one knows what it opens.
SECRET_BEGINS, TOKEN_BEGINS = "taphos_s_", "taphos_t_"
_SHOWN: Final = 12


declare_rules(
    {
        "cases_client_scoped": DatabaseRule(
            "client.scoped", gettext_lazy("A client may do something, or it is none."), "scopes"
        ),
        "cases_client_responsible_elsewhere": DatabaseRule(
            "client.responsible_elsewhere",
            gettext_lazy("Who answers for a client belongs to its agency."),
            "responsible",
        ),
        "cases_client_agency_fixed": DatabaseRule(
            "client.agency_fixed", gettext_lazy("A client stays with its agency."), "agency"
        ),
        "cases_client_revocation_reasoned": DatabaseRule(
            "record.reason_required", gettext_lazy("A client is revoked with a reason."), "reason"
        ),
        "cases_clientsecret_revocation_reasoned": DatabaseRule(
            "record.reason_required", gettext_lazy("A secret is revoked with a reason."), "reason"
        ),
        "cases_clientsecret_expires_later": DatabaseRule(
            "client.days", gettext_lazy("A secret expires after it begins."), "days"
        ),
        "cases_client_stays_revoked": DatabaseRule(
            "client.revoked", gettext_lazy("A revoked client stays revoked."), kind=WrongState
        ),
        "cases_clientsecret_stays_revoked": DatabaseRule(
            "client.secret_revoked", gettext_lazy("A revoked secret stays revoked."), kind=WrongState
        ),
        "cases_clientsecret_slot": DatabaseRule(
            "client.secret_slot", gettext_lazy("A client has two places for secrets."), "slot"
        ),
        "cases_clientsecret_two_at_once": DatabaseRule(
            "client.two_secrets",
            gettext_lazy("A client has two valid secrets at most."),
            way_forward=gettext_lazy("Revoke the one that is no longer used."),
            kind=WrongState,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it is handed out, once."""

    token: str
    seconds: int
    scopes: tuple[str, ...]


def create(*, actor: User, record: Client) -> Client:
    """Add a client, which can do nothing before it has a secret.

    Raises `client.responsible_elsewhere`, `client.responsible_off`, `client.address`, `client.scoped`, `record.taken`.
    """
    return create_record(actor=actor, record=record, prepare=_settle)


def change(*, actor: User, record: Client, version: int) -> Client:
    """Change who answers for it, what it may and from where. Raises what `create` raises, `client.revoked`."""

    def prepare(client: Client) -> None:
        stored = Client.objects.get(pk=client.pk)
        _refuse_revoked(stored)
        if client.agency_id != stored.agency_id:
            raise Invalid(
                "client.agency_fixed",
                _("A client stays with its agency: its history is under that name."),
                field="agency",
                way_forward=_("Add a client for the other agency."),
            )
        _settle(client)

    return change_record(actor=actor, record=record, version=version, prepare=prepare)


def issue_secret(*, actor: User, client: Client, days: int = USUAL_DAYS) -> str:
    """Give a client a secret and return it: it is shown this once. The one before stays valid until it is revoked.

    Raises `client.revoked`, `client.two_secrets`, `client.days`.
    """
    with transaction.atomic():
        stored = _administered(actor, client)
        _refuse_revoked(stored)
        if not 1 <= days <= MOST_DAYS:
            raise Invalid(
                "client.days",
                _("A secret lasts 1 to %(most)d days.") % {"most": MOST_DAYS},
                field="days",
                value=days,
            )
        now = timezone.now()
        valid = ClientSecret.objects.filter(ClientSecret.valid_at(now), client=stored)
        free = sorted(set(SLOTS) - set(valid.values_list("slot", flat=True)))
        if not free:
            raise WrongState(
                "client.two_secrets",
                _("%(client)s has two valid secrets.") % {"client": stored},
                rule=_("Two at once, so that one can be put in the place of the other."),
                way_forward=_("Revoke the one that is no longer used."),
            )
        secret = SECRET_BEGINS + secrets.token_urlsafe(32)
        row = ClientSecret(
            client=stored,
            slot=free[0],
            hash=_hash(secret),
            hint=secret[:_SHOWN],
            from_at=now,
            expires_at=now + timedelta(days=days),
        )
        with told_kindly(row), named(actor, "cases.clientsecret.issued"):
            row.save(force_insert=True)
    return secret


def revoke_secret(*, actor: User, secret: ClientSecret, reason: str) -> ClientSecret:
    """Revoke a secret: from now on neither it nor any token that was given for it opens anything.

    Raises `client.secret_revoked`, `record.reason_required`.
    """
    with transaction.atomic():
        _administered(actor, secret.client)
        stored: Any = lock(secret)
        reason = reason_given(reason)
        if stored.revoked_at is not None:
            raise WrongState("client.secret_revoked", _("This secret is revoked already."))
        return _revoke(actor, stored, reason, "cases.clientsecret.revoked")


def revoke(*, actor: User, client: Client, reason: str) -> Client:
    """Revoke a client for good, with its secrets. Raises `client.revoked`, `record.reason_required`."""
    with transaction.atomic():
        stored = _administered(actor, client)
        reason = reason_given(reason)
        _refuse_revoked(stored)
        for secret in ClientSecret.objects.filter(client=stored, revoked_at__isnull=True).order_by("pk"):
            _revoke(actor, secret, reason, "cases.client.revoked")
        revoked: Client = _revoke(actor, stored, reason, "cases.client.revoked")
        return revoked


# --- what clients themselves ask for


def client_named(client_id: str) -> Client | None:
    """Return the client with this identifier, or None."""
    key = _key(client_id)
    return None if key is None else Client.objects.select_related("agency").filter(pk=key).first()


def secret_shown(client_id: str, secret: str) -> ClientSecret | None:
    """Return the valid secret that a client has shown, or None."""
    key = _key(client_id)
    if key is None:
        return None
    found = ClientSecret.objects.select_related("client__agency").filter(
        ClientSecret.valid_at(timezone.now()), hash=_hash(secret), client=key, client__revoked_at__isnull=True
    )
    return found.first()


def issue_token(secret: ClientSecret, scopes: tuple[str, ...]) -> IssuedToken:
    """Give a token for a secret, for some or all of what the client may."""
    now = timezone.now()
    seconds = min(settings.TAPHOS_API_TOKEN_SECONDS, int((secret.expires_at - now).total_seconds()))
    token = TOKEN_BEGINS + secrets.token_urlsafe(32)
    with transaction.atomic():
        ClientToken.objects.create(
            hash=_hash(token),
            secret=secret,
            scopes=list(scopes),
            expires_at=now + timedelta(seconds=seconds),
        )
        ClientToken.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()
    return IssuedToken(token, seconds, scopes)


def token_shown(token: str) -> ClientToken | None:
    """Return the token that opens now, with its client; None when it, its secret or its client does not any longer."""
    now = timezone.now()
    return (
        ClientToken.objects.select_related("secret__client__agency")
        .filter(
            hash=_hash(token),
            expires_at__gt=now,
            secret__revoked_at__isnull=True,
            secret__expires_at__gt=now,
            secret__client__revoked_at__isnull=True,
        )
        .first()
    )


def calls_from(client: Client, address: str | None) -> bool:
    """Say whether a client may call from an address."""
    if not client.addresses:
        return True
    if address is None:
        return False
    return any(ip_address(address) in ip_network(network) for network in client.addresses)


def note_use(client: Client, address: str | None) -> None:
    """Note when a client called last, and from where, once a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_clientuse AS known (client_id, at, address) VALUES (%s, now(), %s) "
            "ON CONFLICT (client_id) DO UPDATE SET at = now(), address = excluded.address "
            "WHERE known.at < now() - interval '1 minute' OR known.address IS DISTINCT FROM excluded.address",
            [client.pk, address],
        )


def _key(client_id: str) -> UUID | None:
    try:
        return UUID(client_id)
    except ValueError:
        return None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _administered(actor: User, client: Client) -> Client:
    access.require(actor, Client.permission("change"))
    stored: Client = lock(client)
    return stored


def _refuse_revoked(client: Client) -> None:
    if client.revoked_at is not None:
        raise WrongState(
            "client.revoked",
            _("%(client)s is revoked.") % {"client": client},
            way_forward=_("Add a new client."),
        )


def _revoke(actor: User, stored: Any, reason: str, action: str) -> Any:
    stored.revoked_at, stored.revoked_reason = _now_or_later(stored), reason
    with told_kindly(stored), named(actor, action, reason=reason):
        stored.save(update_fields=["revoked_at", "revoked_reason"])
    stored.version += 1
    return stored


def _now_or_later(stored: Any) -> datetime:
    return max(timezone.now(), getattr(stored, "from_at", timezone.now()))


def _settle(client: Client) -> None:
    client.scopes = [scope for scope in Scope.values if scope in client.scopes]
    if not client.scopes:
        raise Invalid("client.scoped", _("A client may do something, or it is none."), field="scopes")
    client.addresses = [_network(text) for text in client.addresses if text.strip()]
    responsible = client.responsible
    if responsible.agency_id != client.agency_id:
        raise Invalid(
            "client.responsible_elsewhere",
            _("%(person)s does not belong to %(agency)s.") % {"person": responsible, "agency": client.agency},
            field="responsible",
            value=responsible,
            way_forward=_("Choose somebody of the agency whose program it is."),
        )
    if not responsible.is_active:
        raise Invalid(
            "client.responsible_off",
            _("The account of %(person)s is off.") % {"person": responsible},
            field="responsible",
            value=responsible,
        )


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip()))
    except ValueError as error:
        raise Invalid(
            "client.address",
            _("This is no network: %(text)s.") % {"text": text.strip()[:50]},
            field="addresses",
            value=text,
            way_forward=_("Write it like 192.0.2.0/24 or 2001:db8::/32."),
        ) from error
