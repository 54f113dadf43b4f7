"""What the people of a laboratory reach without working on a case: referrals sent there, and what hangs on them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Q

from cases import access
from cases.access import declare_reach
from cases.models.membership import Role
from cases.models.user import User
from evidence.models.referral import SENT


def sent_to(user: User, through: str = "") -> Q | None:
    """Return which referrals were sent to this person's laboratory, as a condition on what hangs on them.

    An analyst appointed in a laboratory reaches all that was sent there; one who is in the team of a case as a
    laboratory analyst reaches what was sent from that case to the agency they belong to.
    """
    held = access.standing(user)
    laboratories = [agency for agency, roles in held.by_agency.items() if Role.LABORATORY in roles]
    cases = [case for case, roles in held.by_case.items() if Role.LABORATORY in roles]
    if not laboratories and not cases:
        return None

    def of(**more: Any) -> Q:
        return Q(**{f"{through}{name}": value for name, value in more.items()})

    return of(status__in=SENT) & (
        of(laboratory__in=laboratories) | of(laboratory=user.agency_id, case__in=cases)
    )


for _kind, _through in (
    ("referral", ""),
    ("referralitem", "referral__"),
    ("examination", "referral__"),
    ("expertreport", "referral__"),
    ("result", "item__referral__"),
    ("finding", "result__item__referral__"),
):
    declare_reach(f"evidence.{_kind}", Role.LABORATORY, partial(sent_to, through=_through))
