"""Expert reports: the documents in which a laboratory says what it found, each filed with a referral."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from evidence.models.document import Document
from evidence.models.referral import Referral


class ExpertReport(CaseRecord):
    """One document that a laboratory filed with a referral. It is never taken back: a later one is filed beside it."""

    referral = CaseForeignKey(Referral, related_name="reports", verbose_name=_("referral"))
    document = CaseForeignKey(Document, related_name="reports", verbose_name=_("document"))
    filed_by = models.ForeignKey(
        "cases.User", on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("filed by")
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("expert report")
        verbose_name_plural = _("expert reports")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["document"], name="evidence_expertreport_once"),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.document}"
