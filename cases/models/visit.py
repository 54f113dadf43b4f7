"""Site visits: who went to the place, on whose behalf, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.dates import in_words
from cases.models.agency import Agency
from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import UncertainDateField, derived_day, ordered_days
from cases.models.site import Site, WordsOfSites


class SiteVisit(WordsOfSites):
    """One visit to a site."""

    site = CaseForeignKey(Site, keeps=True, related_name="visits", verbose_name=_("site"))
    visited_edtf = UncertainDateField(_("visited"), blank=False)
    visited_earliest_on = derived_day(_("visited, earliest"))
    visited_latest_on = derived_day(_("visited, latest"))
    purpose = models.CharField(_("purpose"), max_length=300)
    outcome = models.TextField(_("outcome"), blank=True)
    words = frozenset({"purpose", "outcome"})

    class Meta(CaseRecord.Meta):
        verbose_name = _("site visit")
        verbose_name_plural = _("site visits")
        ordering = ["case", "visited_earliest_on", "id"]
        constraints = [*CaseRecord.Meta.constraints, ordered_days("cases_sitevisit", "visited")]

    def __str__(self) -> str:
        return in_words(self.visited_edtf)

    def sites_told_of(self) -> list[Site | None]:
        """Return its site."""
        return [self.site]


class VisitParticipant(CaseRecord):
    """A body, and where known a person, that took part in a visit, and in what capacity."""

    visit = CaseForeignKey(SiteVisit, related_name="participants", verbose_name=_("visit"))
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    organisation = models.CharField(
        _("body as named"), max_length=200, blank=True, help_text=_("When it is no agency known to Taphos.")
    )
    capacity = models.CharField(_("capacity"), max_length=200)
    person = models.CharField(_("person"), max_length=150, blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_visitparticipant_named", condition=Q(agency__isnull=False) | ~Q(organisation="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency or self.organisation}, {self.capacity}"
