"""Webhooks: an administrator adds and stops them; what moved is written down as notices, and lost ones go out again."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.exchange.delivery import agreements_of, is_in_force
from cases.ledger.context import change as named
from cases.models.user import User
from cases.models.webhook import Notice, NoticedUpTo, Signing, Webhook
from cases.refusals import Invalid, WrongState
from cases.services.record import change_record, create_record, lock, reason_given, told_kindly
from cases.services.rules import DatabaseRule, declare_rules

#: What keys begin with, as Standard Webhooks has it: shared, private, public.
SHARED, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
#: Only one process writes notices at a time.
_WRITING: Final = 7_400_061

declare_rules(
    {
        "cases_webhook_stays_stopped": DatabaseRule(
            "webhook.stopped", gettext_lazy("A stopped webhook stays stopped."), kind=WrongState
        ),
        "cases_webhook_client_fixed": DatabaseRule(
            "webhook.fixed", gettext_lazy("A webhook stays with its client and its key."), kind=WrongState
        ),
        "cases_webhook_stopped_reasoned": DatabaseRule(
            "record.reason_required", gettext_lazy("A webhook is stopped with a reason."), "reason"
        ),
        "cases_webhook_signed": DatabaseRule(
            "webhook.signed", gettext_lazy("Notices are signed."), "signing"
        ),
    }
)


def create(*, actor: User, record: Webhook) -> Webhook:
    """Add a webhook and draw its key. Raises `webhook.address`, `client.revoked`."""

    def prepare(new: Webhook) -> None:
        _check_address(new.url)
        if new.client.revoked_at is not None:
            raise WrongState(
                "client.revoked", _("%(client)s is revoked.") % {"client": new.client}, field="client"
            )
        new.key = new_key(new.signing)

    return create_record(actor=actor, record=record, prepare=prepare)


def change(*, actor: User, record: Webhook, version: int) -> Webhook:
    """Send notices to another address. Raises `webhook.address`, `webhook.stopped`."""

    def prepare(changed: Webhook) -> None:
        _check_address(changed.url)

    return change_record(actor=actor, record=record, version=version, prepare=prepare)


def stop(*, actor: User, webhook: Webhook, reason: str) -> Webhook:
    """Stop a webhook for good; notices that wait are given up. Raises `webhook.stopped`, `record.reason_required`."""
    with transaction.atomic():
        stored = _administered(actor, webhook)
        reason = reason_given(reason)
        _refuse_stopped(stored)
        stored.stopped_at, stored.stopped_reason = timezone.now(), reason
        with told_kindly(stored), named(actor, "cases.webhook.stopped", reason=reason):
            stored.save(update_fields=["stopped_at", "stopped_reason"])
        Notice.objects.filter(webhook=stored, next_at__isnull=False).update(
            next_at=None, dead_at=timezone.now(), last_answer=_("the webhook was stopped")
        )
        stored.version += 1
    return stored


def replay(*, actor: User, webhook: Webhook) -> int:
    """Send everything again that was given up, and return how much that is. Raises `webhook.stopped`."""
    with transaction.atomic():
        stored = _administered(actor, webhook)
        _refuse_stopped(stored)
        return dead(stored).update(dead_at=None, next_at=timezone.now(), tries=0)


def test(*, actor: User, webhook: Webhook) -> Notice:
    """Write a notice about nothing, to try the address with. Raises `webhook.stopped`."""
    with transaction.atomic():
        stored = _administered(actor, webhook)
        _refuse_stopped(stored)
        return _write(stored, "webhook.test", timezone.now(), {})


def show_key(*, actor: User, webhook: Webhook) -> str:
    """Return what the receiver verifies notices with.

    Raises `webhook.stopped`.
    """
    with transaction.atomic():
        stored = _administered(actor, webhook)
        _refuse_stopped(stored)
        return verifies(stored)


def dead(webhook: Webhook) -> QuerySet[Notice]:
    """Return the notices that were given up."""
    return Notice.objects.filter(webhook=webhook, dead_at__isnull=False)


def write_notices(now: datetime | None = None) -> int:
    """Write a notice for each case that moved since a receiver was last told, and return how many there are.

    No second one is written for a case and receiver while one waits: whoever gets it fetches all that happened until
    then. Where a notice is on its way already, the next one is written after it has come.
    """
    now = now or timezone.now()
    written = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_WRITING])
            if not cursor.fetchone()[0]:
                return 0
        hooks = Webhook.objects.filter(stopped_at__isnull=True, client__revoked_at__isnull=True)
        told = {
            (row.webhook_id, row.case_id): row
            for row in NoticedUpTo.objects.filter(webhook__in=hooks).order_by("pk")
        }
        waiting = set(
            Notice.objects.filter(webhook__in=hooks, next_at__isnull=False).values_list(
                "webhook_id", "case_id"
            )
        )
        for hook in hooks.select_related("client").order_by("pk"):
            shared = {
                agreement.case_id: agreement
                for agreement in agreements_of(hook.client)
                if is_in_force(agreement)
            }
            for case, agreement in shared.items():
                if (hook.pk, case) not in waiting:
                    written += _tell_moved(hook, told.get((hook.pk, case)), agreement, now)
            written += _tell_ended(
                hook, [row for (key, _case), row in told.items() if key == hook.pk], shared, now
            )
    return written


def _tell_moved(hook: Webhook, told: NoticedUpTo | None, agreement: Any, now: datetime) -> int:
    seq, epoch = agreement.head_seq or 0, agreement.epoch
    if told is not None and (told.seq, told.epoch) == (seq, epoch):
        return 0
    _write(hook, "case.changed", now, {"case": str(agreement.case_id), "seq": seq, "epoch": epoch})
    NoticedUpTo.objects.update_or_create(
        webhook=hook, case_id=agreement.case_id, defaults={"seq": seq, "epoch": epoch}
    )
    return 1


def _tell_ended(hook: Webhook, told: list[NoticedUpTo], shared: dict[UUID, Any], now: datetime) -> int:
    ended = [row for row in told if row.case_id not in shared]
    for row in ended:
        _write(hook, "case.ended", now, {"case": str(row.case_id), "epoch": row.epoch})
        row.delete()
    return len(ended)


def _write(hook: Webhook, kind: str, now: datetime, data: dict[str, Any]) -> Notice:
    body = {"type": kind, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": data}
    case = data.get("case")
    written: Notice = Notice.objects.create(
        webhook=hook,
        case_id=UUID(case) if case else None,
        kind=kind,
        body=json.dumps(body, separators=(",", ":")),
        next_at=now,
    )
    return written


def new_key(signing: str) -> str:
    """Draw a key."""
    if signing == Signing.ED25519:
        return PRIVATE + base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    return SHARED + base64.b64encode(secrets.token_bytes(32)).decode()


def verifies(webhook: Webhook) -> str:
    """Return what the receiver verifies notices with: the shared secret, or the public half of our key."""
    if webhook.signing == Signing.HMAC:
        return webhook.key
    return PUBLIC + base64.b64encode(private_key(webhook).public_key().public_bytes_raw()).decode()


def private_key(webhook: Webhook) -> Ed25519PrivateKey:
    """Return the key pair of a webhook that signs with one."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(webhook.key.removeprefix(PRIVATE)))


def _check_address(url: str) -> None:
    schemes = {"https", "http"} if settings.TAPHOS_WEBHOOK_PRIVATE else {"https"}
    try:
        parts = urlsplit(url)
        fits = parts.scheme in schemes and bool(parts.hostname) and url.isascii() and parts.port != 0
        fits = fits and not parts.username and not parts.fragment
    except ValueError:
        fits = False
    if not fits:
        raise Invalid(
            "webhook.address",
            _("Notices are sent to an address that begins with https, without a name or password in it."),
            field="url",
            value=url,
        )


def _administered(actor: User, webhook: Webhook) -> Webhook:
    access.require(actor, Webhook.permission("change"))
    stored: Webhook = lock(webhook)
    return stored


def _refuse_stopped(webhook: Webhook) -> None:
    if webhook.stopped_at is not None:
        raise WrongState("webhook.stopped", _("This webhook is stopped."), way_forward=_("Add a new one."))
