"""Stratigraphic contexts and the order in which they came to be."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.site import Site


class ContextKind(models.TextChoices):
    """What a stratigraphic unit is."""

    CUT = "cut", _("cut")
    FILL = "fill", _("fill")
    DEPOSIT = "deposit", _("deposit")
    SKELETON = "skeleton", _("skeleton")
    SURFACE = "surface", _("surface")
    STRUCTURE = "structure", _("structure")


class Context(CaseRecord):
    """One stratigraphic unit of a site."""

    site = CaseForeignKey(Site, keeps=True, related_name="contexts", verbose_name=_("site"))
    number = models.CharField(_("number"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=ContextKind.choices)
    description = models.TextField(_("description"), blank=True)
    top_m = models.DecimalField(
        _("top level (m)"),
        max_digits=7,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("Height in the site's own system."),
    )
    bottom_m = models.DecimalField(
        _("bottom level (m)"), max_digits=7, decimal_places=3, null=True, blank=True
    )

    outline = models.JSONField(
        _("outline"),
        null=True,
        blank=True,
        help_text=_("Polygon in the site's own grid, in metres; empty when it was not surveyed."),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("context")
        verbose_name_plural = _("contexts")
        ordering = ["case", "site", "number"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["site", "number"], name="cases_context_number_unique"),
            models.CheckConstraint(name="cases_context_kind_known", condition=Q(kind__in=ContextKind.values)),
            models.CheckConstraint(
                name="cases_context_levels_ordered",
                condition=Q(top_m__isnull=True) | Q(bottom_m__isnull=True) | Q(top_m__gte=F("bottom_m")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site.code} ({self.number}) {self.get_kind_display()}"


class RelationKind(models.TextChoices):
    """How one context lies to another. `below` is `above` read from the other end."""

    ABOVE = "above", _("above (later than)")
    EQUAL = "equal", _("equal to")


class ContextRelation(CaseRecord):
    """`upper` is above, or the same as, `lower`. The relations of a site never form a circle."""

    upper = CaseForeignKey(Context, keeps=True, related_name="relations_down", verbose_name=_("context"))
    kind = models.CharField(_("relation"), max_length=8, choices=RelationKind.choices)
    lower = CaseForeignKey(Context, keeps=True, related_name="relations_up", verbose_name=_("other context"))

    class Meta(CaseRecord.Meta):
        verbose_name = _("relation of contexts")
        verbose_name_plural = _("relations of contexts")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="cases_contextrelation_two", condition=~Q(upper=F("lower"))),
            models.CheckConstraint(
                name="cases_contextrelation_kind_known", condition=Q(kind__in=RelationKind.values)
            ),
            models.UniqueConstraint(
                fields=["upper", "lower"],
                name="cases_contextrelation_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upper.number} {self.get_kind_display()} {self.lower.number}"
