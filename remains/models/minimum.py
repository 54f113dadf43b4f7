"""Minimum numbers as stated by somebody. The computed, signed assessment will stand beside and supersede them."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from remains.models.estimate import Certainty, Sex


class StatedMinimum(CaseRecord):
    """\"At least N people\" at a site, as stated by a source on a day. A claim with a name, not a count of ours."""

    site = CaseForeignKey("cases.Site", related_name="stated_minimums", verbose_name=_("site"))
    minimum = models.PositiveIntegerField(_("at least"), validators=[MinValueValidator(1)])
    wording = models.TextField(_("as worded"), blank=True)
    source = models.CharField(_("as stated by"), max_length=300)
    stated_on = models.DateField(_("stated on"))

    class Meta(CaseRecord.Meta):
        verbose_name = _("stated minimum number")
        verbose_name_plural = _("stated minimum numbers")
        ordering = ["case", "site", "-stated_on", "-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="remains_statedminimum_positive", condition=Q(minimum__gte=1)),
            models.CheckConstraint(name="remains_statedminimum_sourced", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return str(_("at least %(number)s") % {"number": self.minimum})


class StatedGroup(CaseRecord):
    """Some of the people of a stated minimum, of whom more is said: one of them, presumably 4-5 years old."""

    stated_minimum = CaseForeignKey(
        StatedMinimum, related_name="groups", verbose_name=_("stated minimum number")
    )
    number = models.PositiveIntegerField(_("of them"), validators=[MinValueValidator(1)])
    age_min_years = models.DecimalField(
        _("age from (years)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    age_max_years = models.DecimalField(
        _("age to (years)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    sex = models.CharField(_("sex"), max_length=12, choices=Sex.choices, null=True, blank=True)  # noqa: DJ001
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    wording = models.CharField(_("as worded"), max_length=300, blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("group of a stated minimum")
        verbose_name_plural = _("groups of a stated minimum")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="remains_statedgroup_positive", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="remains_statedgroup_age_interval",
                condition=Q(age_min_years__isnull=True)
                | Q(age_max_years__isnull=True)
                | Q(age_min_years__lte=F("age_max_years")),
            ),
            models.CheckConstraint(
                name="remains_statedgroup_age_human",
                condition=(Q(age_min_years__isnull=True) | Q(age_min_years__gte=-1, age_min_years__lte=125))
                & (Q(age_max_years__isnull=True) | Q(age_max_years__gte=-1, age_max_years__lte=125)),
            ),
            models.CheckConstraint(
                name="remains_statedgroup_sex_known",
                condition=Q(sex__isnull=True) | Q(sex__in=Sex.values),
            ),
            models.CheckConstraint(
                name="remains_statedgroup_certainty_known", condition=Q(certainty__in=Certainty.values)
            ),
        ]

    def __str__(self) -> str:
        return self.wording or str(self.number)
