"""Results of a laboratory: an answer per item and question, superseded and never edited, and what it proposes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from cases.models.fields import UncertainDateField, derived_day, ordered_days, status_since_field
from evidence.models.referral import Examination, ReferralItem
from remains.models import Certainty, InjuryTiming, Sex
from remains.models.estimate import span


class Outcome(models.TextChoices):
    """What came of the examination of one item."""

    ANSWERED = "answered", _("answered")
    INCONCLUSIVE = "inconclusive", _("examined, no conclusion")
    NOT_POSSIBLE = "not_possible", _("could not be examined")


class Result(CaseRecord):
    """What a laboratory answers to one question about one item."""

    item = CaseForeignKey(ReferralItem, related_name="results", verbose_name=_("item"))
    examination = CaseForeignKey(Examination, related_name="results", verbose_name=_("examination"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    answer = models.TextField(_("answer"), help_text=_("What was done and found, or why nothing could be."))
    method = models.CharField(_("method"), max_length=200, blank=True)
    analyst = models.CharField(_("analyst"), max_length=150)
    examined_on = models.DateField(_("examined on"))
    recorded_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    supersedes = CaseForeignKey(
        "evidence.Result",
        null=True,
        related_name="superseded_by",
        editable=False,
        verbose_name=_("in the place of"),
    )
    correction = models.TextField(_("why it was corrected"), blank=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("laboratory result")
        verbose_name_plural = _("laboratory results")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="evidence_result_outcome_known", condition=Q(outcome__in=Outcome.values)
            ),
            models.CheckConstraint(name="evidence_result_answered", condition=~Q(answer="") & ~Q(analyst="")),
            # One answer stands for each item and question: the first, or the last that took its place.
            models.UniqueConstraint(
                fields=["item", "examination"],
                name="evidence_result_once",
                condition=Q(supersedes__isnull=True),
            ),
            models.UniqueConstraint(fields=["supersedes"], name="evidence_result_superseded_once"),
            models.CheckConstraint(
                name="evidence_result_corrected_with_reason",
                condition=Q(supersedes__isnull=True, correction="")
                | Q(supersedes__isnull=False) & ~Q(correction="") & ~Q(supersedes=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.label}, {self.examination.kind}: {self.get_outcome_display()}"


class FindingKind(models.TextChoices):
    """What a laboratory can propose to be taken into the case's records."""

    AGE = "age", _("age at death")
    SEX = "sex", _("sex")
    STATURE = "stature", _("stature")
    BURIAL = "burial", _("burial interval")
    INJURY = "injury", _("injury")
    DNA_GROUP = "dna_group", _("DNA group")


#: Those that become estimates.
ESTIMATED = (FindingKind.AGE, FindingKind.SEX, FindingKind.STATURE, FindingKind.BURIAL)
#: The columns that say each kind.
VALUES: dict[str, tuple[str, ...]] = {
    FindingKind.AGE: ("age_min_years", "age_max_years"),
    FindingKind.SEX: ("sex",),
    FindingKind.STATURE: ("stature_min_cm", "stature_max_cm"),
    FindingKind.BURIAL: ("burial_edtf",),
    FindingKind.INJURY: ("timing", "mechanism", "place"),
    FindingKind.DNA_GROUP: ("dna_group",),
}


class FindingStatus(models.TextChoices):
    """What the case's anthropologist made of it; changed by transitions only."""

    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


def _empty(name: str) -> Q:
    textual = name in {"burial_edtf", "place"}
    return Q(**{name: ""}) if textual else Q(**{f"{name}__isnull": True})


def _says_only(kind: str) -> Q:
    own = VALUES[kind]
    said = Q(kind=kind)
    for name in (name for names in VALUES.values() for name in names if name not in own):
        said &= _empty(name)
    if kind == FindingKind.INJURY:
        return said & ~_empty("timing") & ~_empty("mechanism") & ~_empty("place")
    any_of = ~_empty(own[0])
    for name in own[1:]:
        any_of |= ~_empty(name)
    return said & any_of


class Finding(CaseRecord):
    """An opinion that a result proposes: an estimate, an injury or a DNA group, taken over only when accepted."""

    result = CaseForeignKey(Result, related_name="findings", verbose_name=_("result"))
    kind = models.CharField(_("finding"), max_length=10, choices=FindingKind.choices)
    status = models.CharField(_("status"), max_length=10, choices=FindingStatus.choices, editable=False)
    status_since = status_since_field()
    age_min_years = models.DecimalField(
        _("age from (years)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    age_max_years = models.DecimalField(
        _("age to (years)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    sex = models.CharField(_("sex"), max_length=12, choices=Sex.choices, null=True, blank=True)  # noqa: DJ001
    stature_min_cm = models.DecimalField(
        _("stature from (cm)"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    stature_max_cm = models.DecimalField(
        _("stature to (cm)"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    burial_edtf = UncertainDateField(_("burial"))
    burial_earliest_on = derived_day(_("burial, earliest"))
    burial_latest_on = derived_day(_("burial, latest"))
    timing = models.CharField(  # noqa: DJ001 - not said of other kinds
        _("timing"), max_length=12, choices=InjuryTiming.choices, null=True, blank=True
    )
    mechanism = CodeField("injury_mechanism", verbose_name=_("mechanism"), null=True, blank=True)
    place = models.CharField(_("place on the bone"), max_length=300, blank=True)
    dna_group = models.CharField(  # noqa: DJ001 - not said of other kinds
        _("DNA group"),
        max_length=40,
        null=True,
        blank=True,
        help_text=_("Label of the profile or haplotype, the same for all items that share it."),
    )
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    basis = models.TextField(_("basis"), help_text=_("What was scored, seen or measured."))
    proposed_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("proposed by"),
    )
    decided_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decline_reason = models.TextField(_("why it was declined"), blank=True, editable=False)
    # What became of it.
    estimate = CaseForeignKey(
        "remains.Estimate", null=True, related_name="came_from", editable=False, verbose_name=_("estimate")
    )
    injury = CaseForeignKey(
        "remains.Injury", null=True, related_name="came_from", editable=False, verbose_name=_("injury")
    )
    specimen = CaseForeignKey(
        "remains.Specimen",
        null=True,
        related_name="laboratory_findings",
        editable=False,
        verbose_name=_("specimen"),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("proposed finding")
        verbose_name_plural = _("proposed findings")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            ordered_days("evidence_finding", "burial"),
            models.CheckConstraint(
                name="evidence_finding_status_known", condition=Q(status__in=FindingStatus.values)
            ),
            models.CheckConstraint(
                name="evidence_finding_certainty_known", condition=Q(certainty__in=Certainty.values)
            ),
            models.CheckConstraint(
                name="evidence_finding_value_of_its_kind",
                condition=_says_only("age")
                | _says_only("sex") & Q(sex__in=Sex.values)
                | _says_only("stature")
                | _says_only("burial")
                | _says_only("injury") & Q(timing__in=InjuryTiming.values)
                | _says_only("dna_group") & ~Q(dna_group=""),
            ),
            models.CheckConstraint(
                name="evidence_finding_age_human",
                condition=(Q(age_min_years__isnull=True) | Q(age_min_years__gte=-1, age_min_years__lte=125))
                & (Q(age_max_years__isnull=True) | Q(age_max_years__gte=-1, age_max_years__lte=125))
                & (
                    Q(age_min_years__isnull=True)
                    | Q(age_max_years__isnull=True)
                    | Q(age_min_years__lte=F("age_max_years"))
                ),
            ),
            models.CheckConstraint(
                name="evidence_finding_stature_human",
                condition=(
                    Q(stature_min_cm__isnull=True) | Q(stature_min_cm__gte=20, stature_min_cm__lte=280)
                )
                & (Q(stature_max_cm__isnull=True) | Q(stature_max_cm__gte=20, stature_max_cm__lte=280))
                & (
                    Q(stature_min_cm__isnull=True)
                    | Q(stature_max_cm__isnull=True)
                    | Q(stature_min_cm__lte=F("stature_max_cm"))
                ),
            ),
            models.CheckConstraint(name="evidence_finding_based", condition=~Q(basis="")),
            models.CheckConstraint(
                name="evidence_finding_decided",
                condition=Q(status="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_finding_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="evidence_finding_declined_with_reason",
                condition=Q(status="declined") & ~Q(decline_reason="")
                | ~Q(status="declined") & Q(decline_reason=""),
            ),
            models.CheckConstraint(
                name="evidence_finding_tied",
                condition=Q(status="accepted", kind__in=ESTIMATED, estimate__isnull=False, injury=None)
                | Q(
                    status="accepted",
                    kind="injury",
                    injury__isnull=False,
                    specimen__isnull=False,
                    estimate=None,
                )
                | Q(status="accepted", kind="dna_group", specimen__isnull=False, estimate=None, injury=None)
                | ~Q(status="accepted") & Q(estimate=None, injury=None, specimen=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value_in_words}"

    @property
    def value_in_words(self) -> str:
        """Return what is proposed as people say it."""
        if self.kind == FindingKind.AGE:
            return span(self.age_min_years, self.age_max_years, str(_("%(span)s years")))
        if self.kind == FindingKind.STATURE:
            return span(self.stature_min_cm, self.stature_max_cm, str(_("%(span)s cm")))
        if self.kind == FindingKind.BURIAL:
            from cases.dates import in_words

            return in_words(self.burial_edtf)
        if self.kind == FindingKind.INJURY:
            return f"{self.mechanism}, {self.get_timing_display()}, {self.place}"
        return str(self.get_sex_display() if self.kind == FindingKind.SEX else self.dna_group)
