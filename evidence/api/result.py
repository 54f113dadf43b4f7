"""Results of laboratories as the interface shows them to the team. Laboratories enter them on their own pages."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import step
from cases.api.filters import SearchAnywhere
from cases.api.serializers import PlainSerializer, ReasonSerializer
from cases.api.views import RecordViewSet
from evidence.models.result import Finding, Result
from evidence.services import finding
from remains.models import Specimen


class ResultViewSet(RecordViewSet):
    """Results: what a laboratory answers to one question about one item; a correction beside what it corrects."""

    model = Result
    narrowed_by = ("item", "examination", "outcome")
    search = SearchAnywhere(("answer", "analyst", "item__find__number", "item__specimen__number"))


class AcceptFindingSerializer(PlainSerializer):
    """Which bone the finding is about, where a find was sent."""

    specimen = fields.KeyField(required=False, allow_null=True)


class FindingViewSet(RecordViewSet):
    """Findings: what results propose for the case's records, accepted or declined by its anthropologist."""

    model = Finding
    narrowed_by = ("result", "kind", "status")
    search = SearchAnywhere(
        ("basis", "dna_group", "result__item__find__number", "result__item__specimen__number")
    )
    takes: ClassVar[dict[str, Any]] = {"accept": AcceptFindingSerializer, "decline": ReasonSerializer}

    @step()
    def accept(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take it into the case's records, with the laboratory as observer."""
        found = self.locked("evidence.finding:decide")
        told = self.told()
        bone = self.named(Specimen, [told["specimen"]], "specimen")[0] if told.get("specimen") else None
        finding.accept(actor=self.caller, finding=found, specimen=bone)
        return self.answer_with(found)

    @step()
    def decline(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decline it, with a reason; it stays readable."""
        found = self.locked("evidence.finding:decide")
        finding.decline(actor=self.caller, finding=found, reason=self.told().get("reason", ""))
        return self.answer_with(found)
