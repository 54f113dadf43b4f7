"""What is at the laboratories, over the cases that somebody oversees: how much at each, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from cases import access
from cases.counts import PART
from cases.overview import OVERSEES
from cases.time_in_status import days_since
from evidence.models import Referral
from evidence.models.referral import AT_LABORATORY

#: Referrals of one look; beyond it the list is the place.
READ: Final = 2_000
#: Laboratories named: those with most.
NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class AtLaboratory:
    """One laboratory, and how many referrals have waited there for how long, from the youngest age."""

    name: str
    ages: list[int]
    link: str


def at_laboratories(scope: access.Scope, ages: Sequence[int]) -> list[AtLaboratory]:
    """Return the laboratories that have something, those with most first, in one question."""
    overseen = scope.among(OVERSEES)
    rows: Any = overseen.rows(Referral.objects.filter(withdrawn_at__isnull=True, status__in=AT_LABORATORY))
    found: dict[tuple[Any, str], list[int]] = {}
    waiting = rows.order_by("status_since").values_list(
        "laboratory", "laboratory__short_name", "status_since"
    )
    for laboratory, name, since in waiting[:READ]:
        counted = found.setdefault((laboratory, name), [0] * (len(ages) + 1))
        counted[sum(days_since(since) >= age for age in ages)] += 1
    most = sorted(found.items(), key=lambda item: (-sum(item[1]), item[0][1]))[:NAMED]
    part = {PART: ",".join(sorted(OVERSEES))} if len(overseen.roles) < len(scope.roles) else {}
    address = reverse("admin:evidence_referral_changelist")
    return [
        AtLaboratory(
            name,
            counted,
            f"{address}?{urlencode({'waiting': 'laboratory', 'laboratory__id__exact': str(laboratory), **part})}",
        )
        for (laboratory, name), counted in most
    ]
