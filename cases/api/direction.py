"""Directions as the interface shows them, and the records that they are about."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.about import about_serializer
from cases.api.doors import Moves, Recorded, step
from cases.api.filters import SearchAnywhere
from cases.api.serializers import PlainSerializer
from cases.casework_workflows import DIRECTION
from cases.models.direction import Direction
from cases.models.user import User
from cases.services import direction as service


class ReassignSerializer(PlainSerializer):
    """Who does it from now on, and why."""

    assignee = fields.KeyField()
    reason = fields.TextField(max_length=5_000)


class DirectionViewSet(Moves, Recorded):
    """Directions: what a prosecutor tells somebody of the team to do, until when, and what came of it."""

    model = Direction
    serializer_class = about_serializer(Direction)
    read_along = ("about",)
    create_arguments = ("about",)
    narrowed_by = ("status", "assignee", "priority")
    narrowed_by_days = ("due_on",)
    search = SearchAnywhere(("what", "result", "assignee__full_name"))
    orderings = ("id", "due_on")
    workflow = DIRECTION
    by_other_doors = frozenset({"reassign"})
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
    takes: ClassVar[dict[str, Any]] = {"reassign": ReassignSerializer}

    def move(self, record: Any, name: str, reason: str) -> None:
        """Take one step of a direction's workflow."""
        service.apply_transition(actor=self.caller, direction=record, name=name, reason=reason)

    @step()
    def reassign(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give it to somebody else of the team, with a reason."""
        direction = self.locked("cases.direction:reassign")
        told = self.told()
        [to] = self.named(User, [told["assignee"]], "assignee")
        service.reassign(actor=self.caller, direction=direction, to=to, reason=told["reason"])
        return self.answer_with(direction)
