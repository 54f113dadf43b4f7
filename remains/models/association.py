"""Associations between specimens, and the individuals they add up to."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from remains.models.specimen import Specimen


class AssociationKind(models.TextChoices):
    """Why two specimens may belong together."""

    REFIT = "refit", _("refit: fragments of one bone")
    PAIR = "pair", _("pair: left and right of one person")
    ARTICULATION = "articulation", _("articulation: joints that fit")
    OSTEOMETRIC = "osteometric", _("osteometric: sizes that agree")
    DNA = "dna", _("DNA: one profile")


class Stage(models.TextChoices):
    """How far it is established."""

    POSSIBLE = "possible", _("possible")
    FINAL = "final", _("final")
    EXCLUDED = "excluded", _("excluded: not one person")


#: Its words in no language's grammar: people write in their own.
ASSOCIATION_WORDS = SearchVector("basis", "observer", config="simple")


class Association(CaseRecord):
    """Two specimens and what is held about their belonging together. It reads the same from both ends."""

    first = CaseForeignKey(Specimen, related_name="associations_first", verbose_name=_("specimen"))
    second = CaseForeignKey(Specimen, related_name="associations_second", verbose_name=_("other specimen"))
    kind = models.CharField(_("kind"), max_length=12, choices=AssociationKind.choices)
    stage = models.CharField(_("stage"), max_length=8, choices=Stage.choices)
    basis = models.TextField(_("basis"), help_text=_("What was seen, measured or reported."))
    observer = models.CharField(_("observer"), max_length=200)
    observed_on = models.DateField(_("observed on"), null=True, blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("association")
        verbose_name_plural = _("associations")
        ordering = ["-id"]
        indexes = [
            GinIndex(ASSOCIATION_WORDS, name="remains_association_words"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            # One order for two ends, so that a pair cannot be recorded twice, once from each end.
            models.CheckConstraint(name="remains_association_ordered", condition=Q(first__lt=F("second"))),
            models.UniqueConstraint(
                fields=["first", "second", "kind"],
                name="remains_association_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="remains_association_kind_known", condition=Q(kind__in=AssociationKind.values)
            ),
            models.CheckConstraint(
                name="remains_association_stage_known", condition=Q(stage__in=Stage.values)
            ),
            models.CheckConstraint(
                name="remains_association_based", condition=~Q(basis="") & ~Q(observer="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} - {self.second}: {self.get_kind_display()}"


#: Its words in no language's grammar: people write in their own.
INDIVIDUAL_WORDS = SearchVector("description", config="simple")


class Individual(CaseRecord):
    """Specimens judged to be one person, often from several finds and linked graves."""

    number = models.CharField(_("number"), max_length=70, editable=False)
    serial = models.PositiveIntegerField(_("serial"), editable=False)
    description = models.TextField(_("description"), blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("individual")
        verbose_name_plural = _("individuals")
        ordering = ["-id"]
        indexes = [
            models.Index(
                "case", OpClass(Upper("number"), name="text_pattern_ops"), name="remains_individual_begins"
            ),
            GinIndex(INDIVIDUAL_WORDS, name="remains_individual_words"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "number"], name="remains_individual_number_unique"),
            models.UniqueConstraint(fields=["case", "serial"], name="remains_individual_serial_unique"),
        ]

    def __str__(self) -> str:
        return self.number


#: Its words in no language's grammar: people write in their own.
PART_WORDS = SearchVector("reason", config="simple")


class IndividualPart(CaseRecord):
    """A specimen's place in an individual, with the reason; leaving it keeps the row."""

    individual = CaseForeignKey(Individual, related_name="parts", verbose_name=_("individual"))
    specimen = CaseForeignKey(Specimen, related_name="individual_parts", verbose_name=_("specimen"))
    reason = models.TextField(_("reason"))
    left_at = models.DateTimeField(_("left at"), null=True, editable=False)
    left_reason = models.TextField(_("reason for leaving"), blank=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("part of an individual")
        verbose_name_plural = _("parts of an individual")
        ordering = ["id"]
        indexes = [
            GinIndex(PART_WORDS, name="remains_part_words"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["specimen"],
                name="remains_individualpart_one_person",
                condition=Q(left_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(name="remains_individualpart_reasoned", condition=~Q(reason="")),
            models.CheckConstraint(
                name="remains_individualpart_leaving_reasoned",
                condition=Q(left_at__isnull=True) | ~Q(left_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.individual}: {self.specimen}"
