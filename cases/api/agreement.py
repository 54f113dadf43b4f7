"""Sharing agreements as the interface shows them to the case's own people."""

from __future__ import annotations

from cases.api.doors import Changes, Creates, HasHandling, Moves
from cases.api.filters import SearchAnywhere
from cases.exchange_workflows import AGREEMENT
from cases.models.agreement import SharingAgreement
from cases.services import agreement as service


class SharingAgreementViewSet(HasHandling, Moves, Changes, Creates):
    """Sharing agreements: what a partner is sent of a case, and on what basis."""

    model = SharingAgreement
    narrowed_by = ("status", "partner")
    narrowed_by_days = ("from_on", "until_on")
    search = SearchAnywhere(("partner__name", "partner__short_name", "purpose", "legal_basis"))
    orderings = ("id", "from_on", "until_on")
    workflow = AGREEMENT
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
