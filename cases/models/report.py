"""Discovery reports: how word of a place reached the authorities."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord, Handling
from cases.models.code import CodeField
from cases.models.fields import (
    UncertainDateField,
    accuracy_field,
    derived_day,
    latitude_field,
    longitude_field,
    ordered_days,
    position_checks,
)
from cases.models.membership import Role

#: Roles that learn the name of a protected reporter.
KNOW_THE_REPORTER = frozenset({Role.INVESTIGATOR, Role.PROSECUTOR, Role.AUDITOR})
#: What tells where the report's site is.
PLACE_OF_REPORT = frozenset({"longitude", "latitude", "accuracy_m", "place_description", "account"})


class DiscoveryReport(CaseRecord):
    """One report that human remains were, or may be, somewhere."""

    site = CaseForeignKey(
        "cases.Site",
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("site"),
        help_text=_("Once it is clear which site the report led to."),
    )
    received_on = models.DateField(_("received on"))
    received_by = models.CharField(_("received by"), max_length=200)
    channel = CodeField("channel", verbose_name=_("channel"), null=True, blank=True)
    came_to_light = CodeField("came_to_light", verbose_name=_("how it came to light"), null=True, blank=True)
    reporter = models.CharField(_("reporter"), max_length=200, blank=True)
    reporter_protected = models.BooleanField(
        _("the reporter is protected"),
        default=True,
        help_text=_("Then only investigators, prosecutors and auditors of the case see who it was."),
    )
    discovered_edtf = UncertainDateField(_("discovered"))
    discovered_earliest_on = derived_day(_("discovered, earliest"))
    discovered_latest_on = derived_day(_("discovered, latest"))
    account = models.TextField(_("what was reported"))
    place_description = models.CharField(_("place in words"), max_length=300, blank=True)
    longitude = longitude_field()
    latitude = latitude_field()
    accuracy_m = accuracy_field()

    class Meta(CaseRecord.Meta):
        verbose_name = _("discovery report")
        verbose_name_plural = _("discovery reports")
        ordering = ["case", "-received_on", "id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            ordered_days("cases_discoveryreport", "discovered"),
            *position_checks("cases_discoveryreport"),
        ]

    def __str__(self) -> str:
        return f"{self.received_on:%Y-%m-%d} {self.received_by}"

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """Withhold a protected reporter, and from the ICRC liaison the exact place that others reported.

        What the liaison reported in confidence stays readable where it came from.
        """
        hidden: set[str] = set()
        if self.reporter_protected and not roles & KNOW_THE_REPORTER:
            hidden |= {"reporter"}
        if roles == {Role.LIAISON} and self.handling == Handling.HUMANITARIAN:
            return frozenset()
        if roles == {Role.LIAISON} and not (self.site and self.site.is_protected):
            hidden |= PLACE_OF_REPORT
        return frozenset(hidden)

    @classmethod
    def fields_ever_hidden_from(cls, roles: frozenset[str]) -> frozenset[str]:
        """Any reporter may be protected, and any site unprotected."""
        hidden: frozenset[str] = frozenset() if roles & KNOW_THE_REPORTER else frozenset({"reporter"})
        return hidden | PLACE_OF_REPORT if roles == {Role.LIAISON} else hidden
