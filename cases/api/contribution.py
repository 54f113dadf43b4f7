"""Contributions as the interface takes them from partners' programs, and shows them to both ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases import access
from cases.api import fields
from cases.api.doors import Creates, HasHandling, step
from cases.api.filters import SearchAnywhere
from cases.api.serializers import PlainSerializer, ReasonSerializer, RecordSerializer
from cases.exchange.delivery import agreement_for
from cases.models.client import Client
from cases.models.contribution import Contribution
from cases.services import contribution as service


class ContributionSerializer(RecordSerializer):
    """What a partner proposes under its own identifier, and what became of it."""

    values = serializers.DictField(
        child=fields.StructureField(allow_null=True),
        help_text="Fields of the record, as a record of this kind is sent to its own list.",
    )

    class Meta:
        model = Contribution


class AcceptContributionSerializer(PlainSerializer):
    """Where both ends changed a field: for which of them the partner's value stands, and for which the case's."""

    theirs = serializers.ListField(child=fields.TextField(max_length=63), required=False, max_length=200)
    ours = serializers.ListField(child=fields.TextField(max_length=63), required=False, max_length=200)


class ContributionViewSet(HasHandling, Creates):
    """Contributions: what partners propose for a case, and what somebody of the case made of it."""

    model = Contribution
    serializer_class: Any = ContributionSerializer
    narrowed_by = ("kind", "identifier", "status", "client", "record", "became")
    search = SearchAnywhere(("identifier", "client__name", "client__agency__short_name"))
    read_along = ("client__agency",)
    create_door = staticmethod(service.propose)
    #: A case that is not shared with the program is not there.
    also_refused: ClassVar[frozenset[int]] = frozenset({404})
    takes: ClassVar[dict[str, Any]] = {
        "accept": AcceptContributionSerializer,
        "decline": ReasonSerializer,
    }

    def get_queryset(self) -> Any:
        """Return to a partner's program what its agency proposed, to people what they see."""
        caller = getattr(getattr(self, "request", None), "user", None)
        if not isinstance(caller, Client):
            return super().get_queryset()
        rows = Contribution.objects.filter(client__agency=caller.agency_id, withdrawn_at__isnull=True)
        return rows.select_related("case", *self.read_along).order_by()

    def answer(self, record: Any, status: int = 200) -> Response:
        """Answer with a contribution; a partner's own is shown to it again whatever it sees of the case."""
        return self._of_partner(super().answer(record, status))

    def answer_many(self, records: Sequence[Any], status: int = 200) -> Response:
        """Answer with several."""
        return self._of_partner(super().answer_many(records, status))

    def _of_partner(self, answer: Response) -> Response:
        if isinstance(self.caller, Client):
            answer.case_id = None  # type: ignore[attr-defined]
        return answer

    def found(self, permission: str) -> tuple[Any, int]:
        """Refuse a program that would decide on what its own agency proposed."""
        if isinstance(self.caller, Client):
            self.get_object()
            access.require(self.caller, permission)
        return super().found(permission)

    def prepared(
        self, rows: list[dict[str, Any]], *, several: bool = False
    ) -> list[tuple[Any, dict[str, Any]]]:
        """Return what was proposed; the case that is named is looked up under the agreement."""
        for case in {row["case_id"] for row in rows}:
            agreement_for(self.caller, case)
        return [(Contribution(**row), {}) for row in rows]

    @step()
    def accept(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take it over into the case's records, by the doors of its kind."""
        found = self.locked("cases.contribution:decide")
        told = self.told()
        service.accept(actor=self.caller, contribution=found, **told)
        return self.answer_with(found)

    @step()
    def decline(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decline it, with a reason that the partner reads."""
        found = self.locked("cases.contribution:decide")
        service.decline(actor=self.caller, contribution=found, reason=self.told().get("reason", ""))
        return self.answer_with(found)
