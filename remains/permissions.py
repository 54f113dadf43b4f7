"""The permissions of remains: which roles may do what."""

from __future__ import annotations

from cases.access import declare
from cases.models.membership import Role
from cases.permissions import FIELD, TEAM

declare(
    {
        "remains.find:lift": FIELD,
        "remains.find:move": (*FIELD, Role.CUSTODIAN),
        "remains.find:examine": (Role.ANTHROPOLOGIST,),
        "remains.find:release": (Role.PROSECUTOR,),
        "remains.find:divide": FIELD,
    }
)
for _stem in ("find", "findalias"):
    declare(
        {
            f"remains.{_stem}:view": TEAM,
            f"remains.{_stem}:create": FIELD,
            f"remains.{_stem}:change": FIELD,
            f"remains.{_stem}:withdraw": (*FIELD, Role.PROSECUTOR) if _stem == "find" else FIELD,
        }
    )
declare({"remains.lineage:view": TEAM, "remains.lineage:create": FIELD})
for _stem in ("conditionnote",):
    declare(
        {
            f"remains.{_stem}:view": TEAM,
            f"remains.{_stem}:create": FIELD,
            f"remains.{_stem}:change": FIELD,
            f"remains.{_stem}:withdraw": FIELD,
        }
    )
declare(
    {
        "remains.estimate:view": TEAM,
        "remains.estimate:create": FIELD,
        "remains.estimate:supersede": FIELD,
        "remains.estimate:withdraw": FIELD,
        "remains.statedminimum:view": TEAM,
        "remains.statedminimum:create": (Role.INVESTIGATOR, Role.PROSECUTOR),
        "remains.statedminimum:change": (Role.INVESTIGATOR, Role.PROSECUTOR),
        "remains.statedminimum:withdraw": (Role.INVESTIGATOR, Role.PROSECUTOR),
        "remains.statedgroup:view": TEAM,
        "remains.statedgroup:create": (Role.INVESTIGATOR, Role.PROSECUTOR),
        "remains.statedgroup:change": (Role.INVESTIGATOR, Role.PROSECUTOR),
        "remains.statedgroup:withdraw": (Role.INVESTIGATOR, Role.PROSECUTOR),
    }
)
