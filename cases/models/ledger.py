"""The ledger as Django sees it: read-only. The tables are made by plain SQL in `cases/ledger/sql/`."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.ids import new_id


class LedgerEntry(models.Model):
    """One change of one record, written by the database in the transaction of the change."""

    pk = models.CompositePrimaryKey("chain", "seq")
    chain = models.UUIDField()
    seq = models.BigIntegerField()
    form = models.SmallIntegerField()
    at_us = models.BigIntegerField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.TextField()
    agency = models.TextField()
    channel = models.TextField()
    action = models.TextField()
    reason = models.TextField()
    table_name = models.TextField()
    record_id = models.TextField()
    operation = models.TextField()
    db_user = models.TextField()
    payload = models.TextField()
    salt = models.BinaryField()
    payload_hash = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "ledger_entry"
        ordering = ["chain", "seq"]


class AccessKind(models.TextChoices):
    """What somebody read, or how they came in."""

    SIGNED_IN = "signed_in", _("signed in")
    SIGNED_OUT = "signed_out", _("signed out")
    REFUSED = "refused", _("sign-in refused")
    READ = "read", _("restricted record read")
    EXPORTED = "exported", _("exported")
    DOWNLOADED = "downloaded", _("downloaded")
    SECOND_FACTOR = "second_factor", _("second factor enrolled")
    UNLOCKED = "unlocked", _("lock-out lifted")


class AccessLogEntry(models.Model):
    """Who read or took out what. Beside the ledger, append-only, so that the ledger stays a record of changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("at"), db_default=Now())
    kind = models.CharField(_("kind"), max_length=16, choices=AccessKind.choices)
    user_id = models.UUIDField(_("person"), null=True)
    user_name = models.CharField(_("name"), max_length=200)
    channel = models.CharField(_("channel"), max_length=10)
    address = models.GenericIPAddressField(_("address"), null=True)
    case_id = models.UUIDField(_("case"), null=True)
    table_name = models.CharField(_("kind of record"), max_length=80, blank=True)
    record_id = models.CharField(_("record"), max_length=80, blank=True)
    detail = models.TextField(_("detail"), blank=True)

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case_id", "-id"], name="cases_access_case"),
            # When somebody was here last.
            models.Index(
                fields=["user_id", "-id"],
                condition=models.Q(kind__in=["signed_in", "signed_out"]),
                name="cases_access_visits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_name or _('nobody known')}: {self.get_kind_display()}"
