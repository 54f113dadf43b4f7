"""The facts of the ground floor that may be told to the public. Places are told by their names, never by a point."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models.incident import Incident, StatedFigure
from cases.models.report import DiscoveryReport
from cases.models.site import Site
from cases.models.visit import SiteVisit
from cases.public import words
from cases.public.facts import FactKind
from cases.public.words import Value


def _date(field: str) -> Any:
    def value(record: Any) -> Value | None:
        text = getattr(record, field)
        return words.date(str(text)) if text else None

    return value


def _name(field: str) -> Any:
    def value(record: Any) -> Value | None:
        text = getattr(record, field)
        return words.words(text) if text else None

    return value


def _figure(record: StatedFigure) -> Value:
    return words.number(record.qualifier, record.number)


KINDS = (
    FactKind(
        "cases.incident.happened", _("day of the incident"), "incident_day", Incident, _date("happened_edtf")
    ),
    FactKind(
        "cases.statedfigure.number", _("figure as stated"), "figure", StatedFigure, _figure, ("measure",)
    ),
    FactKind(
        "cases.statedfigure.stated",
        _("day on which a figure was stated"),
        "figure_day",
        StatedFigure,
        _date("stated_edtf"),
        ("measure",),
    ),
    FactKind(
        "cases.discoveryreport.received",
        _("day of the report"),
        "report_day",
        DiscoveryReport,
        _date("received_on"),
    ),
    FactKind("cases.site.municipality", _("municipality of the site"), "place", Site, _name("municipality")),
    FactKind("cases.site.region", _("region of the site"), "region", Site, _name("region")),
    FactKind(
        "cases.sitevisit.visited",
        _("day of a visit"),
        "visit_day",
        SiteVisit,
        _date("visited_edtf"),
        ("site",),
    ),
)
