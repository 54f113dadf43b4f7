"""Estimates: opinions about remains, as intervals, with method, basis and observer. Superseded, never edited."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import UncertainDateField, derived_day, ordered_days
from remains.models.find import Find


class EstimateKind(models.TextChoices):
    """What is estimated."""

    AGE = "age", _("age at death")
    SEX = "sex", _("sex")
    BURIAL = "burial", _("burial interval")


class Sex(models.TextChoices):
    """What was concluded about sex; `undetermined` is a finding, not a missing value."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    UNDETERMINED = "undetermined", _("undetermined after examination")


class Certainty(models.TextChoices):
    """How far an opinion has been established."""

    PRESUMED = "presumed", _("presumed")
    DETERMINED = "determined", _("determined")


def plain(years: Decimal | float) -> str:
    """Return a number of years as people write it: 4 and 0.25, whatever was stored behind the point."""
    return f"{float(years):g}"


class Estimate(CaseRecord):
    """One opinion about a find, or about a whole site, on one question."""

    find = CaseForeignKey(Find, null=True, blank=True, related_name="estimates", verbose_name=_("find"))
    site = CaseForeignKey(
        "cases.Site", null=True, blank=True, related_name="estimates", verbose_name=_("site")
    )
    specimen = CaseForeignKey(
        "remains.Specimen", null=True, blank=True, related_name="estimates", verbose_name=_("specimen")
    )
    individual = CaseForeignKey(
        "remains.Individual", null=True, blank=True, related_name="estimates", verbose_name=_("individual")
    )
    kind = models.CharField(_("estimate of"), max_length=8, choices=EstimateKind.choices)
    age_min_years = models.DecimalField(
        _("age from (years)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    age_max_years = models.DecimalField(
        _("age to (years)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    sex = models.CharField(_("sex"), max_length=12, choices=Sex.choices, null=True, blank=True)  # noqa: DJ001
    burial_edtf = UncertainDateField(_("burial"))
    burial_earliest_on = derived_day(_("burial, earliest"))
    burial_latest_on = derived_day(_("burial, latest"))
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    method = models.CharField(_("method"), max_length=200)
    basis = models.TextField(_("basis"), help_text=_("What was scored or seen."))
    reference_population = models.CharField(_("reference population"), max_length=200, blank=True)
    observer = models.CharField(_("observer"), max_length=200)
    observed_on = models.DateField(_("observed on"), null=True, blank=True)
    superseded_by = CaseForeignKey(
        "remains.Estimate",
        null=True,
        related_name="supersedes",
        editable=False,
        verbose_name=_("superseded by"),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        ordering = ["case", "kind", "id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            ordered_days("remains_estimate", "burial"),
            models.CheckConstraint(
                name="remains_estimate_one_subject",
                condition=Q(find__isnull=False, site=None, specimen=None, individual=None)
                | Q(site__isnull=False, find=None, specimen=None, individual=None)
                | Q(specimen__isnull=False, find=None, site=None, individual=None)
                | Q(individual__isnull=False, find=None, site=None, specimen=None),
            ),
            models.CheckConstraint(
                name="remains_estimate_certainty_known", condition=Q(certainty__in=Certainty.values)
            ),
            models.CheckConstraint(
                name="remains_estimate_value_of_its_kind",
                condition=Q(kind="age", sex__isnull=True, burial_edtf="")
                & (Q(age_min_years__isnull=False) | Q(age_max_years__isnull=False))
                | Q(
                    kind="sex",
                    sex__isnull=False,
                    sex__in=Sex.values,
                    age_min_years__isnull=True,
                    age_max_years__isnull=True,
                    burial_edtf="",
                )
                | Q(kind="burial", sex__isnull=True, age_min_years__isnull=True, age_max_years__isnull=True)
                & ~Q(burial_edtf=""),
            ),
            models.CheckConstraint(
                name="remains_estimate_age_interval",
                condition=Q(age_min_years__isnull=True)
                | Q(age_max_years__isnull=True)
                | Q(age_min_years__lte=F("age_max_years")),
            ),
            models.CheckConstraint(
                name="remains_estimate_age_human",
                condition=(Q(age_min_years__isnull=True) | Q(age_min_years__gte=-1, age_min_years__lte=125))
                & (Q(age_max_years__isnull=True) | Q(age_max_years__gte=-1, age_max_years__lte=125)),
            ),
            models.CheckConstraint(
                name="remains_estimate_not_by_itself",
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
            ),
            models.CheckConstraint(
                name="remains_estimate_based", condition=~Q(method="") & ~Q(basis="") & ~Q(observer="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value_in_words}"

    @property
    def value_in_words(self) -> str:
        """Return the interval as people say it."""
        if self.kind == EstimateKind.SEX:
            return str(self.get_sex_display())
        if self.kind == EstimateKind.BURIAL:
            from cases.dates import in_words

            return in_words(self.burial_edtf)
        low, high = self.age_min_years, self.age_max_years
        if low is not None and high is not None:
            return str(_("%(low)s-%(high)s years") % {"low": plain(low), "high": plain(high)})
        if high is not None:
            return str(_("up to %(high)s years") % {"high": plain(high)})
        if low is not None:
            return str(_("at least %(low)s years") % {"low": plain(low)})
        return "-"  # refused by the database, but a form that was sent without either shows it once more
