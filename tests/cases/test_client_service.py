"""Clients and their secrets: made and revoked by an administrator, two at once, nothing of them in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cases import access
from cases.models import Case, Client, ClientSecret, LedgerEntry, Site
from cases.services import client as service
from tests.actors import Cast
from tests.refused import database_refuses, refused


def new_client(cast: Cast, **more: object) -> Client:
    values = {
        "name": "Registry",
        "agency": cast.agency,
        "responsible": cast.investigator,
        "scopes": ["read"],
        **more,
    }
    return service.create(actor=cast.administrator, record=Client(**values))


@pytest.fixture
def client(cast: Cast) -> Client:
    return new_client(cast)


def test_an_administrator_adds_a_client_for_which_somebody_of_its_agency_answers(cast: Cast) -> None:
    made = new_client(cast, addresses=["192.0.2.0/24", " 2001:db8::/32 "], scopes=["contribute", "read"])
    assert (made.scopes, made.addresses) == (["read", "contribute"], ["192.0.2.0/24", "2001:db8::/32"])
    with refused("access.forbidden"):
        service.create(actor=cast.prosecutor, record=Client(name="x", agency=cast.agency))
    for field, more, code in (
        ("responsible", {"responsible": cast.outsider}, "client.responsible_elsewhere"),
        ("scopes", {"scopes": []}, "client.scoped"),
        ("addresses", {"addresses": ["here"]}, "client.address"),
        ("addresses", {"addresses": ["192.0.2.7/24"]}, "client.address"),
        ("name", {}, "record.taken"),
    ):
        with refused(code, field):
            new_client(cast, **more)


def test_a_client_sees_no_case_whatever_its_agency_leads(cast: Cast, client: Client) -> None:
    assert not Case.objects.visible_to(client)
    assert not Site.objects.visible_to(client)
    assert not access.sees(client, cast.site_a)
    assert not access.may(client, "cases.site:view", cast.case_a)
    assert access.may_somewhere(client, "cases.code:view")
    assert not access.may_somewhere(client, "cases.user:view")
    assert not access.may_somewhere(client, "cases.site:create")


def test_a_secret_opens_until_it_is_revoked_or_expires(cast: Cast, client: Client) -> None:
    secret = service.issue_secret(actor=cast.administrator, client=client, days=2)
    shown = service.secret_shown(str(client.pk), secret)
    assert shown is not None
    assert shown.client == client
    assert service.secret_shown(str(client.pk), secret + "x") is None
    assert service.secret_shown("nonsense", secret) is None
    token = service.issue_token(shown, ("read",))
    assert token.seconds == 900
    opened = service.token_shown(token.token)
    assert opened is not None
    assert opened.secret.client == client
    with refused("record.reason_required", "reason"):
        service.revoke_secret(actor=cast.administrator, secret=shown, reason=" ")
    service.revoke_secret(actor=cast.administrator, secret=shown, reason="Lost.")
    assert service.secret_shown(str(client.pk), secret) is None
    assert service.token_shown(token.token) is None


def test_a_token_ends_no_later_than_its_secret(cast: Cast, client: Client) -> None:
    secret = service.issue_secret(actor=cast.administrator, client=client)
    shown = service.secret_shown(str(client.pk), secret)
    assert shown is not None
    shown.expires_at = timezone.now() + timedelta(seconds=90)
    assert 80 <= service.issue_token(shown, ("read",)).seconds <= 90


def test_two_secrets_are_valid_while_one_takes_the_place_of_the_other(cast: Cast, client: Client) -> None:
    first = service.issue_secret(actor=cast.administrator, client=client)
    second = service.issue_secret(actor=cast.administrator, client=client)
    assert service.secret_shown(str(client.pk), first)
    assert service.secret_shown(str(client.pk), second)
    with refused("client.two_secrets"):
        service.issue_secret(actor=cast.administrator, client=client)
    old = ClientSecret.objects.get(client=client, hint=first[:12], slot=1)
    with database_refuses("cases_clientsecret_two_at_once"):
        ClientSecret.objects.create(
            client=client, slot=1, hash="0", hint="x", expires_at=timezone.now() + timedelta(days=1)
        )
    service.revoke_secret(actor=cast.administrator, secret=old, reason="Changed over.")
    assert service.issue_secret(actor=cast.administrator, client=client)
    for days in (0, 367):
        with refused("client.days", "days"):
            service.issue_secret(actor=cast.administrator, client=client, days=days)


def test_what_is_revoked_stays_revoked(cast: Cast, client: Client) -> None:
    secret = service.issue_secret(actor=cast.administrator, client=client)
    service.revoke(actor=cast.administrator, client=client, reason="The agreement ended.")
    assert service.secret_shown(str(client.pk), secret) is None
    client.refresh_from_db()
    assert not client.is_active
    for again in (
        lambda: service.revoke(actor=cast.administrator, client=client, reason="x"),
        lambda: service.issue_secret(actor=cast.administrator, client=client),
        lambda: service.change(actor=cast.administrator, record=client, version=client.version),
    ):
        with refused("client.revoked"):
            again()
    with database_refuses("cases_client_stays_revoked"):
        Client.objects.filter(pk=client.pk).update(revoked_at=None)
    with database_refuses("cases_clientsecret_stays_revoked"):
        ClientSecret.objects.filter(client=client).update(revoked_reason="other")


def test_a_client_stays_with_its_agency_and_with_somebody_of_it(cast: Cast, client: Client) -> None:
    client.agency = cast.other_agency
    with refused("client.agency_fixed", "agency"):
        service.change(actor=cast.administrator, record=client, version=1)
    with database_refuses("cases_client_agency_fixed"):
        Client.objects.filter(pk=client.pk).update(agency=cast.other_agency)
    with database_refuses("cases_client_responsible_elsewhere"):
        Client.objects.filter(pk=client.pk).update(responsible=cast.outsider)


def test_nothing_of_a_secret_is_in_the_ledger(cast: Cast, client: Client) -> None:
    secret = service.issue_secret(actor=cast.administrator, client=client)
    row = ClientSecret.objects.get(client=client)
    entry = LedgerEntry.objects.get(record_id=str(row.pk))
    assert (entry.action, entry.actor_id) == ("cases.clientsecret.issued", cast.administrator.pk)
    assert secret not in entry.payload
    assert row.hash not in entry.payload


def test_a_client_calls_from_its_addresses_only(client: Client) -> None:
    assert service.calls_from(client, None)
    client.addresses = ["192.0.2.0/24", "2001:db8::/32"]
    assert service.calls_from(client, "192.0.2.9")
    assert service.calls_from(client, "2001:db8::1")
    assert not service.calls_from(client, "198.51.100.1")
    assert not service.calls_from(client, None)
