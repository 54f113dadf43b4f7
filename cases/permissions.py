"""The permissions of the ground floor: which roles may do what."""

from __future__ import annotations

from cases.access import declare
from cases.models.membership import Role

I, A, C, P, L, S, AUD, ADM = (
    Role.INVESTIGATOR,
    Role.ANTHROPOLOGIST,
    Role.CUSTODIAN,
    Role.PROSECUTOR,
    Role.LIAISON,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
#: Everyone who takes part in a case; what each of them sees of it is narrowed by handling.
TEAM = (I, A, C, P, L, S, AUD)
FIELD = (I, A)

declare(
    {
        "cases.case:view": TEAM,
        "cases.case:create": (P, S),
        "cases.case:change": (P,),
        "cases.case:direct": (P,),
        "cases.membership:view": TEAM,
        "cases.membership:create": (P, S),
        "cases.membership:change": (P, S),
        "cases.membership:withdraw": (P, S),
        "cases.ledger:view": TEAM,
        "cases.ledger:verify": (AUD, S, P),
        "cases.accesslogentry:view": (AUD,),
        "cases.site:decide": (I, P),
        "cases.site:release": (P,),
        "cases.site:import": (I, P),
        "cases.case:hand_over": (P,),
    }
)

for _stem in ("incident", "statedfigure", "discoveryreport"):
    declare(
        {
            f"cases.{_stem}:view": TEAM,
            f"cases.{_stem}:create": (I, P, L),
            f"cases.{_stem}:change": (I, P, L),
            f"cases.{_stem}:withdraw": (I, P, L),
        }
    )
for _stem in (
    "site",
    "sitevisit",
    "visitparticipant",
    "sitehazard",
    "protectionmeasure",
    "protectionbreach",
    "sitecontradiction",
    "sitelink",
    "linkproof",
):
    declare(
        {
            f"cases.{_stem}:view": TEAM,
            f"cases.{_stem}:create": (I,),
            f"cases.{_stem}:change": (I,),
            f"cases.{_stem}:withdraw": (I,),
        }
    )
for _stem in ("context", "contextrelation"):
    declare(
        {
            f"cases.{_stem}:view": TEAM,
            f"cases.{_stem}:create": FIELD,
            f"cases.{_stem}:change": FIELD,
            f"cases.{_stem}:withdraw": FIELD,
        }
    )
for _stem in ("agency", "user", "appointment", "code"):
    declare(
        {
            f"cases.{_stem}:view": (*TEAM, Role.LABORATORY, ADM),
            f"cases.{_stem}:create": (ADM,),
            f"cases.{_stem}:change": (ADM,),
        }
    )
