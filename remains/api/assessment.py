"""Assessments as the interface shows them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import Changes, Creates, HasHandling, Moves, step
from cases.api.filters import SearchAnywhere, refuse_unknown
from cases.api.serializers import NothingSerializer, RecordSerializer
from cases.services.access_log import log_reads
from remains.models.assessment import Assessment
from remains.services import assessment
from remains.services.counting import READINGS
from remains.workflows import ASSESSMENT


class AssessmentSerializer(RecordSerializer):
    """The answer to "at least how many people". Its proof and inputs have an address of their own."""

    reading = fields.OneOfField(
        choices=list(READINGS),
        write_only=True,
        help_text="Whether opinions that are presumed count, or only those that are determined.",
    )

    class Meta:
        model = Assessment
        left_out = ("result", "inputs")

    def get_fields(self) -> dict[str, Any]:
        """Take the site from the find, where there is one; ask for the reading when it is drafted."""
        found = super().get_fields()
        found["site"].required = False
        return found


class ProofSerializer(serializers.Serializer):
    """What an assessment rests on, as it was frozen."""

    result = serializers.JSONField(
        help_text="The groups of specimens that cannot be one person, and the tables."
    )
    inputs = serializers.JSONField(
        help_text="The records that were counted, as they stood after `ledger_seq`."
    )


class AssessmentViewSet(Moves, HasHandling, Changes, Creates):
    """Assessments: the signed answer to "at least how many people", drafted by one and signed by another."""

    model = Assessment
    serializer_class: Any = AssessmentSerializer
    narrowed_by = ("site", "find", "status")
    search = SearchAnywhere(("site__code", "find__number", "reasoning"))
    workflow = ASSESSMENT
    create_door = staticmethod(assessment.draft)
    create_arguments = ("reading",)
    change_door = staticmethod(assessment.change)
    takes: ClassVar[dict[str, Any]] = {"redraft": NothingSerializer}
    gives: ClassVar[dict[str, Any]] = {"proof": ProofSerializer}

    def move(self, record: Any, name: str, reason: str) -> None:
        """Sign or discard a draft."""
        assessment.apply_transition(actor=self.caller, assessment=record, name=name, reason=reason)

    @step()
    def redraft(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Count a draft of your own anew, as the records stand now."""
        draft = self.locked(Assessment.permission("change"))
        self.told()
        assessment.redraft(actor=self.caller, assessment=draft)
        return self.answer_with(draft)

    @action(detail=True, methods=["get"], filter_backends=(), pagination_class=None)
    def proof(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return its proof, tables and inputs, as they were frozen."""
        refuse_unknown(request, ())
        found = self.get_object()
        log_reads(request.user, [found], request=request._request)
        return Response({"result": found.result, "inputs": found.inputs})
