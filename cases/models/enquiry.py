"""Enquiries: what somebody asks the team of a case, and the answer that the one who asked may read."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import status_since_field
from cases.models.topic import Topic
from cases.models.user import User


class EnquiryStatus(models.TextChoices):
    """Where an enquiry stands; changed by transitions only."""

    ASKED = "asked", _("asked")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


class Enquiry(CaseRecord):
    """A question to the case's team. It begins open, because those who answer must read it and who asked the answer."""

    question = models.TextField(_("question"))
    about = CaseForeignKey(
        Topic, null=True, blank=True, editable=False, related_name="enquiries", verbose_name=_("about")
    )
    due_on = models.DateField(
        _("wished for by"), null=True, blank=True, help_text=_("Empty when there is no hurry.")
    )
    status = models.CharField(_("status"), max_length=8, choices=EnquiryStatus.choices, editable=False)
    status_since = status_since_field()
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("asked by")
    )
    asked_on = models.DateField(_("asked on"), editable=False)
    answer = models.TextField(_("answer"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("answered by"),
    )
    remark = models.TextField(
        _("last remark"),
        blank=True,
        editable=False,
        help_text=_("What is still asked after an answer, or how it ended."),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_enquiry_status_known", condition=Q(status__in=EnquiryStatus.values)
            ),
            models.CheckConstraint(name="cases_enquiry_said", condition=~Q(question="")),
            models.CheckConstraint(
                name="cases_enquiry_due_ordered",
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("asked_on")),
            ),
            models.CheckConstraint(
                name="cases_enquiry_answered_by_another",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")) & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="cases_enquiry_answer_given",
                condition=~Q(status="answered") | Q(answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.question).chars(80)

    def is_overdue(self, today: dt.date | None = None) -> bool:
        """Say whether the day has passed without an answer."""
        return (
            self.due_on is not None
            and self.status == EnquiryStatus.ASKED
            and self.due_on < (today or timezone.localdate())
        )
