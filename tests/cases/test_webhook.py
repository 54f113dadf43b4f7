"""Notices: thin, signed as receivers expect it, always the same, sent until they come, and never to where is inside."""

from __future__ import annotations

import base64
import json
import random
import socket
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, transaction
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Official
from standardwebhooks.webhooks import WebhookVerificationError

from cases.exchange import notices
from cases.exchange.notices import PAUSES, is_outside, send_due
from cases.ledger.context import change
from cases.models import Notice, Webhook
from cases.services import webhook as service
from tests.actors import INSTALLER, Cast, make_site
from tests.cases.sharing import Partner, signed, step
from tests.receiver import Receiver, receiving
from tests.refused import database_refuses, refused, run


@pytest.fixture
def partner(cast: Cast, settings: Any) -> Partner:
    settings.TAPHOS_WEBHOOK_PRIVATE = True
    signed(cast)
    return Partner(cast)


def hooked(cast: Cast, partner: Partner, url: str, signing: str = "hmac") -> Webhook:
    """Return a webhook of the partner's program."""
    return service.create(
        actor=cast.administrator, record=Webhook(client=partner.record, url=url, signing=signing)
    )


def move(cast: Cast, number: int) -> None:
    """Let something happen in the case."""
    with change(INSTALLER, "tests.site.made"):
        make_site(cast.case_a, f"MOV{number:02d}")


def said(receiver: Receiver) -> list[Any]:
    """Return what came, and was taken."""
    return [json.loads(body) for _headers, body in receiver.taken]


def test_a_notice_says_which_case_moved_and_how_far_and_the_official_library_verifies_it(
    cast: Cast, partner: Partner
) -> None:
    with receiving() as receiver:
        hook = hooked(cast, partner, f"{receiver.address}/notices")
        assert (service.write_notices(), send_due()) == (1, (1, 0))
        assert (service.write_notices(), send_due()) == (0, (0, 0))
        move(cast, 1)
        assert (service.write_notices(), send_due()) == (1, (1, 0))
    first, second = said(receiver)
    (case,) = partner.get("/sync").json()["cases"]
    assert second == {
        "type": "case.changed",
        "timestamp": second["timestamp"],
        "data": {"case": str(cast.case_a.pk), "seq": case["seq"], "epoch": 1},
    }
    assert first["data"]["seq"] < second["data"]["seq"]
    headers, body = receiver.taken[1]
    key = service.show_key(actor=cast.administrator, webhook=hook)
    assert Official(key).verify(body, headers) == second
    with pytest.raises(WebhookVerificationError):
        Official(key).verify(body + b" ", headers)


def test_a_notice_may_be_signed_with_our_key_pair(cast: Cast, partner: Partner) -> None:
    with receiving() as receiver:
        hook = hooked(cast, partner, receiver.address, "ed25519")
        service.write_notices()
        send_due()
    headers, body = receiver.taken[0]
    kind, signature = headers["webhook-signature"].split(",")
    public = service.show_key(actor=cast.administrator, webhook=hook)
    assert (kind, public[:5]) == ("v1a", "whpk_")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public[5:]))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key.verify(base64.b64decode(signature), content)
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(signature), content + b" ")


def test_a_receiver_that_fails_at_random_loses_none(cast: Cast, partner: Partner) -> None:
    lots = random.Random(5)
    now = timezone.now()
    with receiving(lambda _number: lots.choice([0, 204, 301, 404, 500, 503])) as receiver:
        hooked(cast, partner, receiver.address)
        for number in range(12):
            move(cast, number)
            service.write_notices(now)
            send_due(now)
            now += timedelta(seconds=lots.choice([1, 10, 700]))
        while Notice.objects.filter(next_at__isnull=False).exists():
            now += timedelta(hours=1)
            send_due(now)
            service.write_notices(now)
    (case,) = partner.get("/sync").json()["cases"]
    seen = [notice["data"]["seq"] for notice in said(receiver)]
    assert seen == sorted(seen)
    assert seen[-1] == case["seq"]
    assert not Notice.objects.filter(dead_at__isnull=False).exists()
    # Whatever is sent again is sent as it was written, under its own name.
    bodies: dict[str, set[bytes]] = {}
    for headers, body in receiver.came:
        bodies.setdefault(headers["webhook-id"], set()).add(body)
    assert {len(each) for each in bodies.values()} == {1}
    assert len(receiver.came) > len(bodies)


def test_it_is_tried_more_than_ten_times_in_three_days_and_can_be_sent_again_after_that(
    cast: Cast, partner: Partner
) -> None:
    now = begun = timezone.now()
    with receiving(lambda _number: 500) as receiver:
        hook = hooked(cast, partner, receiver.address)
        service.write_notices(now)
        while Notice.objects.filter(next_at__isnull=False).exists():
            send_due(now)
            now = Notice.objects.get().next_at or now
        assert len(receiver.came) == len(PAUSES) + 1 >= 10
        assert now - begun >= timedelta(days=3)
        lost = Notice.objects.get()
        assert (lost.tries, lost.last_answer) == (11, "status 500")
        assert lost.dead_at is not None
        assert service.replay(actor=cast.administrator, webhook=hook) == 1
        receiver.answers = lambda _number: 200
        assert send_due(timezone.now() + timedelta(seconds=1)) == (1, 0)
    assert receiver.taken[0][1] == receiver.came[0][1]
    assert receiver.taken[0][0]["webhook-id"] == receiver.came[0][0]["webhook-id"]


def test_a_sender_that_dies_leaves_its_notice_to_the_next(
    cast: Cast, partner: Partner, monkeypatch: Any
) -> None:
    def die(_notice: Notice) -> None:
        raise KeyboardInterrupt

    with receiving() as receiver:
        hooked(cast, partner, receiver.address)
        service.write_notices()
        with monkeypatch.context() as patch:
            patch.setattr(notices, "send", die)
            with pytest.raises(KeyboardInterrupt):
                send_due()
        assert send_due() == (0, 0)
        assert send_due(timezone.now() + timedelta(minutes=3)) == (1, 0)
        assert len(receiver.taken) == 1


def test_the_end_of_an_agreement_is_told_and_a_revoked_client_is_told_nothing(
    cast: Cast, partner: Partner
) -> None:
    with receiving() as receiver:
        hooked(cast, partner, receiver.address)
        service.write_notices()
        send_due()
        step(cast.prosecutor, partner_agreement(cast), "end", "purpose reached")
        service.write_notices()
        send_due()
        assert [notice["type"] for notice in said(receiver)] == ["case.changed", "case.ended"]
        from cases.services import client as clients

        clients.revoke(actor=cast.administrator, client=partner.record, reason="over")
        Notice.objects.create(webhook=Webhook.objects.get(), kind="x", body="{}", next_at=timezone.now())
        assert send_due(timezone.now() + timedelta(minutes=1)) == (0, 0)


def partner_agreement(cast: Cast) -> Any:
    from cases.models import SharingAgreement

    return SharingAgreement.objects.get(case=cast.case_a)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::1", "2001:0:53aa:64c:0:0:0:1", "ff02::1", "192.0.2.1", "x",
    ],
)  # fmt: skip
def test_an_address_inside_is_known_however_it_is_written(address: str) -> None:
    assert not is_outside(address)
    assert is_outside("93.184.216.34")
    assert is_outside("2606:2800:220:1:248:1893:25c8:1946")


def test_nothing_is_sent_inside_and_a_name_is_looked_up_once(
    cast: Cast, partner: Partner, settings: Any, monkeypatch: Any
) -> None:
    asked: list[str] = []

    look_up = socket.getaddrinfo

    def found(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        if host[0].isdigit():
            return look_up(host, port, *args, **kwargs)
        return [(2, 1, 6, "", (address, port)) for address in leads]

    with receiving() as receiver:
        port = receiver.address.rpartition(":")[2]
        hooked(cast, partner, f"http://notices.example:{port}/x?y=1")
        service.write_notices()
        monkeypatch.setattr("cases.exchange.notices.socket.getaddrinfo", found)
        leads = ["127.0.0.1"]
        assert send_due() == (1, 0)
        assert [host for host in asked if host != "127.0.0.1"] == ["notices.example"]
        assert receiver.came[0][0]["host"] == f"notices.example:{port}"
        settings.TAPHOS_WEBHOOK_PRIVATE = False
        move(cast, 1)
        service.write_notices()
        leads = ["93.184.216.34", "127.0.0.1"]
        assert send_due() == (0, 1)
        assert len(receiver.came) == 1
    assert Notice.objects.order_by("-id")[0].last_answer == "leads to an address inside"


@pytest.mark.parametrize(
    "url",
    ["http://notices.example", "https://who:secret@notices.example", "https://notices.example/#x", "ftp://notices.example",
     "https://notices.example:99999/", "https://nótices.example/"],
)  # fmt: skip
def test_an_address_is_of_the_internet_and_holds_no_secret(cast: Cast, url: str, settings: Any) -> None:
    settings.TAPHOS_WEBHOOK_PRIVATE = False
    partner = Partner(cast)
    with refused("webhook.address", "url"):
        hooked(cast, partner, url)
    with refused("access.forbidden"):
        service.create(
            actor=cast.prosecutor,
            record=Webhook(client=partner.record, url="https://n.example", signing="hmac"),
        )


def test_a_webhook_that_is_stopped_is_sent_nothing_and_stays_stopped(cast: Cast, partner: Partner) -> None:
    with receiving() as receiver:
        hook = hooked(cast, partner, receiver.address)
        service.write_notices()
        service.stop(actor=cast.administrator, webhook=hook, reason="moved")
        move(cast, 1)
        assert (service.write_notices(), send_due()) == (0, (0, 0))
        assert receiver.came == []
    with refused("webhook.stopped"):
        service.replay(actor=cast.administrator, webhook=hook)
    with database_refuses("cases_webhook_stays_stopped"):
        Webhook.objects.filter(pk=hook.pk).update(stopped_at=None)


def test_the_database_keeps_notices_as_they_were_written(cast: Cast, partner: Partner) -> None:
    hook = hooked(cast, partner, "http://127.0.0.1:9")
    service.write_notices()
    with database_refuses("cases_webhook_client_fixed"):
        Webhook.objects.filter(pk=hook.pk).update(key="whsec_MDEy")
    for statement in ("UPDATE cases_notice SET body = '{}'", "DELETE FROM cases_notice"):
        with pytest.raises(DatabaseError), transaction.atomic():
            run(statement)


def test_the_key_is_in_no_entry_of_the_ledger(cast: Cast, partner: Partner) -> None:
    from cases.models import LedgerEntry

    hook = hooked(cast, partner, "http://127.0.0.1:9")
    entries = LedgerEntry.objects.filter(record_id=str(hook.pk)).values_list("payload", flat=True)
    assert entries
    assert not any(hook.key in str(payload) for payload in entries)
