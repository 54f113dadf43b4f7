"""Webhooks: where a partner's program is told that something moved, and the notices that are on their way or were lost.

A notice says which case moved and how far, and nothing of its content: that is fetched, and so logged.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.ids import new_id
from cases.models.base import SystemRecord
from cases.models.client import Client


class Signing(models.TextChoices):
    """How a receiver knows that a notice is ours."""

    HMAC = "hmac", _("a shared secret (HMAC-SHA256)")
    ED25519 = "ed25519", _("our key pair (Ed25519)")


class Webhook(SystemRecord):
    """An address of a partner's program to which notices are sent, and the key that signs them."""

    client: Any = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="webhooks", verbose_name=_("client")
    )
    url = models.CharField(
        _("address"), max_length=500, help_text=_("Begins with https, and leads to the internet.")
    )
    signing = models.CharField(_("signed with"), max_length=8, choices=Signing.choices)
    #: What signs; the receiver is given what verifies. Not part of the ledger.
    key = models.CharField(_("key"), max_length=100, editable=False)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, editable=False)
    stopped_reason = models.TextField(_("why it was stopped"), blank=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["client", "url"]
        constraints = [
            models.CheckConstraint(
                name="cases_webhook_signing_known", condition=Q(signing__in=Signing.values)
            ),
            models.CheckConstraint(name="cases_webhook_signed", condition=~Q(key="")),
            models.CheckConstraint(
                name="cases_webhook_stopped_reasoned",
                condition=Q(stopped_at__isnull=True) | ~Q(stopped_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.url}"


class Notice(models.Model):
    """One notice, as it is sent each time, and how far it came. No record: it is about the ledger, not part of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook: Any = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="notices")
    case_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["next_at"], name="cases_notice_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["webhook", "-id"], name="cases_notice_webhook"),
        ]
        constraints = [
            # It waits, or it came, or it was given up: one of these.
            models.CheckConstraint(
                name="cases_notice_one_of_three",
                condition=Q(next_at__isnull=False, delivered_at__isnull=True, dead_at__isnull=True)
                | Q(next_at__isnull=True, delivered_at__isnull=False, dead_at__isnull=True)
                | Q(next_at__isnull=True, delivered_at__isnull=True, dead_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"msg_{self.id.hex}"


class NoticedUpTo(models.Model):
    """Up to which entry of a case a receiver has been told. Written with the notice that tells it."""

    webhook: Any = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "case_id"], name="cases_noticedupto_once")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.seq}"
