"""Cases as the interface shows them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import Changes, Creates, Moves, step
from cases.api.filters import SearchAnywhere
from cases.api.serializers import PlainSerializer, ReasonSerializer
from cases.models.agency import Agency
from cases.models.case import Case
from cases.services import case as service
from cases.workflows import CASE


class HandOverSerializer(PlainSerializer):
    """Which agency leads the case from now on, and why."""

    agency = fields.KeyField()
    reason = fields.TextField(max_length=5_000)


class CaseViewSet(Moves, Changes, Creates):
    """Cases: investigations, and files of tracing."""

    model = Case
    narrowed_by = ("number", "status", "kind")
    search = SearchAnywhere(("number", "title"))
    orderings = ("id", "number", "opened_on")
    workflow = CASE
    create_door = staticmethod(service.open_case)
    change_door = staticmethod(service.change_case)
    takes: ClassVar[dict[str, Any]] = {
        "hand_over": HandOverSerializer,
        "propose_closure": ReasonSerializer,
        "withdraw_closure_proposal": ReasonSerializer,
    }

    @step(url_path="hand-over")
    def hand_over(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let another agency lead it: its supervisors and auditors see it, and no longer the former agency's."""
        case = self.locked("cases.case:hand_over")
        told = self.told()
        [agency] = self.named(Agency, [told["agency"]], "agency")
        service.hand_over_case(actor=self.caller, case=case, to=agency, reason=told["reason"])
        return self.answer_with(case)

    @step(url_path="propose-closure")
    def propose_closure(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Propose to close it, with a reason; another prosecutor then closes it by the transition `close`."""
        case = self.locked("cases.case:direct")
        service.propose_closure(actor=self.caller, case=case, reason=self.told().get("reason", ""))
        return self.answer_with(case)

    @step(url_path="withdraw-closure-proposal")
    def withdraw_closure_proposal(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a proposal to close it back, or turn it down."""
        case = self.locked("cases.case:direct")
        service.withdraw_closure_proposal(actor=self.caller, case=case, reason=self.told().get("reason", ""))
        return self.answer_with(case)
