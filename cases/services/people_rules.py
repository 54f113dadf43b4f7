"""The rules of who holds what, and of who signs, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.refusals import WrongState
from cases.services.rules import DatabaseRule, declare_rules
from cases.services.sight import STANDS_ALONE

_STANDS_ALONE = DatabaseRule(
    "membership.stands_alone",
    STANDS_ALONE,
    "role",
    _("What the ICRC learns in confidence never reaches the prosecution. Choose another person."),
)

declare_rules(
    {
        "cases_membership_stands_alone": _STANDS_ALONE,
        "cases_membership_sight_apart": _STANDS_ALONE,
        "cases_case_reopened_unsigned": DatabaseRule(
            "case.closure_not_forgotten",
            _("A reopened case keeps nothing of its former closure."),
            kind=WrongState,
        ),
        "cases_appointment_once": DatabaseRule(
            "appointment.once",
            _("This person holds this appointment at that time already."),
            "role",
            _("Change the days of the one that is there."),
        ),
        "cases_appointment_last_administrator": DatabaseRule(
            "appointment.last_administrator",
            _("Nobody would be administrator any more."),
            "until_on",
            _("Appoint another administrator first."),
            WrongState,
        ),
        "cases_user_last_prosecutor": DatabaseRule(
            "user.last_prosecutor",
            _("A case would be left without a prosecutor."),
            "is_active",
            _("Let the supervisor add another prosecutor first."),
            WrongState,
        ),
    }
)
