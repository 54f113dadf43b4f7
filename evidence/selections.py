"""What lists of evidence are narrowed to, and start pages count: one function for both, so that they agree."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cases.counts import Seen
from cases.models.user import User
from evidence.models import FileLink, ReferralStatus
from evidence.models.referral import AT_LABORATORY, ENDED

#: While it stands so, a report that is due has not come.
AWAITED = (ReferralStatus.REQUESTED, ReferralStatus.APPROVED, *AT_LABORATORY)


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
