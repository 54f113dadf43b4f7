"""What photographs and documents have in common: bytes from outside, sealed by their hash when they came in."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseRecord
from evidence import names


class MediaType(models.TextChoices):
    """What the bytes are, told by the bytes."""

    JPEG = "image/jpeg", _("JPEG picture")
    PNG = "image/png", _("PNG picture")
    TIFF = "image/tiff", _("TIFF picture")
    HEIC = "image/heic", _("HEIC picture")
    RAW = "image/x-raw", _("raw picture of a camera")
    PDF = "application/pdf", _("PDF document")
    OTHER = "application/octet-stream", _("file that is only handed out")


def hash_field(label: Any, **options: Any) -> models.CharField[str, str]:
    """Return a field for a SHA-256 in hexadecimal digits."""
    return models.CharField(label, max_length=64, editable=False, **options)


class SealedFile(CaseRecord):
    """A file of a case. Its bytes lie in private storage under their hash, and never change. (Abstract.)"""

    serial = models.PositiveIntegerField(_("serial"), editable=False)
    number = models.CharField(_("number"), max_length=20, editable=False)
    sha256 = hash_field(_("SHA-256"))
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    original_name = models.CharField(
        _("name of the file, as stated"), max_length=names.LONGEST, editable=False
    )
    media_type = models.CharField(_("type"), max_length=40, choices=MediaType.choices, editable=False)
    received_at = models.DateTimeField(_("received at"), default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    # Copies that were made of it: upright, and without anything that the camera wrote.
    screen_sha256 = hash_field(_("copy for the screen, SHA-256"), blank=True)
    thumbnail_sha256 = hash_field(_("small copy, SHA-256"), blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta(CaseRecord.Meta):
        abstract = True
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "serial"], name="%(app_label)s_%(class)s_serial_unique"),
            # The same bytes twice in one case are one upload that was repeated. Kept apart by handling, so that a
            # refusal never tells that somebody else has the same file.
            models.UniqueConstraint(
                fields=["case", "sha256", "handling"],
                name="%(app_label)s_%(class)s_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_sealed",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & Q(size_bytes__gt=0) & ~Q(original_name=""),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_copies",
                condition=Q(screen_sha256="", thumbnail_sha256="")
                | Q(screen_sha256__regex=r"^[0-9a-f]{64}$", thumbnail_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_media_type_known", condition=Q(media_type__in=MediaType.values)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    #: Letter before the number.
    number_letter = ""

    @property
    def shown_name(self) -> str:
        """Return the name of the file without signs that could mislead."""
        return names.safe(self.original_name, self.number)

    @property
    def hashes(self) -> dict[str, str]:
        """Return what of it lies in storage, by part."""
        parts = {"original": self.sha256, "screen": self.screen_sha256, "thumbnail": self.thumbnail_sha256}
        return {part: sha256 for part, sha256 in parts.items() if sha256}
