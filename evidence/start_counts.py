"""What waits among the evidence, as start pages count it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, ngettext

from cases.counts import Count, Label, declare
from cases.models import Role
from cases.time_in_status import STILL_DAYS, still
from cases.workload import Load, contribute
from evidence import selections
from evidence.models import (
    Consignment,
    CustodyEvent,
    Exhibit,
    FileAlarm,
    Holding,
    HoldStatus,
    LegalHold,
    Photograph,
    Referral,
    ReferralStatus,
)
from evidence.models.referral import ENDED

ASKS = frozenset({Role.INVESTIGATOR.value, Role.ANTHROPOLOGIST.value})
TAKES = frozenset({Role.INVESTIGATOR.value})
EXAMINES = frozenset({Role.ANTHROPOLOGIST.value})
#: Who holds items: whoever takes part in the work with them.
HOLDS = frozenset({Role.INVESTIGATOR.value, Role.ANTHROPOLOGIST.value, Role.CUSTODIAN.value})
KEEPS = frozenset({Role.CUSTODIAN.value})
DIRECTS = frozenset({Role.PROSECUTOR.value})
OVERSEES = frozenset({Role.PROSECUTOR.value, Role.SUPERVISOR.value})
ALARMED = frozenset(
    role.value
    for role in (
        Role.CUSTODIAN,
        Role.PROSECUTOR,
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    )
)


def _in_status(name: str, status: ReferralStatus, roles: frozenset[str], label: Label) -> Count:
    return Count(
        name,
        Referral,
        roles,
        label,
        {"status__exact": status.value},
        lambda rows, user, seen: rows.filter(status=status),
    )


declare(
    Count(
        "evidence.file_alarms",
        FileAlarm,
        ALARMED,
        lambda n: ngettext(
            "stored file missing or altered, not answered yet",
            "stored files missing or altered, not answered yet",
            n,
        ),
        {"answered_at__isnull": "True"},
        lambda rows, user, seen: rows.filter(answered_at__isnull=True),
        alarm=True,
    ),
    _in_status(
        "evidence.referrals_draft",
        ReferralStatus.DRAFT,
        ASKS,
        lambda n: ngettext("referral drafted, not submitted", "referrals drafted, not submitted", n),
    ),
    _in_status(
        "evidence.referrals_disputed",
        ReferralStatus.DISPUTED,
        DIRECTS,
        lambda n: ngettext("disputed report of a laboratory", "disputed reports of laboratories", n),
    ),
    _in_status(
        "evidence.referrals_approved",
        ReferralStatus.APPROVED,
        KEEPS,
        lambda n: ngettext("referral to dispatch", "referrals to dispatch", n),
    ),
    _in_status(
        "evidence.referrals_reported",
        ReferralStatus.REPORTED,
        EXAMINES,
        lambda n: ngettext("report of a laboratory to decide on", "reports of laboratories to decide on", n),
    ),
    Count(
        "evidence.referrals_late",
        Referral,
        ASKS | OVERSEES,
        lambda n: ngettext("referral whose report is late", "referrals whose report is late", n),
        {"waiting": "late"},
        selections.late,
        alarm=True,
    ),
    Count(
        "evidence.referrals_still",
        Referral,
        OVERSEES,
        lambda n: ngettext("referral not moved for 90 days", "referrals not moved for 90 days", n),
        {"still": str(STILL_DAYS)},
        lambda rows, user, seen: still(rows, STILL_DAYS),
    ),
    Count(
        "evidence.photographs_unlinked",
        Photograph,
        TAKES,
        lambda n: ngettext("photograph without a record", "photographs without a record", n),
        {"linked": "no"},
        selections.unlinked_photographs,
    ),
    Count(
        "evidence.consignments_to_answer",
        Consignment,
        HOLDS,
        lambda n: ngettext("hand-over to accept", "hand-overs to accept", n),
        {"answer": "mine"},
        selections.consignments_to_answer,
    ),
    Count(
        "evidence.consignments_open",
        Consignment,
        OVERSEES,
        lambda n: ngettext("hand-over not accepted yet", "hand-overs not accepted yet", n),
        {"answer": "open"},
        selections.consignments_open,
    ),
    Count(
        "evidence.seals_differing",
        CustodyEvent,
        KEEPS | OVERSEES,
        lambda n: ngettext(
            "item that arrived under another seal, or none",
            "items that arrived under another seal, or none",
            n,
        ),
        {"seal": "differs"},
        selections.seals_differing,
        alarm=True,
    ),
    Count(
        "evidence.holdings_own",
        Holding,
        HOLDS,
        lambda n: ngettext("item held by you", "items held by you", n),
        {"time": "mine"},
        selections.held_by_oneself,
    ),
    Count(
        "evidence.holdings_nowhere",
        Holding,
        KEEPS,
        lambda n: ngettext("item held by you, in no place", "items held by you, in no place", n),
        {"time": "mine", "place": selections.NOWHERE},
        lambda rows, user, seen: selections.lying_nowhere(
            selections.held_by_oneself(rows, user, seen), user, seen
        ),
    ),
    Count(
        "evidence.exhibits_proposed",
        Exhibit,
        DIRECTS,
        lambda n: ngettext(
            "exhibit to release or to destroy: decide",
            "exhibits to release or to destroy: decide",
            n,
        ),
        {"waiting": "proposed"},
        selections.disposal_proposed,
    ),
    Count(
        "evidence.holds_standing",
        LegalHold,
        DIRECTS,
        lambda n: ngettext("legal hold that stands", "legal holds that stand", n),
        {"status__exact": HoldStatus.STANDING.value},
        lambda rows, user, seen: rows.filter(status=HoldStatus.STANDING),
    ),
)
contribute(
    Load(
        gettext_lazy("referrals drafted and not ended"),
        lambda: Referral.objects.filter(withdrawn_at__isnull=True).exclude(status__in=ENDED),
        "drafted_by",
        {"waiting": "open"},
        "drafted_by__id__exact",
    )
)
