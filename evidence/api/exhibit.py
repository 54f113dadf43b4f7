"""Exhibits as the interface shows them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import Moves, Recorded, step
from cases.api.serializers import PlainSerializer, ReasonSerializer
from evidence.exhibit_workflow import EXHIBIT
from evidence.models.exhibit import DISPOSALS, EXHIBIT_WORDS, Exhibit
from evidence.services import exhibit as service
from remains.below_search import SearchBelow


class ProposeDisposalSerializer(PlainSerializer):
    """How it should end, why, and where it is released, to whom."""

    disposal = fields.OneOfField(choices=[status.value for status in DISPOSALS])
    reason = fields.TextField(max_length=5_000)
    to = fields.TextField(required=False, allow_blank=True, max_length=200)


class ExhibitViewSet(Moves, Recorded):
    """Exhibits: what is kept as evidence beside the remains. Who holds each is said by its holdings."""

    model = Exhibit
    narrowed_by = ("site", "context", "find", "specimen", "parent", "number", "kind", "status", "disposal")
    narrowed_by_days = ("found_on",)
    search = SearchBelow(Exhibit, ("number", "find__number"), EXHIBIT_WORDS)
    orderings = ("id", "number")
    ordered_in_one_case = True
    workflow = EXHIBIT
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
    withdraw_door = staticmethod(service.withdraw)
    takes: ClassVar[dict[str, Any]] = {
        "propose_disposal": ProposeDisposalSerializer,
        "withdraw_disposal": ReasonSerializer,
    }

    def move(self, record: Any, name: str, reason: str) -> None:
        """Confirm how an exhibit ends."""
        service.apply_transition(actor=self.caller, exhibit=record, name=name, reason=reason)

    @step(url_path="propose-disposal")
    def propose_disposal(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Propose that it was used up, or that it be released or destroyed; somebody else confirms it."""
        exhibit = self.locked(Exhibit.permission("propose_disposal"))
        service.propose_disposal(actor=self.caller, exhibit=exhibit, **self.told())
        return self.answer_with(exhibit)

    @step(url_path="withdraw-disposal")
    def withdraw_disposal(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the proposal back, or turn it down."""
        exhibit = self.locked(Exhibit.permission("propose_disposal"))
        service.withdraw_disposal(actor=self.caller, exhibit=exhibit, reason=self.told().get("reason", ""))
        return self.answer_with(exhibit)
