"""Specimens: one bone, tooth or fragment on the table, under a number of its own, with what was measured of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from remains.models.find import Find

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Side(models.TextChoices):
    """Which side of the body; `unsided` is a finding about a paired bone, not a missing value."""

    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    AXIAL = "axial", _("axial")
    UNSIDED = "unsided", _("side not told")


class Completeness(models.TextChoices):
    """How much of the bone is there."""

    COMPLETE = "complete", _("complete")
    MOST = "most", _("more than 75 %")
    PART = "part", _("25-75 %")
    LITTLE = "little", _("less than 25 %")


class Cohort(models.TextChoices):
    """Growth stage seen on the bone itself."""

    FETAL = "fetal", _("fetal")
    INFANT = "infant", _("infant")
    CHILD = "child", _("child")
    ADOLESCENT = "adolescent", _("adolescent")
    SUBADULT = "subadult", _("subadult, not further told")
    ADULT = "adult", _("adult")


#: What a dental chart says of a tooth that is not there: its socket is what was seen, and the tooth is not counted.
NO_TOOTH = tuple(f"tooth_status.{code}" for code in ("am_lost", "pm_lost", "missing", "unerupted"))


def unknown_or(
    label: StrOrPromise, choices: type[models.TextChoices]
) -> models.CharField[str | None, str | None]:
    """Return a field whose empty value means that nothing was concluded."""
    return models.CharField(label, max_length=12, choices=choices.choices, null=True, blank=True)


#: Its words in no language's grammar: people write in their own.
SPECIMEN_WORDS = SearchVector("notes", config="simple")


class Specimen(CaseRecord):
    """One bone, tooth or fragment of a find."""

    find = CaseForeignKey(Find, related_name="specimens", verbose_name=_("find"))
    # Where the number was given, if the specimen went to another find since: the serial stays taken there.
    numbered_at = CaseForeignKey(
        Find,
        null=True,
        editable=False,
        db_index=False,
        related_name="specimens_numbered_here",
        verbose_name=_("numbered at"),
    )
    number = models.CharField(_("number"), max_length=70, editable=False)
    serial = models.PositiveIntegerField(_("serial"), editable=False)
    element = CodeField("element", verbose_name=_("element"))
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    zones = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("zones"),
        default=list,
        blank=True,
        help_text=_("Zones of which more than half is there; none when not recorded."),
    )
    completeness = unknown_or(_("completeness"), Completeness)
    fragment_count = models.PositiveSmallIntegerField(_("fragments"), null=True, blank=True)
    weight_g = models.DecimalField(_("weight (g)"), max_digits=8, decimal_places=2, null=True, blank=True)
    cohort = unknown_or(_("cohort"), Cohort)
    tooth_status = CodeField("tooth_status", verbose_name=_("tooth status"), null=True, blank=True)
    dna_group = models.CharField(  # noqa: DJ001 - no result is NULL
        _("DNA group"),
        max_length=40,
        null=True,
        blank=True,
        help_text=_(
            "Label of the profile or haplotype; specimens with different labels are of different people."
        ),
    )
    notes = models.TextField(_("notes"), blank=True)
    import_source = models.CharField(_("imported from"), max_length=120, blank=True, editable=False)
    import_key = models.CharField(_("key in the source"), max_length=200, blank=True, editable=False)
    source_row = models.JSONField(_("row of the source"), null=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("specimen")
        verbose_name_plural = _("specimens")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "-id"], name="remains_specimen_case_newest"),
            models.Index(fields=["find", "serial"], name="remains_specimen_find_serial"),
            models.Index(
                "case", OpClass(Upper("number"), name="text_pattern_ops"), name="remains_specimen_begins"
            ),
            GinIndex(SPECIMEN_WORDS, name="remains_specimen_words"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "number"], name="remains_specimen_number_unique"),
            models.UniqueConstraint(
                fields=["case", "import_source", "import_key"],
                name="remains_specimen_imported_once",
                condition=~Q(import_source=""),
            ),
            models.UniqueConstraint(
                Coalesce("numbered_at", "find"), "serial", name="remains_specimen_serial_unique"
            ),
            models.CheckConstraint(
                name="remains_specimen_no_tooth_no_zones",
                condition=Q(tooth_status__isnull=True)
                | ~Q(tooth_status__in=NO_TOOTH)
                | Q(zones=[], completeness__isnull=True),
            ),
            models.CheckConstraint(name="remains_specimen_side_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(
                name="remains_specimen_completeness_known",
                condition=Q(completeness__isnull=True) | Q(completeness__in=Completeness.values),
            ),
            models.CheckConstraint(
                name="remains_specimen_cohort_known",
                condition=Q(cohort__isnull=True) | Q(cohort__in=Cohort.values),
            ),
            models.CheckConstraint(
                name="remains_specimen_dna_group_said", condition=Q(dna_group__isnull=True) | ~Q(dna_group="")
            ),
            models.CheckConstraint(
                name="remains_specimen_weight_positive",
                condition=Q(weight_g__isnull=True) | Q(weight_g__gt=0),
            ),
            models.CheckConstraint(
                name="remains_specimen_fragments_positive",
                condition=Q(fragment_count__isnull=True) | Q(fragment_count__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.number


def plain(number: Decimal | float | None) -> str:
    """Write a number without the zeros that only its column adds: 439, not 439.000."""
    return "-" if number is None else f"{Decimal(str(number)).normalize():f}"


class Unit(models.TextChoices):
    """The unit in which a measurement was read."""

    MM = "mm", _("mm")
    CM = "cm", _("cm")
    INCH = "in", _("inch")


#: Millimetres in one of each unit, exactly.
MM_IN: dict[str, Decimal] = {Unit.MM: Decimal(1), Unit.CM: Decimal(10), Unit.INCH: Decimal("25.4")}


class Measurement(CaseRecord):
    """One reading on one specimen: as recorded, and in millimetres."""

    specimen = CaseForeignKey(Specimen, related_name="measurements", verbose_name=_("specimen"))
    kind = CodeField("measurement", verbose_name=_("measurement"))
    value = models.DecimalField(_("value"), max_digits=8, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=2, choices=Unit.choices)
    value_mm = models.DecimalField(_("value (mm)"), max_digits=9, decimal_places=3, editable=False)
    instrument = models.CharField(_("instrument"), max_length=100, blank=True)
    observer = models.CharField(_("observer"), max_length=200)
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    note = models.TextField(
        _("note"),
        blank=True,
        help_text=_("Why a value beyond what is usual is right; nothing else needs one."),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="remains_measurement_positive", condition=Q(value__gt=0)),
            models.CheckConstraint(name="remains_measurement_unit_known", condition=Q(unit__in=Unit.values)),
            models.CheckConstraint(name="remains_measurement_observed", condition=~Q(observer="")),
            models.CheckConstraint(
                name="remains_measurement_normalised",
                condition=Q(unit="mm", value_mm=F("value"))
                | Q(unit="cm", value_mm=F("value") * Decimal(10))
                | Q(unit="in", value_mm__gte=F("value") * Decimal("25.4") - Decimal("0.001"))
                & Q(value_mm__lte=F("value") * Decimal("25.4") + Decimal("0.001")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {plain(self.value)} {self.unit}"
