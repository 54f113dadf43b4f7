"""What waits among the remains, as start pages count it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.counts import Count, Label, declare
from cases.models import Role
from cases.time_in_status import STILL_DAYS, still
from cases.workload import Load, contribute
from remains import selections
from remains.models import Assessment, AssessmentStatus, Estimate, Find, FindStatus

INVESTIGATES = frozenset({Role.INVESTIGATOR.value})
EXAMINES = frozenset({Role.ANTHROPOLOGIST.value})
KEEPS = frozenset({Role.CUSTODIAN.value})
OVERSEES = frozenset({Role.PROSECUTOR.value, Role.SUPERVISOR.value})


#: Drafts as work of who drafted them.
contribute(
    Load(
        gettext_lazy("assessments drafted"),
        lambda: Assessment.objects.filter(status=AssessmentStatus.DRAFT, withdrawn_at__isnull=True),
        "drafted_by",
        {"status__exact": AssessmentStatus.DRAFT.value},
        "drafted_by__id__exact",
    )
)


def _in_status(name: str, status: FindStatus, roles: frozenset[str], label: Label) -> Count:
    return Count(
        name,
        Find,
        roles,
        label,
        {"status__exact": status.value},
        lambda rows, user, seen: rows.filter(status=status),
    )


def _still(model: Any, name: str, label: Label) -> Count:
    return Count(
        name,
        model,
        OVERSEES,
        label,
        {"still": str(STILL_DAYS)},
        lambda rows, user, seen: still(rows, STILL_DAYS),
    )


declare(
    _in_status(
        "remains.finds_located",
        FindStatus.LOCATED,
        INVESTIGATES,
        lambda n: ngettext("find located, not recorded yet", "finds located, not recorded yet", n),
    ),
    _in_status(
        "remains.finds_recorded",
        FindStatus.RECORDED,
        INVESTIGATES,
        lambda n: ngettext("find recorded, not lifted yet", "finds recorded, not lifted yet", n),
    ),
    _in_status(
        "remains.finds_lifted",
        FindStatus.LIFTED,
        KEEPS,
        lambda n: ngettext("find lifted, not received yet", "finds lifted, not received yet", n),
    ),
    _in_status(
        "remains.finds_in_transit",
        FindStatus.IN_TRANSIT,
        KEEPS,
        lambda n: ngettext("find in transit", "finds in transit", n),
    ),
    _in_status(
        "remains.finds_received",
        FindStatus.RECEIVED,
        EXAMINES,
        lambda n: ngettext("find received, not examined yet", "finds received, not examined yet", n),
    ),
    Count(
        "remains.finds_uninventoried",
        Find,
        EXAMINES,
        lambda n: ngettext("find awaiting its inventory", "finds awaiting their inventory", n),
        {"inventory": "awaiting"},
        selections.uninventoried,
        each=lambda find: (
            _("Enter the bones of %(find)s") % {"find": find.number},
            reverse("admin:remains_find_inventory", args=[find.pk]),
        ),
    ),
    Count(
        "remains.estimates_contradicting",
        Estimate,
        EXAMINES,
        lambda n: ngettext("estimate in contradiction", "estimates in contradiction", n),
        {"contradiction": "yes"},
        selections.contradicting,
        alarm=True,
    ),
    Count(
        "remains.assessments_drafted",
        Assessment,
        EXAMINES,
        lambda n: ngettext(
            "draft of yours, to be signed by another", "drafts of yours, to be signed by another", n
        ),
        {"drafted": "me"},
        selections.own_drafts,
    ),
    Count(
        "remains.assessments_standing",
        Assessment,
        OVERSEES,
        lambda n: ngettext("number of people signed", "numbers of people signed", n),
        {"drafted": "standing"},
        selections.standing,
    ),
    _still(
        Find,
        "remains.finds_still",
        lambda n: ngettext("find not moved for 90 days", "finds not moved for 90 days", n),
    ),
    _still(
        Assessment,
        "remains.assessments_still",
        lambda n: ngettext("draft not moved for 90 days", "drafts not moved for 90 days", n),
    ),
)
