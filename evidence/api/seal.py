"""Seals as the interface shows them: put on by one act, and broken by another."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import HasHandling, joint_step, step
from cases.api.filters import SearchAnywhere
from cases.api.serializers import PlainSerializer
from cases.api.views import RecordViewSet
from evidence.api.item import ItemsSerializer, one_item_told
from evidence.models.seal import Seal
from evidence.services import seal as service


class ApplySerializer(ItemsSerializer):
    """Which item is sealed, with which seal, when."""

    number = fields.TextField(max_length=80)
    at = fields.InstantField(required=False)
    note = fields.TextField(required=False, allow_blank=True, max_length=5_000)


class BreakSerializer(PlainSerializer):
    """Why it was broken, or how it was found, and when."""

    reason = fields.TextField(max_length=5_000)
    at = fields.InstantField(required=False)


class SealViewSet(HasHandling, RecordViewSet):
    """Seals: each is put on once, and broken once."""

    model = Seal
    narrowed_by = ("number", "find", "specimen", "exhibit")
    search = SearchAnywhere(("number",))
    answers_created = frozenset({"apply"})
    takes: ClassVar[dict[str, Any]] = {"apply": ApplySerializer, "break_it": BreakSerializer}

    @joint_step()
    def apply(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put a seal on one item."""
        self.may_somewhere(Seal.permission("create"))
        told = self.told()
        seal = service.apply_seal(
            actor=self.caller,
            item=one_item_told(self, told),
            number=told["number"],
            at=told.get("at"),
            note=told.get("note", ""),
        )
        answer = self.answer_with(seal, 201)
        answer["Location"] = self.address(seal)
        return answer

    @step(url_path="break", url_name="break")
    def break_it(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record that it is broken: opened on purpose, or found so."""
        seal = self.locked(Seal.permission("break"))
        told = self.told()
        service.break_seal(actor=self.caller, seal=seal, reason=told["reason"], at=told.get("at"))
        return self.answer_with(seal)
