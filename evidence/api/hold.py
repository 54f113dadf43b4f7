"""Legal holds as the interface shows them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.doors import Creates, Moves, step
from cases.api.filters import SearchAnywhere
from cases.api.serializers import ReasonSerializer
from evidence.hold_workflow import LEGAL_HOLD
from evidence.models.hold import LegalHold
from evidence.services import hold as service


class LegalHoldViewSet(Moves, Creates):
    """Legal holds: placed by one prosecutor on one item, which stays as it is until another one lifts it."""

    model = LegalHold
    narrowed_by = ("find", "specimen", "exhibit", "status", "placed_by")
    narrowed_by_days = ("from_on",)
    search = SearchAnywhere(("find__number", "specimen__number", "exhibit__number", "court_order", "reason"))
    workflow = LEGAL_HOLD
    create_door = staticmethod(service.place)
    takes: ClassVar[dict[str, Any]] = {"ask_lift": ReasonSerializer, "decline_lift": ReasonSerializer}

    def move(self, record: Any, name: str, reason: str) -> None:
        """Lift a hold."""
        service.lift(actor=self.caller, hold=record, reason=reason)

    @step(url_path="ask-lift")
    def ask_lift(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask that it be lifted; a prosecutor who neither placed it nor asks decides."""
        hold = self.locked(LegalHold.permission("ask_lift"))
        service.ask_lift(actor=self.caller, hold=hold, reason=self.told().get("reason", ""))
        return self.answer_with(hold)

    @step(url_path="decline-lift")
    def decline_lift(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let it stand that somebody asks to lift, or take one's own asking back."""
        hold = self.locked(LegalHold.permission("ask_lift"))
        service.decline_lift(actor=self.caller, hold=hold, reason=self.told().get("reason", ""))
        return self.answer_with(hold)
