"""Assessments: the signed answer to "at least how many people, of what ages, since when", frozen with its inputs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import status_since_field
from remains.models.find import Find


class AssessmentStatus(models.TextChoices):
    """Where an assessment stands; changed by transitions only."""

    DRAFT = "draft", _("draft")
    SIGNED = "signed", _("signed")
    DISCARDED = "discarded", _("discarded")


class Assessment(CaseRecord):
    """At least how many people the specimens of a find, a site or linked sites are, with proof and reasoning."""

    site = CaseForeignKey("cases.Site", related_name="assessments", verbose_name=_("site"))
    find = CaseForeignKey(Find, null=True, blank=True, related_name="assessments", verbose_name=_("find"))
    linked_sites = ArrayField(
        models.UUIDField(),
        verbose_name=_("sites counted together"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("All sites whose specimens are counted, when graves are linked."),
    )
    status = models.CharField(_("status"), max_length=10, choices=AssessmentStatus.choices, editable=False)
    status_since = status_since_field()
    count = models.PositiveIntegerField(_("at least"), editable=False)
    result = models.JSONField(_("proof and tables"), editable=False)
    inputs = models.JSONField(_("inputs"), editable=False)
    ledger_seq = models.BigIntegerField(_("as of entry"), editable=False)
    rules_version = models.CharField(_("rules"), max_length=20, editable=False)
    reasoning = models.TextField(
        _("reasoning"), help_text=_("What the number rests on, in words a court can follow.")
    )
    drafted_by = models.ForeignKey(
        "cases.User", on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("drafted by")
    )
    signed_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, editable=False)
    superseded_by = CaseForeignKey(
        "remains.Assessment",
        null=True,
        related_name="supersedes",
        editable=False,
        verbose_name=_("superseded by"),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="remains_assessment_status_known", condition=Q(status__in=AssessmentStatus.values)
            ),
            models.CheckConstraint(
                name="remains_assessment_signed_by_another",
                condition=~Q(status="signed")
                | Q(signed_by__isnull=False, signed_at__isnull=False) & ~Q(signed_by=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return str(_("at least %(count)s") % {"count": self.count})
