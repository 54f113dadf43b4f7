"""Agencies: offices, institutes, laboratories and organisations that people act for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import SystemRecord


class AgencyKind(models.TextChoices):
    """What an agency is, which decides nothing about access but much about reading a record."""

    PROSECUTION = "prosecution", _("prosecution office")
    POLICE = "police", _("police or investigation service")
    FORENSIC = "forensic", _("forensic institute")
    LABORATORY = "laboratory", _("laboratory")
    HUMANITARIAN = "humanitarian", _("humanitarian organisation")
    COMMISSION = "commission", _("commission on missing persons")
    OTHER = "other", _("other body")


class Agency(SystemRecord):
    """One office or organisation."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=AgencyKind.choices)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166 code, e.g. AZ."))

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="cases_agency_kind_known", condition=Q(kind__in=AgencyKind.values)),
            models.CheckConstraint(
                name="cases_agency_country_form", condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name
