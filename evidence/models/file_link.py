"""What a photograph shows and what a document is about: links to records of the same case, as many as there are."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from evidence.models.document import Document
from evidence.models.photograph import Photograph

#: What may be linked to, by the name of the reference.
TARGETS = ("site", "visit", "context", "find", "specimen", "injury", "exhibit")
#: What may be linked.
FILES = ("photograph", "document")


class LinkBasis(models.TextChoices):
    """How a link came about."""

    PERSON = "person", _("somebody said so")
    LABEL = "label", _("its label is in the picture")


def exactly_one(name: str, columns: tuple[str, ...]) -> models.CheckConstraint:
    """Return the constraint that one of several references is set, and no other."""
    return models.CheckConstraint(
        name=name,
        condition=Func(
            *columns,
            function="num_nonnulls",
            template="%(function)s(%(expressions)s) = 1",
            output_field=models.BooleanField(),
        ),
    )


class FileLink(CaseRecord):
    """One photograph or document, and one record that it shows or is about."""

    photograph = CaseForeignKey(
        Photograph, null=True, blank=True, related_name="links", verbose_name=_("photograph")
    )
    document = CaseForeignKey(
        Document, null=True, blank=True, related_name="links", verbose_name=_("document")
    )
    site = CaseForeignKey(
        "cases.Site", null=True, blank=True, related_name="file_links", verbose_name=_("site")
    )
    visit = CaseForeignKey(
        "cases.SiteVisit", null=True, blank=True, related_name="file_links", verbose_name=_("site visit")
    )
    context = CaseForeignKey(
        "cases.Context", null=True, blank=True, related_name="file_links", verbose_name=_("context")
    )
    find = CaseForeignKey(
        "remains.Find", null=True, blank=True, related_name="file_links", verbose_name=_("find")
    )
    specimen = CaseForeignKey(
        "remains.Specimen", null=True, blank=True, related_name="file_links", verbose_name=_("specimen")
    )
    injury = CaseForeignKey(
        "remains.Injury", null=True, blank=True, related_name="file_links", verbose_name=_("injury")
    )
    exhibit = CaseForeignKey(
        "evidence.Exhibit", null=True, blank=True, related_name="file_links", verbose_name=_("exhibit")
    )
    basis = models.CharField(_("how it is known"), max_length=8, choices=LinkBasis.choices, editable=False)
    linked_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("linked by"),
    )
    linked_at = models.DateTimeField(_("linked at"), default=timezone.now, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("link of a photograph or document")
        verbose_name_plural = _("links of photographs and documents")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            exactly_one("evidence_filelink_one_file", FILES),
            exactly_one("evidence_filelink_one_target", TARGETS),
            models.CheckConstraint(
                name="evidence_filelink_basis_known", condition=Q(basis__in=LinkBasis.values)
            ),
            models.CheckConstraint(
                name="evidence_filelink_somebody_linked",
                condition=Q(basis=LinkBasis.LABEL, linked_by__isnull=True)
                | Q(basis=LinkBasis.PERSON, linked_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=[*FILES, *TARGETS],
                name="evidence_filelink_once",
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file}: {self.target}"

    @property
    def file(self) -> Any:
        """Return the photograph or document."""
        return self.photograph if self.photograph_id else self.document

    @property
    def target_name(self) -> str:
        """Return the name of the reference that is set."""
        return next((name for name in TARGETS if getattr(self, f"{name}_id") is not None), "")

    @property
    def target(self) -> Any:
        """Return the record that is linked to."""
        return getattr(self, self.target_name) if self.target_name else None
