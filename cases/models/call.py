"""What the interface for programs keeps of calls beside the ledger: first answers for a while, and how often who calls.

These are no records of a case. They are read by nobody but the interface itself, and swept.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class KeptAnswer(models.Model):
    """The first answer to a request that may be repeated, written in the transaction of its effect."""

    caller = models.UUIDField()
    key = models.CharField(max_length=255)
    #: Over method, address and body: the same key with another request is a mistake of the caller's.
    fingerprint = models.BinaryField()
    case_id = models.UUIDField(null=True)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="cases_keptanswer_once")]
        indexes = [models.Index(fields=["at"], name="cases_keptanswer_at")]

    def __str__(self) -> str:
        return self.key


class CallRate(models.Model):
    """How far ahead of its time a caller is; one row each, in a table that a crash may empty."""

    caller = models.CharField(primary_key=True, max_length=120)
    #: When the caller's next call would be due, were they to call evenly.
    due = models.DateTimeField()
    allowed = models.BooleanField()

    def __str__(self) -> str:
        return self.caller
