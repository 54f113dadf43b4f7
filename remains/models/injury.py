"""Injuries: what was done to a bone, when in relation to death, how, where on it and with what found beside it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from remains.models.find import Find
from remains.models.specimen import Specimen


class InjuryTiming(models.TextChoices):
    """When it happened in relation to death; `undetermined` is a finding, not a missing value."""

    ANTE = "ante", _("ante-mortem: healing seen")
    PERI = "peri", _("peri-mortem: about the time of death")
    POST = "post", _("post-mortem: damage to dry bone")
    UNDETERMINED = "undetermined", _("undetermined after examination")


#: Its words in no language's grammar: people write in their own.
INJURY_WORDS = SearchVector("place", "description", "observer", config="simple")


class Injury(CaseRecord):
    """One injury of one specimen, as it was seen."""

    specimen = CaseForeignKey(Specimen, related_name="injuries", verbose_name=_("specimen"))
    timing = models.CharField(_("timing"), max_length=12, choices=InjuryTiming.choices)
    mechanism = CodeField("injury_mechanism", verbose_name=_("mechanism"))
    zone = models.PositiveSmallIntegerField(
        _("zone"),
        null=True,
        blank=True,
        help_text=_("Zone of the element; empty when it is told in words only."),
    )
    place = models.CharField(_("place on the bone"), max_length=300, blank=True)
    direction = models.CharField(
        _("direction"), max_length=200, blank=True, help_text=_("Of the force or the projectile, as seen.")
    )
    description = models.TextField(_("what was seen"))
    associated_find = CaseForeignKey(
        Find,
        null=True,
        blank=True,
        related_name="injuries",
        verbose_name=_("associated find"),
        help_text=_("A projectile, a ligature or the like that was found with it."),
    )
    observer = models.CharField(_("observer"), max_length=200)
    observed_on = models.DateField(_("observed on"), null=True, blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("injury")
        verbose_name_plural = _("injuries")
        ordering = ["-id"]
        indexes = [
            GinIndex(INJURY_WORDS, name="remains_injury_words"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="remains_injury_timing_known", condition=Q(timing__in=InjuryTiming.values)
            ),
            models.CheckConstraint(
                name="remains_injury_placed", condition=Q(zone__isnull=False) | ~Q(place="")
            ),
            models.CheckConstraint(
                name="remains_injury_described", condition=~Q(description="") & ~Q(observer="")
            ),
            models.CheckConstraint(
                name="remains_injury_treated_in_life",
                condition=~Q(mechanism="injury_mechanism.treatment") | Q(timing="ante"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specimen}: {self.mechanism}, {self.get_timing_display()}"
