"""The permissions of evidence: which roles may do what."""

from __future__ import annotations

from cases.access import declare
from cases.models.membership import Role
from cases.permissions import FIELD, TEAM

#: Who holds items of a case: whoever takes part in its work with them.
HOLDERS = (*FIELD, Role.CUSTODIAN)

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
        # Whoever sees a record may print what they see; every paper and label is logged.
        "evidence.report:make": TEAM,
        "evidence.label:print": TEAM,
    }
)
