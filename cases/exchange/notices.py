"""Sends notices: signed after Standard Webhooks, each time with the same body, until they come or are given up.

Nothing is sent to an address inside: a name is looked up once, what it leads to is judged, and that is where the
request goes. Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cases.models.webhook import Notice, Signing, Webhook
from cases.services.webhook import SHARED, private_key

logger = logging.getLogger("taphos.webhooks")
#: How long after each try the next one follows: eleven tries in three days and three hours.
PAUSES: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 64_800, 86_400)
)
#: A notice that is being sent is not sent by anybody else meanwhile; if its sender dies, it is sent again after this.
_IN_HAND: Final = timedelta(minutes=2)
#: A receiver that does not answer within this many seconds has not got it.
PATIENCE: Final = 10
#: Notices sent in one go, at most.
AT_ONCE: Final = 200
#: Ways of writing an address of version 4 into one of version 6: what it stands for might be inside.
_TRANSLATED: Final = tuple(
    IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class NotSent(Exception):
    """Nothing was sent, or nothing that counts as an answer came."""


def send_due(now: datetime | None = None) -> tuple[int, int]:
    """Send the notices whose time has come; return how many came, and how many did not.

    A receiver that does not answer is left alone until the next go, so that it does not keep the others waiting.
    """
    came = failed = 0
    silent: set[Any] = set()
    for _attempt in range(AT_ONCE):
        notice = _take_in_hand(now or timezone.now(), silent)
        if notice is None:
            break
        try:
            send(notice)
        except NotSent as error:
            _put_back(notice, str(error), now or timezone.now())
            silent.add(notice.webhook_id)
            failed += 1
        else:
            _still_open(notice).update(delivered_at=now or timezone.now(), next_at=None, last_answer="")
            came += 1
    return came, failed


def _take_in_hand(now: datetime, silent: set[Any]) -> Notice | None:
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(
                Q(webhook__client__revoked_at__isnull=True) & Q(webhook__stopped_at__isnull=True),
                next_at__lte=now,
            )
            .exclude(webhook__in=silent)
            .select_related("webhook__client")
            .order_by("next_at", "id")
            .first()
        )
        if notice is not None:
            Notice.objects.filter(pk=notice.pk).update(tries=F("tries") + 1, next_at=now + _IN_HAND)
            notice.tries += 1
        return notice


def _put_back(notice: Notice, said: str, now: datetime) -> None:
    """Let it wait for its next try, or give it up."""
    again: dict[str, Any] = {"next_at": None, "dead_at": now}
    if notice.tries <= len(PAUSES):
        again = {"next_at": now + PAUSES[notice.tries - 1]}
    else:
        logger.warning("%s was given up after %d tries: %s", notice, notice.tries, said)
    _still_open(notice).update(last_answer=said[:200], **again)


def _still_open(notice: Notice) -> Any:
    """Return the notice unless it was given up meanwhile, because its webhook was stopped, or another delivered it."""
    return Notice.objects.filter(pk=notice.pk, dead_at__isnull=True, delivered_at__isnull=True)


def send(notice: Notice) -> None:
    """Send a notice once, or raise `NotSent`."""
    webhook: Webhook = notice.webhook
    try:
        parts = urlsplit(webhook.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise NotSent("this is no address") from error
    host = str(parts.hostname)
    address = _address_of(host, port)
    literal = f"[{address}]" if ":" in address else address
    at = urlunsplit((parts.scheme, f"{literal}:{port}", parts.path or "/", parts.query, ""))
    headers = {
        **signed(notice),
        "Host": parts.netloc,
        "User-Agent": "Taphos",
        "Content-Type": "application/json",
    }
    client = httpx.Client(trust_env=False, follow_redirects=False, timeout=PATIENCE, verify=_certificates())
    request = client.build_request(
        "POST", at, content=notice.body.encode(), headers=headers, extensions={"sni_hostname": host}
    )
    # The library's limit is for each step; a receiver that sends a byte now and then would keep us for ever.
    with ThreadPoolExecutor(1) as outside:
        future = outside.submit(_status_of, client, request)
        try:
            status = future.result(PATIENCE * 2)
        except TimeoutError as error:
            raise NotSent("no answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError, ValueError) as error:
            raise NotSent(type(error).__name__) from error
        finally:
            client.close()
    if not 200 <= status < 300:
        raise NotSent(f"status {status}")


def _status_of(client: httpx.Client, request: httpx.Request) -> int:
    """Return the status of the answer; what else it says is not read."""
    answer = client.send(request, stream=True)
    try:
        return answer.status_code
    finally:
        answer.close()


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


def signed(notice: Notice) -> dict[str, str]:
    """Return the headers by which a receiver knows that a notice is ours."""
    sent = str(int(datetime.now(tz=timezone.get_default_timezone()).timestamp()))
    content = f"{notice}.{sent}.{notice.body}".encode()
    webhook: Webhook = notice.webhook
    if webhook.signing == Signing.ED25519:
        signature = "v1a," + base64.b64encode(private_key(webhook).sign(content)).decode()
    else:
        key = base64.b64decode(webhook.key.removeprefix(SHARED))
        signature = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": str(notice), "webhook-timestamp": sent, "webhook-signature": signature}


def _address_of(host: str, port: int) -> str:
    """Look a name up, and refuse it if any of what it leads to is inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent("no such host") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise NotSent("no such host")
    if not settings.TAPHOS_WEBHOOK_PRIVATE:
        for address in addresses:
            if not is_outside(address):
                raise NotSent("leads to an address inside")
    return addresses[0]


def is_outside(text: str) -> bool:
    """Say whether an address is one of the internet, however it is written."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None)
    if inner is not None:
        return is_outside(str(inner))
    if address.version == 6 and any(address in network for network in _TRANSLATED):
        return False
    return address.is_global and not address.is_multicast
