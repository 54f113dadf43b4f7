"""Directions: what a prosecutor tells somebody of the team to do, until when, and what came of it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import status_since_field
from cases.models.membership import Role
from cases.models.topic import Topic
from cases.models.user import User

#: Whom a prosecutor directs.
DIRECTED_ROLES = (Role.INVESTIGATOR, Role.ANTHROPOLOGIST, Role.CUSTODIAN)


class DirectionStatus(models.TextChoices):
    """Where a direction stands; changed by transitions only."""

    GIVEN = "given", _("given")
    ACCEPTED = "accepted", _("taken on")
    RETURNED = "returned", _("sent back")
    DONE = "done", _("result reported")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("cancelled")


#: States in which something is still to be done by the person directed.
RUNNING = (DirectionStatus.GIVEN, DirectionStatus.ACCEPTED, DirectionStatus.RETURNED)


class Priority(models.TextChoices):
    """How soon, beside the day: a word for people, which nothing is computed from."""

    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")
    URGENT = "urgent", _("urgent")


class Direction(CaseRecord):
    """One thing to be done by one person of the case's team."""

    what = models.TextField(_("what is to be done"))
    about = CaseForeignKey(
        Topic, null=True, blank=True, editable=False, related_name="directions", verbose_name=_("about")
    )
    assignee = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="directions",
        verbose_name=_("who does it"),
        help_text=_("An investigator, anthropologist or custodian of the case's team."),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True, help_text=_("Empty when no day is set."))
    priority = models.CharField(
        _("priority"), max_length=8, choices=Priority.choices, default=Priority.NORMAL
    )
    status = models.CharField(_("status"), max_length=10, choices=DirectionStatus.choices, editable=False)
    status_since = status_since_field()
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("given by")
    )
    given_on = models.DateField(_("given on"), editable=False)
    result = models.TextField(_("result"), blank=True, editable=False)
    answer = models.TextField(
        _("last reason"),
        blank=True,
        editable=False,
        help_text=_("Why it was sent back, given to somebody else or cancelled."),
    )
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("confirmed by"),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("direction")
        verbose_name_plural = _("directions")
        ordering = [F("due_on").asc(nulls_last=True), "-id"]
        indexes = [models.Index(fields=["assignee", "status"], name="cases_direction_assignee")]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_direction_status_known", condition=Q(status__in=DirectionStatus.values)
            ),
            models.CheckConstraint(
                name="cases_direction_priority_known", condition=Q(priority__in=Priority.values)
            ),
            models.CheckConstraint(name="cases_direction_said", condition=~Q(what="")),
            models.CheckConstraint(
                name="cases_direction_due_ordered",
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("given_on")),
            ),
            models.CheckConstraint(
                name="cases_direction_result_given",
                condition=~Q(status__in=["done", "confirmed"]) | ~Q(result=""),
            ),
            models.CheckConstraint(
                name="cases_direction_confirmed_by_another",
                condition=~Q(status="confirmed")
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("assignee")),
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.what).chars(80)

    def is_overdue(self, today: dt.date | None = None) -> bool:
        """Say whether the day has passed while something is still to be done."""
        return (
            self.due_on is not None
            and self.status in RUNNING
            and self.due_on < (today or timezone.localdate())
        )

    @staticmethod
    def overdue() -> Q:
        """Return the condition of directions whose day has passed while something is still to be done."""
        return Q(status__in=RUNNING, due_on__lt=timezone.localdate())
