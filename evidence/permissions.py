"""The permissions of evidence: which roles may do what."""

from __future__ import annotations

from cases.access import declare
from cases.models.membership import Role
from cases.permissions import ADM, ANT, AUD, CUS, FIELD, INV, LIA, PRO, SUP, TEAM

#: Everyone who works with the finds, and who directs the case.
TAKING = (INV, ANT, CUS, PRO)
#: Who holds items of a case: whoever takes part in its work with them.
HOLDERS = (INV, ANT, CUS)

declare(
    {
        "evidence.photograph:view": TEAM,
        "evidence.photograph:create": TAKING,
        "evidence.photograph:change": TAKING,
        "evidence.photograph:withdraw": TAKING,
        "evidence.document:view": TEAM,
        "evidence.document:create": (*TAKING, LIA),
        "evidence.document:change": (*TAKING, LIA),
        "evidence.document:withdraw": (*TAKING, LIA),
        # A link is made and withdrawn, and never edited.
        "evidence.filelink:view": TEAM,
        "evidence.filelink:create": (*TAKING, LIA),
        "evidence.filelink:withdraw": (*TAKING, LIA),
        "evidence.filealarm:view": (*TAKING, SUP, AUD, ADM),
        "evidence.filealarm:answer": (CUS, PRO),
        "evidence.filealarm:keep": (ADM,),
        # Whoever sees a record may print what they see; every paper and label is logged.
        "evidence.report:make": TEAM,
        "evidence.label:print": TEAM,
        # All of the case that the role sees, in one file.
        "evidence.bundle:make": (PRO, AUD),
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
        "evidence.expertreport:view": TEAM,
        "evidence.expertreport:create": ANALYSTS,
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

declare(
    {
        "evidence.exhibit:view": TEAM,
        "evidence.exhibit:create": FIELD,
        "evidence.exhibit:change": FIELD,
        "evidence.exhibit:withdraw": (*FIELD, Role.PROSECUTOR),
        "evidence.exhibit:consume": (Role.ANTHROPOLOGIST, Role.CUSTODIAN),
        # Two people: whoever proposes, and a prosecutor who is somebody else.
        "evidence.exhibit:propose_disposal": (*HOLDERS, Role.PROSECUTOR),
        "evidence.exhibit:dispose": (Role.PROSECUTOR,),
        # Placed by one prosecutor and lifted by another; whoever works with the items may ask for it.
        "evidence.legalhold:view": TEAM,
        "evidence.legalhold:create": (Role.PROSECUTOR,),
        "evidence.legalhold:ask_lift": (*HOLDERS, Role.PROSECUTOR),
        "evidence.legalhold:lift": (Role.PROSECUTOR,),
        "evidence.storageplace:view": TEAM,
        "evidence.storageplace:create": (Role.CUSTODIAN,),
        "evidence.storageplace:change": (Role.CUSTODIAN,),
        "evidence.storageplace:withdraw": (Role.CUSTODIAN,),
        "evidence.placement:view": TEAM,
        "evidence.placement:create": HOLDERS,
        "evidence.seal:view": TEAM,
        "evidence.seal:create": HOLDERS,
        "evidence.seal:break": HOLDERS,
        "evidence.consignment:view": TEAM,
        "evidence.consignment:create": HOLDERS,
        "evidence.custodyevent:view": TEAM,
        "evidence.custodyevent:create": HOLDERS,
        "evidence.custodyevent:accept": HOLDERS,
        # What was sent to a laboratory is accepted by its people, who see nothing else of the case.
        "evidence.custodyevent:accept_for_laboratory": (Role.LABORATORY,),
        "evidence.holding:view": TEAM,
        "evidence.holding:create": HOLDERS,
        # Entries about the past, and acts for a holder who is not there to act: the custodian's.
        "evidence.holding:correct": (Role.CUSTODIAN,),
    }
)
