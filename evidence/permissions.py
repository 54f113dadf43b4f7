"""The permissions of evidence: which roles may do what."""

from __future__ import annotations

from cases.access import declare
from cases.models.membership import Role
from cases.permissions import FIELD, TEAM

declare(
    {
        # Whoever sees a record may print what they see; every paper and label is logged.
        "evidence.report:make": TEAM,
        "evidence.label:print": TEAM,
    }
)

#: The people of the laboratory to which something was sent; see `evidence/reach.py`.
ANALYSTS = (Role.LABORATORY,)

declare(
    {
        "evidence.referral:view": TEAM,
        "evidence.referral:create": FIELD,
        "evidence.referral:change": FIELD,
        "evidence.referral:request": FIELD,
        "evidence.referral:approve": (Role.PROSECUTOR,),
        "evidence.referral:dispatch": (Role.CUSTODIAN,),
        "evidence.referral:examine": ANALYSTS,
        "evidence.referral:accept": (Role.ANTHROPOLOGIST,),
        "evidence.referral:dispute": (Role.ANTHROPOLOGIST, Role.PROSECUTOR),
        "evidence.result:view": TEAM,
        "evidence.result:create": ANALYSTS,
        "evidence.finding:view": TEAM,
        "evidence.finding:create": ANALYSTS,
        "evidence.finding:decide": (Role.ANTHROPOLOGIST,),
    }
)
for _stem in ("referralitem", "examination"):
    declare(
        {
            f"evidence.{_stem}:view": TEAM,
            f"evidence.{_stem}:create": FIELD,
            f"evidence.{_stem}:change": FIELD,
            f"evidence.{_stem}:withdraw": FIELD,
        }
    )
