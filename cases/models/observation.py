"""Observations: what somebody of the case remarks about one of its records, and what the team answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord, Handling
from cases.models.fields import status_since_field
from cases.models.topic import Topic
from cases.models.user import User


class ObservationStatus(models.TextChoices):
    """Where an observation stands; changed by transitions only."""

    MADE = "made", _("made")
    NOTED = "noted", _("noted")
    ANSWERED = "answered", _("answered")


class Observation(CaseRecord):
    """A remark of one person, who chooses who reads it. It is not edited: it is withdrawn, and made anew."""

    #: Chosen by who makes it: what was learned in confidence is not made known to all because nobody thought of it.
    handling = models.CharField(_("who may read it"), max_length=16, choices=Handling.choices)
    text = models.TextField(_("observation"))
    about = CaseForeignKey(
        Topic, null=True, blank=True, editable=False, related_name="observations", verbose_name=_("about")
    )
    status = models.CharField(_("status"), max_length=8, choices=ObservationStatus.choices, editable=False)
    status_since = status_since_field()
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )
    made_on = models.DateField(_("made on"), editable=False)
    answer = models.TextField(_("answer"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("noted or answered by"),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_observation_status_known", condition=Q(status__in=ObservationStatus.values)
            ),
            models.CheckConstraint(name="cases_observation_said", condition=~Q(text="")),
            models.CheckConstraint(
                name="cases_observation_answered_by_another",
                condition=Q(status="made", answered_by__isnull=True)
                | Q(status__in=["noted", "answered"], answered_by__isnull=False)
                & ~Q(answered_by=F("made_by")),
            ),
            models.CheckConstraint(
                name="cases_observation_answer_given", condition=~Q(status="answered") | ~Q(answer="")
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)
