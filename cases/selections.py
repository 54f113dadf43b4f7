"""What lists of the ground floor are narrowed to, and start pages count: one function for both, so that they agree."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from cases.counts import Seen
from cases.models.site import ProtectionMeasure, SiteStatus
from cases.models.user import User


def without_password(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow accounts to those with which nobody can sign in yet."""
    return rows.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)


def unprotected(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow sites to those that are verified, and of which the viewer knows no protection in force."""
    in_force = seen(ProtectionMeasure.objects.filter(ProtectionMeasure.in_force()))
    return rows.filter(status=SiteStatus.VERIFIED).exclude(pk__in=in_force.values("site"))
