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

declare(
    {  # a measurement is never edited: it is withdrawn, and entered anew
        "remains.measurement:view": TEAM,
        "remains.measurement:create": (Role.ANTHROPOLOGIST,),
        "remains.measurement:withdraw": (Role.ANTHROPOLOGIST,),
    }
)
for _stem in ("specimen", "association", "individual", "individualpart", "injury"):
    declare(
        {
            f"remains.{_stem}:view": TEAM,
            f"remains.{_stem}:create": (Role.ANTHROPOLOGIST,),
            f"remains.{_stem}:change": (Role.ANTHROPOLOGIST,),
            f"remains.{_stem}:withdraw": (Role.ANTHROPOLOGIST,),
        }
    )
declare(
    {
        "remains.assessment:view": TEAM,
        "remains.assessment:create": (Role.ANTHROPOLOGIST,),
        "remains.assessment:change": (Role.ANTHROPOLOGIST,),
        "remains.assessment:sign": (Role.ANTHROPOLOGIST,),
        "remains.assessment:discard": (Role.ANTHROPOLOGIST,),
    }
)
declare({"remains.specimen:import": (Role.ANTHROPOLOGIST,)})
