"""Estimates: opinions about remains, as intervals, with method, basis and observer. Superseded, never edited."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import UncertainDateField, derived_day, ordered_days
from remains.method_words import NAMES
from remains.models.find import Find
from remains.science.methods.sex import SURE


class EstimateKind(models.TextChoices):
    """What is estimated."""

    AGE = "age", _("age at death")
    SEX = "sex", _("sex")
    BURIAL = "burial", _("burial interval")
    STATURE = "stature", _("stature")


class IntervalMeaning(models.TextChoices):
    """What the interval of a method says. An interval of a mean or of modal ages is none of a person: not here."""

    PREDICTION_95 = "prediction_95", _("95 % prediction interval")
    PREDICTION_90 = "prediction_90", _("90 % prediction interval")
    DENSITY_95 = "density_95", _("95 % highest-density interval")
    RANGE_95 = "range_95", _("range of 95 % of the sample")
    OBSERVED_RANGE = "observed_range", _("range observed in the sample")
    SUGGESTED_RANGE = "suggested_range", _("range that the publication suggests")
    TWO_DEVIATIONS = "two_deviations", _("mean and two standard deviations of the sample")
    TWO_ERRORS = "two_errors", _("estimate and two standard errors")
    USUAL_WINDOW = "usual_window", _("usual window, not the outermost ages")


class Sex(models.TextChoices):
    """What was concluded about sex; `undetermined` is a finding, not a missing value."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    UNDETERMINED = "undetermined", _("undetermined after examination")


class Certainty(models.TextChoices):
    """How far an opinion has been established."""

    PRESUMED = "presumed", _("presumed")
    DETERMINED = "determined", _("determined")


#: The columns that hold the value of each kind.
VALUES = {
    EstimateKind.AGE: ("age_min_years", "age_max_years"),
    EstimateKind.SEX: ("sex",),
    EstimateKind.BURIAL: ("burial_edtf",),
    EstimateKind.STATURE: ("stature_min_cm", "stature_max_cm"),
}


def _empty(name: str) -> Q:
    return Q(burial_edtf="") if name == "burial_edtf" else Q(**{f"{name}__isnull": True})


def _holds_only(kind: str) -> Q:
    """Return the condition that an estimate of this kind has a value of its own and none of another kind."""
    own, others = VALUES[EstimateKind(kind)], Q(kind=kind)
    for name in (name for names in VALUES.values() for name in names if name not in own):
        others &= _empty(name)
    said = ~_empty(own[0])
    for name in own[1:]:
        said |= ~_empty(name)
    return others & said


def plain(years: Decimal | float) -> str:
    """Return a number of years as people write it: 4 and 0.25, whatever was stored behind the point."""
    return f"{float(years):g}"


#: Its words in no language's grammar: people write in their own.
ESTIMATE_WORDS = SearchVector("method", "basis", "observer", config="simple")


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
    sex_probability = models.DecimalField(
        _("probability of this sex"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        editable=False,
        help_text=_("As the method gives it for the scores; empty where the method gives none."),
    )
    stature_min_cm = models.DecimalField(
        _("stature from (cm)"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    stature_max_cm = models.DecimalField(
        _("stature to (cm)"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    burial_edtf = UncertainDateField(_("burial"))
    burial_earliest_on = derived_day(_("burial, earliest"))
    burial_latest_on = derived_day(_("burial, latest"))
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    method_code = models.CharField(  # noqa: DJ001 - an interval as somebody stated it is NULL
        _("published method"), max_length=60, null=True, blank=True
    )
    scored = models.JSONField(_("scored"), null=True, blank=True)
    interval_meaning = models.CharField(  # noqa: DJ001 - not known of what somebody stated
        _("what the interval is"),
        max_length=20,
        choices=IntervalMeaning.choices,
        null=True,
        blank=True,
        editable=False,
    )
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
        indexes = [
            GinIndex(ESTIMATE_WORDS, name="remains_estimate_words"),
        ]
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
                condition=_holds_only("age")
                | _holds_only("sex") & Q(sex__in=Sex.values)
                | _holds_only("burial")
                | _holds_only("stature"),
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
                name="remains_estimate_stature_interval",
                condition=Q(stature_min_cm__isnull=True)
                | Q(stature_max_cm__isnull=True)
                | Q(stature_min_cm__lte=F("stature_max_cm")),
            ),
            models.CheckConstraint(
                name="remains_estimate_stature_human",
                condition=(
                    Q(stature_min_cm__isnull=True) | Q(stature_min_cm__gte=20, stature_min_cm__lte=280)
                )
                & (Q(stature_max_cm__isnull=True) | Q(stature_max_cm__gte=20, stature_max_cm__lte=280)),
            ),
            models.CheckConstraint(
                name="remains_estimate_scored",
                condition=Q(method_code__isnull=True, scored__isnull=True, interval_meaning__isnull=True)
                | Q(method_code__isnull=False, scored__isnull=False)
                & ~Q(method_code="")
                & Q(site__isnull=True)
                & (
                    Q(kind="sex", interval_meaning__isnull=True)
                    | Q(kind__in=["age", "stature"], interval_meaning__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="remains_estimate_sex_probable",
                condition=Q(sex_probability__isnull=True)
                | Q(
                    kind="sex",
                    method_code__isnull=False,
                    sex_probability__gte=Decimal("0.5"),
                    sex_probability__lte=1,
                ),
            ),
            models.CheckConstraint(
                name="remains_estimate_bounds_a_person",
                condition=Q(interval_meaning__isnull=True) | Q(interval_meaning__in=IntervalMeaning.values),
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
    def method_in_words(self) -> str:
        """Return the published method in the reader's language, or the method as somebody wrote it."""
        return str(NAMES.get(self.method_code, self.method) if self.method_code else self.method)

    @property
    def is_weak(self) -> bool:
        """Say whether this is a sex that its own method calls too improbable to tell people apart by."""
        return self.sex_probability is not None and self.sex_probability < Decimal(str(SURE))

    @property
    def value_in_words(self) -> str:
        """Return the interval as people say it."""
        if self.kind == EstimateKind.SEX:
            return str(self.get_sex_display())
        if self.kind == EstimateKind.BURIAL:
            from cases.dates import in_words

            return in_words(self.burial_edtf)
        if self.kind == EstimateKind.STATURE:
            return span(self.stature_min_cm, self.stature_max_cm, str(_("%(span)s cm")))
        return span(self.age_min_years, self.age_max_years, str(_("%(span)s years")))


def span(low: Decimal | float | None, high: Decimal | float | None, unit: str) -> str:
    """Return an interval as people say it; `unit` is "%(span)s years" or the like."""
    if low is not None and high is not None:
        return unit % {"span": f"{plain(low)}-{plain(high)}"}
    if high is not None:
        return unit % {"span": _("up to %(high)s") % {"high": plain(high)}}
    if low is not None:
        return unit % {"span": _("at least %(low)s") % {"low": plain(low)}}
    return "-"  # refused by the database, but a form that was sent without either shows it once more
