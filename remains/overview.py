"""How many people, over the cases that somebody oversees: as stated and as assessed, site by site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import OuterRef, Subquery

from cases import access
from cases.models import Site
from cases.overview import OVERSEES
from remains.models import Assessment, AssessmentStatus, StatedMinimum

#: Sites named: those about which something was said or signed last.
NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class People:
    """At how many people a site stands: by the latest source, and by the assessment that holds."""

    site: Any
    stated: StatedMinimum | None
    assessed: Assessment | None


def people(scope: access.Scope) -> list[People]:
    """Return the sites with a number of people, the latest first, in three questions."""
    seen = scope.among(OVERSEES).rows
    signed = seen(
        Assessment.objects.filter(
            status=AssessmentStatus.SIGNED,
            superseded_by__isnull=True,
            withdrawn_at__isnull=True,
            find__isnull=True,
        )
    )
    said = seen(StatedMinimum.objects.filter(withdrawn_at__isnull=True))
    assessed: dict[Any, Assessment] = {}
    for row in signed.order_by("-signed_at", "-id").only(
        "id", "site_id", "count", "signed_at", "linked_sites"
    )[:NAMED]:
        assessed.setdefault(row.site_id, row)
    latest = said.filter(
        pk=Subquery(said.filter(site=OuterRef("site")).order_by("-stated_on", "-id").values("pk")[:1])
    )
    stated: dict[Any, StatedMinimum] = {
        row.site_id: row for row in latest.order_by("-stated_on", "-id")[:NAMED]
    }
    missing = [site for site in assessed if site not in stated]
    stated |= {row.site_id: row for row in latest.filter(site__in=missing)}
    missing = [site for site in stated if site not in assessed]
    assessed |= {row.site_id: row for row in signed.filter(site__in=missing)}
    sites = Site.objects.select_related("case").in_bulk([*assessed, *stated])
    shown = [
        People(sites[site], stated.get(site), assessed.get(site))
        for site in dict.fromkeys([*assessed, *stated])
    ]
    return shown[:NAMED]
