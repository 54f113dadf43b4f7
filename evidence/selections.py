"""What lists of evidence are narrowed to, and start pages count: one function for both, so that they agree."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cases.counts import Seen
from cases.models.user import User
from evidence.models import CustodyEvent, EventStatus, ExhibitStatus, FileLink, Placement, ReferralStatus
from evidence.models.custody import SEAL_DIFFERS
from evidence.models.item import ITEM_KEY
from evidence.models.referral import AT_LABORATORY, ENDED

#: While it stands so, a report that is due has not come.
AWAITED = (ReferralStatus.REQUESTED, ReferralStatus.APPROVED, *AT_LABORATORY)

#: What the list of holdings is narrowed to when it is asked for what lies in no place.
NOWHERE = "none"


def late(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow referrals to those whose report was due and has not come."""
    return rows.filter(status__in=AWAITED, due_on__lt=timezone.localdate())


def not_ended(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow referrals to those for which somebody still waits."""
    return rows.exclude(status__in=ENDED)


def at_laboratory(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow referrals to those that wait for their laboratory."""
    return rows.filter(status__in=AT_LABORATORY)


def unlinked_photographs(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow photographs to those of which the viewer knows nothing that they show."""
    links = seen(FileLink.objects.filter(withdrawn_at__isnull=True))
    return rows.filter(~Exists(links.filter(photograph=OuterRef("pk"))))


def _open_events(seen: Seen) -> Any:
    return seen(CustodyEvent.objects.filter(status=EventStatus.OPEN)).values("consignment")


def consignments_open(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow consignments to those of which something is on its way, as far as the viewer knows of it."""
    return rows.filter(pk__in=_open_events(seen))


def consignments_to_answer(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow consignments to those of which something waits for the viewer, or for the viewer's agency."""
    mine = Q(to_person=user) | Q(to_agency=user.agency_id)
    return consignments_open(rows, user, seen).filter(mine)


def consignments_answered(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow consignments to those of which nothing is on its way, as far as the viewer knows."""
    return rows.exclude(pk__in=_open_events(seen))


def disposal_proposed(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow exhibits to those that somebody proposed to release or to destroy."""
    return rows.filter(status=ExhibitStatus.HELD, disposal__isnull=False)


def seals_differing(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow hand-overs to those accepted under another seal than that of dispatch, or under none."""
    return rows.filter(SEAL_DIFFERS)


def seals_as_sent(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow hand-overs to those accepted under the seal of dispatch, or sent and accepted without one."""
    same = Q(seal_before__isnull=True, seal_after__isnull=True) | Q(seal_after=F("seal_before"))
    return rows.filter(same, status=EventStatus.ACCEPTED)


def held_by_oneself(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow holdings to what the viewer has in hand now."""
    return rows.filter(superseded_at__isnull=True, until_at__isnull=True, holder_person=user)


def lying_nowhere(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow holdings to items of which the viewer knows no place where they lie now."""
    lying = seen(Placement.objects.filter(until_at__isnull=True, withdrawn_at__isnull=True))
    placed = lying.alias(lying=ITEM_KEY).filter(lying=OuterRef("thing"))
    return rows.alias(thing=ITEM_KEY).filter(~Exists(placed))
