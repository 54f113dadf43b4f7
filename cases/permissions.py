"""The permissions of the ground floor: which roles may do what."""

from __future__ import annotations

from cases.access import CLIENT, declare
from cases.models.membership import Role

INV, ANT, CUS, PRO, LIA, SUP, AUD, ADM = (
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
TEAM = (INV, ANT, CUS, PRO, LIA, SUP, AUD)
FIELD = (INV, ANT)

declare(
    {
        "cases.case:view": TEAM,
        "cases.case:create": (PRO, SUP),
        "cases.case:change": (PRO,),
        "cases.case:direct": (PRO,),
        "cases.case:hand_over": (PRO,),
        "cases.membership:view": TEAM,
        "cases.membership:create": (PRO, SUP),
        "cases.membership:change": (PRO, SUP),
        "cases.membership:withdraw": (PRO, SUP),
        "cases.ledger:view": TEAM,
        "cases.accesslogentry:view": (AUD,),
        "cases.site:decide": (INV, PRO),
        "cases.site:release": (PRO,),
        "cases.site:import": (INV, PRO),
    }
)

declare(
    {
        "cases.sharingagreement:view": TEAM,
        "cases.sharingagreement:create": (PRO, INV),
        "cases.sharingagreement:change": (PRO, INV),
        "cases.sharingagreement:sign": (PRO,),
        "cases.delivery:view": (PRO, SUP, AUD),
        "cases.topic:view": TEAM,
        "cases.direction:view": TEAM,
        "cases.direction:create": (PRO,),
        "cases.direction:change": (PRO,),
        "cases.direction:withdraw": (PRO,),
        "cases.direction:decide": (PRO,),
        "cases.direction:work": (INV, ANT, CUS),
        "cases.direction:reassign": (PRO, SUP),
        "cases.proceeding:view": TEAM,
        "cases.proceeding:create": (PRO,),
        "cases.proceeding:change": (PRO,),
        "cases.proceeding:withdraw": (PRO,),
        # The two logs are never changed.
        "cases.disclosure:view": TEAM,
        "cases.disclosure:create": (PRO,),
        "cases.discloseditem:view": TEAM,
        "cases.discloseditem:create": (PRO,),
        "cases.sharing:view": TEAM,
        "cases.sharing:create": (PRO,),
        "cases.sharingsource:view": TEAM,
        "cases.sharingsource:create": (PRO,),
        "cases.observation:view": TEAM,
        "cases.observation:create": (INV, ANT, CUS, PRO, LIA, SUP),
        "cases.observation:withdraw": (INV, ANT, CUS, PRO, LIA, SUP),
        "cases.observation:answer": (INV, ANT, PRO, LIA),
        "cases.enquiry:view": TEAM,
        "cases.enquiry:create": (LIA,),
        "cases.enquiry:answer": (INV, ANT, PRO),
        "cases.enquiry:close": (INV, ANT, PRO, LIA),
    }
)

for _stem in ("incident", "statedfigure", "discoveryreport"):
    declare(
        {
            f"cases.{_stem}:view": TEAM,
            f"cases.{_stem}:create": (INV, PRO, LIA),
            f"cases.{_stem}:change": (INV, PRO, LIA),
            f"cases.{_stem}:withdraw": (INV, PRO, LIA),
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
            f"cases.{_stem}:create": (INV,),
            f"cases.{_stem}:change": (INV,),
            f"cases.{_stem}:withdraw": (INV,),
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
declare(
    {  # what the public is told: the page by prosecutors, its updates written by one person and approved by another
        "cases.publicpage:view": TEAM,
        "cases.publicpage:create": (PRO,),
        "cases.publicpage:change": (PRO,),
        "cases.publicpage:withdraw": (PRO,),
        "cases.publicpage:open": (PRO,),
        "cases.publictitle:view": TEAM,
        "cases.publictitle:create": (PRO,),
        "cases.publictitle:change": (PRO,),
        "cases.publictitle:withdraw": (PRO,),
        "cases.publicupdate:view": TEAM,
        "cases.publicupdate:create": (INV, PRO),
        "cases.publicupdate:change": (INV, PRO),
        "cases.publicupdate:publish": (PRO,),
        "cases.publictext:view": TEAM,
        "cases.publictext:create": (INV, PRO),
        "cases.publictext:change": (INV, PRO),
        "cases.publictext:withdraw": (INV, PRO),
        "cases.publicfact:view": TEAM,
        "cases.publicfact:create": (INV, PRO),
        "cases.publicfact:withdraw": (INV, PRO),
    }
)
#: What a partner's program reads whatever is shared with it: the words and bodies that records name.
KNOWN_TO_CLIENTS = {"agency", "code"}
for _stem in ("agency", "user", "appointment", "code"):
    declare(
        {
            f"cases.{_stem}:view": (
                *TEAM,
                Role.LABORATORY,
                ADM,
                *((CLIENT,) if _stem in KNOWN_TO_CLIENTS else ()),
            ),
            f"cases.{_stem}:create": (ADM,),
            f"cases.{_stem}:change": (ADM,),
        }
    )
declare(
    {
        "cases.client:view": (ADM,),
        "cases.client:create": (ADM,),
        "cases.client:change": (ADM,),
    }
)
