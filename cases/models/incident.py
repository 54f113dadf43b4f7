"""What is alleged to have happened, and the figures that named sources state."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from cases.models.fields import UncertainDateField, derived_day, ordered_days
from cases.models.site import Site, WordsOfSites


class Incident(CaseRecord):
    """An event as it is alleged, by whom, and when. Taphos takes no side."""

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("as alleged"), blank=True)
    happened_edtf = UncertainDateField(_("happened"))
    happened_earliest_on = derived_day(_("happened, earliest"))
    happened_latest_on = derived_day(_("happened, latest"))
    place_description = models.CharField(_("place in words"), max_length=300, blank=True)
    source = models.CharField(_("as stated by"), max_length=300)
    stated_on = models.DateField(_("stated on"), null=True, blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["case", "happened_earliest_on", "id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            ordered_days("cases_incident", "happened"),
            models.CheckConstraint(name="cases_incident_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.title


class Qualifier(models.TextChoices):
    """How a source put its number."""

    EXACT = "exact", _("exactly")
    AT_LEAST = "at_least", _("at least")
    ABOUT = "about", _("about")
    AT_MOST = "at_most", _("at most")


class StatedFigure(WordsOfSites):
    """A number of people as stated by a source, about an incident or a site. It is never a count of ours.

    Two sources may disagree, and one may contradict itself: both figures stay.
    """

    incident = CaseForeignKey(
        Incident, null=True, blank=True, related_name="figures", verbose_name=_("incident")
    )
    site = CaseForeignKey(Site, null=True, blank=True, related_name="figures", verbose_name=_("site"))
    measure = CodeField("measure", verbose_name=_("what was counted"))
    qualifier = models.CharField(_("put as"), max_length=10, choices=Qualifier.choices)
    number = models.PositiveIntegerField(_("number"))
    source = models.CharField(_("as stated by"), max_length=300)
    stated_edtf = UncertainDateField(_("stated"))
    stated_earliest_on = derived_day(_("stated, earliest"))
    stated_latest_on = derived_day(_("stated, latest"))
    note = models.TextField(_("note"), blank=True)
    words = frozenset({"note"})

    class Meta(CaseRecord.Meta):
        verbose_name = _("figure as stated")
        verbose_name_plural = _("figures as stated")
        ordering = ["case", "measure", "id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            ordered_days("cases_statedfigure", "stated"),
            models.CheckConstraint(
                name="cases_statedfigure_one_subject",
                condition=Q(incident__isnull=True, site__isnull=False)
                | Q(incident__isnull=False, site__isnull=True),
            ),
            models.CheckConstraint(name="cases_statedfigure_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="cases_statedfigure_qualifier_known", condition=Q(qualifier__in=Qualifier.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_qualifier_display()} {self.number}: {self.measure}"

    def sites_told_of(self) -> list[Site | None]:
        """Return its site, unless it is about an incident."""
        return [self.site]
