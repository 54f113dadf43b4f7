"""What an administrator does to an account's front door: the second factor and the lock-out, which live here."""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.admin.person import PersonAdmin, Way
from cases.models.ledger import AccessKind
from cases.services.access_log import log_access
from cases.services.record import reason_given
from config import codes


def _forget_second_factor(request: HttpRequest, person: Any, reason: str) -> None:
    reason = reason_given(reason)
    codes.forget_devices(person)
    log_access(
        AccessKind.SECOND_FACTOR, request.user, request=request, record=person, detail=f"forgotten: {reason}"
    )


def _unlock(request: HttpRequest, person: Any, reason: str) -> None:
    reset(username=person.get_username())
    log_access(AccessKind.UNLOCKED, request.user, request=request, record=person)


def register() -> None:
    """Offer both on the page of a person."""
    PersonAdmin.ways |= {
        "forget_second_factor": Way(
            _("Forget the second factor"),
            _forget_second_factor,
            needs_reason=True,
            meaning=_("Then the person sets up a new one at the next login."),
            offered=lambda person, viewer: codes.has_device(person),
        ),
        "unlock": Way(
            _("Lift the lock-out"),
            _unlock,
            meaning=_(
                "Wrong passwords and codes given so far are forgotten, so the person can try again at once."
            ),
            offered=lambda person, viewer: settings.AXES_ENABLED and person.is_active,
        ),
    }
