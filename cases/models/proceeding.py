"""Proceedings before courts that a case leads to, as somebody states them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseRecord


class ProceedingKind(models.TextChoices):
    """What is before the court."""

    PRETRIAL = "pretrial", _("measure before trial")
    TRIAL = "trial", _("criminal trial")
    APPEAL = "appeal", _("appeal")
    CIVIL = "civil", _("civil proceedings")
    INTERNATIONAL = "international", _("proceedings before an international court")
    OTHER = "other", _("other proceedings")


class Proceeding(CaseRecord):
    """One file of a court that concerns the case."""

    court = models.CharField(_("court"), max_length=200)
    number = models.CharField(_("number of the court's file"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=14, choices=ProceedingKind.choices)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty while they last."))
    status_as_stated = models.CharField(
        _("status as stated"),
        max_length=200,
        blank=True,
        help_text=_("In the words of the court or of whoever states it; nothing follows from it."),
    )
    source = models.CharField(_("stated by"), max_length=300, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("court proceedings")
        verbose_name_plural = _("court proceedings")
        ordering = ["-from_on", "-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_proceeding_kind_known", condition=Q(kind__in=ProceedingKind.values)
            ),
            models.CheckConstraint(name="cases_proceeding_named", condition=~Q(court="")),
            models.CheckConstraint(
                name="cases_proceeding_days_ordered",
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
            models.UniqueConstraint(
                name="cases_proceeding_once",
                fields=["case", "court", "number"],
                condition=Q(withdrawn_at__isnull=True) & ~Q(number=""),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.court, self.number) if part)
