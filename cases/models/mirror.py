"""Mirrors: what another installation of Taphos shares of a case of its own, kept here read-only beside a case of ours.

Mirrored records are no records of this installation: their chain is kept, and proved, where they were written. Here
they are checked when they arrive, shown as that agency's, and removed when they are withdrawn.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.ids import new_id
from cases.models.agency import Agency
from cases.models.base import Handling
from cases.models.case import Case


class MirrorState(models.TextChoices):
    """How a mirror stands to what it mirrors."""

    WHOLE = "whole", _("as far as the other end was when it was last asked")
    BEHIND = "behind", _("behind the other end")
    FAILING = "failing", _("cannot be pulled")
    ENDED = "ended", _("no longer shared with us")


class Mirror(models.Model):
    """The shared part of one case of another installation, and how far it was pulled."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case: Any = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="mirrors", verbose_name=_("beside our case")
    )
    agency: Any = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="mirrors", verbose_name=_("whose records")
    )
    url = models.URLField(_("address of the other installation"), max_length=300)
    chain = models.UUIDField(_("identifier of the case there"))
    number = models.CharField(_("number of the case there"), max_length=60)
    key = models.TextField(
        _("public key"), blank=True, help_text=_("Of the other installation: it verifies its checkpoints.")
    )
    epoch = models.PositiveIntegerField(_("epoch"), null=True)
    seq = models.BigIntegerField(_("pulled up to entry"), default=0)
    remote_seq = models.BigIntegerField(_("newest entry there"), null=True)
    tried_at = models.DateTimeField(_("last asked"), null=True)
    pulled_at = models.DateTimeField(_("last whole"), null=True)
    fault = models.TextField(_("what failed"), blank=True)

    class Meta:
        verbose_name = _("mirror")
        verbose_name_plural = _("mirrors")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "url", "chain"], name="cases_mirror_once"),
            # Without an epoch nothing of it is kept, and nothing was pulled.
            models.CheckConstraint(name="cases_mirror_pulled", condition=Q(epoch__isnull=False) | Q(seq=0)),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.agency.short_name})"

    @property
    def state(self) -> MirrorState:
        """Say how it stands."""
        if self.fault:
            return MirrorState.FAILING
        if self.epoch is None:
            return MirrorState.ENDED
        return MirrorState.BEHIND if self.behind else MirrorState.WHOLE

    @property
    def behind(self) -> int:
        """Return how many entries the other end had more when it was last asked; not all need be shared."""
        return max((self.remote_seq or 0) - self.seq, 0)

    @property
    def age_s(self) -> float | None:
        """Return how long ago it was whole (s)."""
        return None if self.pulled_at is None else (timezone.now() - self.pulled_at).total_seconds()


class MirroredRecord(models.Model):
    """One record as the other installation sent it last."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mirror: Any = models.ForeignKey(
        Mirror, on_delete=models.CASCADE, related_name="records", verbose_name=_("mirror")
    )
    table_name = models.CharField(_("kind"), max_length=63)
    record_id = models.CharField(_("identifier there"), max_length=63)
    handling = models.CharField(_("handling"), max_length=16, choices=Handling.choices)
    seq = models.BigIntegerField(_("entry"))
    hash = models.BinaryField(_("hash of the entry"))
    redacted = models.BooleanField(_("something is withheld"))
    at = models.DateTimeField(_("changed at"))
    actor_name = models.TextField(_("changed by"))
    payload = models.TextField(_("record"))
    pulled_at = models.DateTimeField(_("pulled at"), db_default=Now())

    class Meta:
        verbose_name = _("mirrored record")
        verbose_name_plural = _("mirrored records")
        ordering = ["mirror", "table_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mirror", "table_name", "record_id"], name="cases_mirroredrecord_once"
            ),
            models.CheckConstraint(
                name="cases_mirroredrecord_handling_known", condition=Q(handling__in=Handling.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.record_id}"

    @property
    def case_id(self) -> Any:
        """Return beside which case it is kept, for the log of who read it."""
        return self.mirror.case_id


class MirrorWitness(models.Model):
    """A signed checkpoint that the other installation sent: what it can no longer deny."""

    mirror: Any = models.ForeignKey(Mirror, on_delete=models.CASCADE, related_name="witnesses")
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    line = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mirror", "seq"], name="cases_mirrorwitness_once")]

    def __str__(self) -> str:
        return f"{self.mirror_id} {self.seq}"


__all__ = ["Mirror", "MirrorState", "MirrorWitness", "MirroredRecord"]
