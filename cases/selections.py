"""What lists of the ground floor are narrowed to, and start pages count: one function for both, so that they agree."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils import timezone

from cases import access
from cases.counts import Seen
from cases.models.agreement import AgreementStatus
from cases.models.direction import RUNNING, DirectionStatus
from cases.models.enquiry import EnquiryStatus
from cases.models.observation import ObservationStatus
from cases.models.site import ProtectionMeasure, SiteStatus
from cases.models.user import User


def without_password(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow accounts to those with which nobody can sign in yet."""
    return rows.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)


def waiting_for(user: User) -> Q:
    """Return the condition of directions on which this person is the next to act."""
    decided = access.cases_where(user, "cases.direction:decide").values("pk")
    return Q(assignee=user, status__in=RUNNING) | Q(
        Q(status=DirectionStatus.DONE, case__in=decided) & ~Q(assignee=user)
    )


def enquiries_for(user: User) -> Q:
    """Return the condition of enquiries on which this person is the next to act."""
    answered = access.cases_where(user, "cases.enquiry:answer").values("pk")
    return Q(asked_by=user, status=EnquiryStatus.ANSWERED) | Q(
        Q(status=EnquiryStatus.ASKED, case__in=answered) & ~Q(asked_by=user)
    )


def observations_for(user: User) -> Q:
    """Return the condition of observations that this person might note or answer."""
    answered = access.cases_where(user, "cases.observation:answer").values("pk")
    return Q(status=ObservationStatus.MADE, case__in=answered) & ~Q(made_by=user)


def unprotected(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow sites to those that are verified, and of which the viewer knows no protection in force."""
    in_force = seen(ProtectionMeasure.objects.filter(ProtectionMeasure.in_force()))
    return rows.filter(status=SiteStatus.VERIFIED).exclude(pk__in=in_force.values("site"))


def agreements_to_sign(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow agreements to drafts of others, where this person signs."""
    signed = access.cases_where(user, "cases.sharingagreement:sign").values("pk")
    return rows.filter(status=AgreementStatus.DRAFT, case__in=signed).exclude(drafted_by=user)


def agreements_ending(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow agreements to those in force that end within thirty days."""
    today = timezone.localdate()
    return rows.filter(
        status=AgreementStatus.SIGNED, until_on__gte=today, until_on__lte=today + dt.timedelta(days=30)
    )
