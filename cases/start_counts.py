"""What waits on the ground floor, as start pages count it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from cases import selections
from cases.counts import Count, Seen, declare
from cases.models import Case, DiscoveryReport, Handling, Role, Site, SiteContradiction, SiteStatus
from cases.models.agreement import SharingAgreement
from cases.models.contribution import Contribution, ContributionStatus
from cases.models.direction import DIRECTED_ROLES, RUNNING, Direction
from cases.models.enquiry import Enquiry
from cases.models.observation import Observation
from cases.models.sharing import Recipient, Sharing
from cases.models.user import User
from cases.time_in_status import STILL_DAYS, still
from cases.workload import Load, contribute

INVESTIGATES = frozenset({Role.INVESTIGATOR.value})
DECIDES = frozenset({Role.INVESTIGATOR.value, Role.PROSECUTOR.value})
CONFIDES = frozenset({Role.LIAISON.value})
ANSWERS = DECIDES | CONFIDES | {Role.ANTHROPOLOGIST.value}
DIRECTS = frozenset({Role.PROSECUTOR.value})
#: Who accepts or declines what a partner proposes.
TAKES_OVER = DECIDES | {Role.ANTHROPOLOGIST.value}
WORKS = frozenset(role.value for role in DIRECTED_ROLES)
OVERSEES = frozenset({Role.PROSECUTOR.value, Role.SUPERVISOR.value})


def _still(rows: Any, user: User, seen: Seen) -> Any:
    return still(rows, STILL_DAYS)


declare(
    Count(
        "cases.sites_reported",
        Site,
        DECIDES,
        lambda n: ngettext("site reported, not verified yet", "sites reported, not verified yet", n),
        {"status__exact": SiteStatus.REPORTED.value},
        lambda rows, user, seen: rows.filter(status=SiteStatus.REPORTED),
    ),
    Count(
        "cases.sites_unprotected",
        Site,
        DECIDES,
        lambda n: ngettext(
            "verified site without protection in force", "verified sites without protection in force", n
        ),
        {"protection": "none"},
        selections.unprotected,
        alarm=True,
    ),
    Count(
        "cases.reports_loose",
        DiscoveryReport,
        INVESTIGATES,
        lambda n: ngettext("report not tied to a site", "reports not tied to a site", n),
        {"site__isnull": "True"},
        lambda rows, user, seen: rows.filter(site__isnull=True),
    ),
    Count(
        "cases.contradictions",
        SiteContradiction,
        INVESTIGATES,
        lambda n: ngettext("contradiction of sources to resolve", "contradictions of sources to resolve", n),
        {"resolution__exact": ""},
        lambda rows, user, seen: rows.filter(resolution=""),
    ),
    Count(
        "cases.directions_waiting",
        Direction,
        WORKS,
        lambda n: ngettext("direction that waits for you", "directions that wait for you", n),
        {"waiting": "me"},
        lambda rows, user, seen: rows.filter(selections.waiting_for(user)),
    ),
    Count(
        "cases.enquiries_waiting",
        Enquiry,
        ANSWERS,
        lambda n: ngettext("enquiry that waits for you", "enquiries that wait for you", n),
        {"waiting": "me"},
        lambda rows, user, seen: rows.filter(selections.enquiries_for(user)),
    ),
    Count(
        "cases.observations_waiting",
        Observation,
        ANSWERS,
        lambda n: ngettext("observation to note or answer", "observations to note or answer", n),
        {"waiting": "me"},
        lambda rows, user, seen: rows.filter(selections.observations_for(user)),
    ),
    Count(
        "cases.sharings_icrc",
        Sharing,
        CONFIDES,
        lambda n: ngettext("record shared with the ICRC", "records shared with the ICRC", n),
        {"recipient__exact": Recipient.ICRC.value},
        lambda rows, user, seen: rows.filter(recipient=Recipient.ICRC),
    ),
    Count(
        "cases.reports_humanitarian",
        DiscoveryReport,
        CONFIDES,
        lambda n: ngettext("report that is humanitarian only", "reports that are humanitarian only", n),
        {"handling__exact": Handling.HUMANITARIAN.value},
        lambda rows, user, seen: rows.filter(handling=Handling.HUMANITARIAN),
    ),
    Count(
        "cases.directions_overdue",
        Direction,
        OVERSEES,
        lambda n: ngettext("direction overdue", "directions overdue", n),
        {"waiting": "overdue"},
        lambda rows, user, seen: rows.filter(Direction.overdue()),
        alarm=True,
    ),
    Count(
        "cases.directions_running",
        Direction,
        OVERSEES,
        lambda n: ngettext("direction not done yet", "directions not done yet", n),
        {"waiting": "running"},
        lambda rows, user, seen: rows.filter(status__in=RUNNING),
    ),
    Count(
        "cases.agreements_to_sign",
        SharingAgreement,
        DIRECTS,
        lambda n: ngettext("sharing agreement to sign", "sharing agreements to sign", n),
        {"waiting": "me"},
        selections.agreements_to_sign,
    ),
    Count(
        "cases.agreements_ending",
        SharingAgreement,
        DIRECTS,
        lambda n: ngettext(
            "sharing agreement that ends within 30 days", "sharing agreements that end within 30 days", n
        ),
        {"waiting": "ending"},
        selections.agreements_ending,
    ),
    Count(
        "cases.contributions_proposed",
        Contribution,
        TAKES_OVER,
        lambda n: ngettext(
            "contribution of a partner to decide on", "contributions of partners to decide on", n
        ),
        {"status__exact": ContributionStatus.PROPOSED.value},
        lambda rows, user, seen: rows.filter(status=ContributionStatus.PROPOSED),
    ),
    Count(
        "cases.cases_still",
        Case,
        OVERSEES,
        lambda n: ngettext("case not moved for 90 days", "cases not moved for 90 days", n),
        {"still": str(STILL_DAYS)},
        _still,
    ),
    Count(
        "cases.sites_still",
        Site,
        OVERSEES,
        lambda n: ngettext("site not moved for 90 days", "sites not moved for 90 days", n),
        {"still": str(STILL_DAYS)},
        _still,
    ),
)
contribute(
    Load(
        gettext_lazy("directions not done yet"),
        lambda: Direction.objects.filter(status__in=RUNNING, withdrawn_at__isnull=True),
        "assignee",
        {"waiting": "running"},
        "assignee__id__exact",
    )
)
