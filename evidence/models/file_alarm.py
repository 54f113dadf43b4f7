"""Alarms: stored bytes that are no longer what they were when they came in. They stay until a person has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.base import SystemRecord, SystemRecordQuerySet
from evidence.models.document import Document
from evidence.models.photograph import Photograph
from evidence.models.sealed_file import hash_field

if TYPE_CHECKING:
    from cases.access import Person


class AlarmKind(models.TextChoices):
    """What is wrong with stored bytes."""

    MISSING = "missing", _("missing")
    ALTERED = "altered", _("altered")


class NoticedBy(models.TextChoices):
    """How it came to light."""

    READING = "reading", _("somebody asked for the file")
    CHECK = "check", _("a check of all files")
    UPLOAD = "upload", _("the same file was uploaded again")


def files_with(hashes: Any) -> tuple[Any, ...]:
    """Return, for each kind of file, what refers to these bytes as original or as copy of it."""
    condition = Q(sha256=hashes) | Q(screen_sha256=hashes) | Q(thumbnail_sha256=hashes)
    return tuple(model.objects.filter(condition) for model in (Photograph, Document))


class FileAlarmQuerySet(SystemRecordQuerySet):
    """Alarms are about bytes, which records of several cases may share."""

    def visible_to(self, user: Person) -> Self:
        """Narrow to bytes of files that this person sees; who keeps the installation sees all of them."""
        from cases import access

        if access.may(user, FileAlarm.permission("keep")):
            return self
        photographs, documents = (rows.visible_to(user) for rows in files_with(OuterRef("sha256")))
        return self.filter(Exists(photographs) | Exists(documents))


class FileAlarm(SystemRecord):
    """Bytes that lay under a hash and were not what it says. It belongs to no case: bytes are stored once for all."""

    sha256 = hash_field(_("SHA-256 when it came in"))
    kind = models.CharField(_("what is wrong"), max_length=8, choices=AlarmKind.choices, editable=False)
    found_sha256 = hash_field(_("SHA-256 now"), blank=True)
    found_bytes = models.PositiveBigIntegerField(_("size now (bytes)"), null=True, editable=False)
    noticed_by = models.CharField(
        _("how it came to light"), max_length=8, choices=NoticedBy.choices, editable=False
    )
    noticed_at = models.DateTimeField(_("noticed at"), default=timezone.now, editable=False)
    answer = models.TextField(_("what was found and done"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)

    objects = FileAlarmQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("alarm about a stored file")
        verbose_name_plural = _("alarms about stored files")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="evidence_filealarm_kind_known", condition=Q(kind__in=AlarmKind.values)
            ),
            models.CheckConstraint(
                name="evidence_filealarm_noticed_by_known", condition=Q(noticed_by__in=NoticedBy.values)
            ),
            models.CheckConstraint(
                name="evidence_filealarm_found",
                condition=Q(kind=AlarmKind.MISSING, found_sha256="", found_bytes__isnull=True)
                | (Q(kind=AlarmKind.ALTERED, found_bytes__isnull=False) & ~Q(found_sha256="")),
            ),
            models.CheckConstraint(
                name="evidence_filealarm_answer_whole",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            # One open alarm for the same bytes: who asks again is told again, and nothing is gained by a second one.
            models.UniqueConstraint(
                fields=["sha256"], name="evidence_filealarm_open_once", condition=Q(answered_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.sha256[:12]}"
