"""Exhibits: things kept as evidence beside the remains, under numbers that are never used again."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from cases.models.fields import status_since_field
from remains.models.find import Find
from remains.models.injury import Injury
from remains.models.specimen import Specimen


class ExhibitStatus(models.TextChoices):
    """What became of an exhibit. Who holds it, and whether it is on its way, is said by its custody."""

    RECORDED = "recorded", _("recorded, held by nobody yet")
    HELD = "held", _("in custody")
    CONSUMED = "consumed", _("consumed")
    RELEASED = "released", _("released")
    DESTROYED = "destroyed", _("destroyed")


class Parting(models.TextChoices):
    """How an exhibit came out of another item."""

    CUT = "cut", _("sample cut or drilled out of it")
    TAKEN_OUT = "taken_out", _("taken out of it")
    TAKEN_OFF = "taken_off", _("taken off it")


#: How a release or a destruction that two people decide may end.
DISPOSALS = (ExhibitStatus.RELEASED, ExhibitStatus.DESTROYED)
#: Its words in no language's grammar: people write in their own.
EXHIBIT_WORDS = SearchVector("description", "other_label", config="simple")


class Exhibit(CaseRecord):
    """One thing that is kept as evidence: a rope, a projectile, a letter, a sample, a bag, a memory card."""

    site = CaseForeignKey("cases.Site", keeps=True, related_name="exhibits", verbose_name=_("site"))
    context = CaseForeignKey(
        "cases.Context", null=True, blank=True, related_name="exhibits", verbose_name=_("context")
    )
    find = CaseForeignKey(Find, null=True, blank=True, related_name="exhibits", verbose_name=_("with find"))
    specimen = CaseForeignKey(
        Specimen, null=True, blank=True, related_name="exhibits", verbose_name=_("with specimen")
    )
    injury = CaseForeignKey(
        Injury, null=True, blank=True, related_name="exhibits", verbose_name=_("with injury")
    )
    parent = CaseForeignKey(
        "self", null=True, blank=True, related_name="parts", verbose_name=_("out of exhibit")
    )
    parting = models.CharField(  # noqa: DJ001 - no parting is NULL
        _("how it came out"),
        max_length=10,
        choices=Parting.choices,
        null=True,
        blank=True,
        help_text=_("Only for a part: of the exhibit, specimen or find above. Custody goes on from there."),
    )
    parting_reason = models.TextField(_("why it was taken"), blank=True)

    number = models.CharField(_("number"), max_length=60, editable=False)
    serial = models.PositiveIntegerField(_("serial"), editable=False)
    kind = CodeField("exhibit_kind", verbose_name=_("kind"))
    material = CodeField("exhibit_material", verbose_name=_("material"), null=True, blank=True)
    description = models.TextField(_("description"))
    other_label = models.CharField(
        _("other label"),
        max_length=80,
        blank=True,
        help_text=_("What else is written on it: an older number, a serial number of a carrier."),
    )
    status = models.CharField(_("status"), max_length=12, choices=ExhibitStatus.choices, editable=False)
    status_since = status_since_field()

    found_on = models.DateField(_("found on"), null=True, blank=True)
    finder = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("found by"),
    )
    finder_as_named = models.CharField(
        _("found by (no account)"),
        max_length=150,
        blank=True,
        help_text=_("Person or team that has no account in Taphos."),
    )
    position = models.CharField(
        _("where it lay"), max_length=200, blank=True, help_text=_("E.g. around both wrists, tied behind.")
    )
    easting_m = models.DecimalField(
        _("east (m)"),
        max_digits=10,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("In the site's own grid."),
    )
    northing_m = models.DecimalField(_("north (m)"), max_digits=10, decimal_places=3, null=True, blank=True)
    height_m = models.DecimalField(_("height (m)"), max_digits=8, decimal_places=3, null=True, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    # A release or a destruction: proposed by one person, confirmed by another.
    disposal = models.CharField(  # noqa: DJ001 - nothing proposed is NULL
        _("proposed"),
        max_length=12,
        choices=[(status.value, status.label) for status in DISPOSALS],
        null=True,
        editable=False,
    )
    disposal_reason = models.TextField(_("reason of the proposal"), blank=True, editable=False)
    disposal_to = models.CharField(_("to whom"), max_length=200, blank=True, editable=False)
    disposal_proposed_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    disposed_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "-id"], name="evidence_exhibit_case_newest"),
            models.Index(fields=["case", "kind"], name="evidence_exhibit_case_kind"),
            models.Index(
                "case", OpClass(Upper("number"), name="text_pattern_ops"), name="evidence_exhibit_begins"
            ),
            GinIndex(EXHIBIT_WORDS, name="evidence_exhibit_words"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "number"], name="evidence_exhibit_number_unique"),
            models.UniqueConstraint(fields=["site", "serial"], name="evidence_exhibit_serial_unique"),
            models.CheckConstraint(
                name="evidence_exhibit_status_known", condition=Q(status__in=ExhibitStatus.values)
            ),
            models.CheckConstraint(name="evidence_exhibit_described", condition=~Q(description="")),
            models.CheckConstraint(
                name="evidence_exhibit_parting_known",
                condition=Q(parting__isnull=True) | Q(parting__in=Parting.values),
            ),
            models.CheckConstraint(
                name="evidence_exhibit_parting_reasoned",
                condition=Q(parting__isnull=True, parting_reason="")
                | (Q(parting__isnull=False) & ~Q(parting_reason="")),
            ),
            models.CheckConstraint(
                name="evidence_exhibit_part_of_something",
                condition=Q(parting__isnull=True, parent__isnull=True)
                | (
                    Q(parting__isnull=False)
                    & (Q(parent__isnull=False) | Q(specimen__isnull=False) | Q(find__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="evidence_exhibit_not_of_itself",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
            models.CheckConstraint(
                name="evidence_exhibit_point_whole",
                condition=Q(easting_m__isnull=True, northing_m__isnull=True, height_m__isnull=True)
                | Q(easting_m__isnull=False, northing_m__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_exhibit_disposal_proposed",
                condition=Q(disposal__isnull=True, disposal_proposed_by__isnull=True, disposal_reason="")
                | (
                    Q(disposal__in=[status.value for status in DISPOSALS])
                    & Q(disposal_proposed_by__isnull=False)
                    & ~Q(disposal_reason="")
                ),
            ),
            models.CheckConstraint(
                name="evidence_exhibit_released_to_somebody",
                condition=Q(disposal__isnull=True) | ~Q(disposal="released") | ~Q(disposal_to=""),
            ),
            models.CheckConstraint(
                name="evidence_exhibit_disposed_by_two",
                condition=Q(
                    status__in=["recorded", "held", "consumed"],
                    disposed_by__isnull=True,
                )
                | (
                    Q(disposal__isnull=False, disposed_by__isnull=False)
                    & Q(status=F("disposal"))
                    & ~Q(disposed_by=F("disposal_proposed_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def origin(self) -> Exhibit | Specimen | Find | None:
        """Return what it was taken out of, if it is a part."""
        return (self.parent or self.specimen or self.find) if self.parting else None
