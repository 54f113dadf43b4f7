"""The rules of who holds what, and of who signs, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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
    }
)
