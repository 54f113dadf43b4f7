"""How long records have been in their status: in days, in words, and which of them have not moved for so many days."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.workflow import workflow_of

#: Days after which a start page says that something has not moved; the lists' filter offers others as well.
STILL_DAYS: Final = 90
OFFERED_DAYS: Final = (30, 90, 180, 365)


def days_since(at: dt.datetime) -> int:
    """Return how many midnights have passed since an instant, where Taphos runs."""
    return (timezone.localdate() - timezone.localtime(at).date()).days


def in_words(at: dt.datetime) -> str:
    """Return the time since an instant as people say it: "today", "12 days"."""
    days = days_since(at)
    if days <= 0:
        return _("today")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def still(rows: Any, days: int) -> Any:
    """Narrow records to those that wait for somebody and have been in their status for so many days, or longer."""
    workflow = workflow_of(rows.model._meta.label_lower)
    if workflow is None:
        return rows.none()
    waiting = [status for status in workflow.states() if status not in workflow.resting]
    begun = timezone.now() - dt.timedelta(days=days)
    return rows.filter(status__in=waiting, status_since__lte=begun)
