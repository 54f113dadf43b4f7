"""Estimates as the interface shows them."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import Creates, HasHandling, Withdraws, step
from cases.api.filters import filters_of
from cases.api.serializers import RecordSerializer, look_up, read, settle
from remains.below_search import SearchBelow
from remains.models.estimate import ESTIMATE_WORDS, Estimate
from remains.services import estimate as service


class EstimateSerializer(RecordSerializer):
    """One opinion on one question about one subject, as an interval. Superseded, never edited."""

    unverified = fields.YesNoField(
        write_only=True,
        required=False,
        help_text="You know that the values of the method were not checked against its publication.",
    )

    class Meta:
        model = Estimate


class SupersedingEstimateSerializer(EstimateSerializer):
    """The estimate that stands in the place of an earlier one, and why."""

    reason = fields.TextField(write_only=True, max_length=5_000)

    class Meta:
        model = Estimate


_Narrowed: Any = filters_of(
    Estimate, ("kind", "certainty", "sex", "find", "site", "specimen", "individual"), ("observed_on",)
)


class EstimateFilters(_Narrowed):
    """What estimates are narrowed by."""

    superseded = django_filters.ChoiceFilter(
        choices=[("only", "superseded only"), ("also", "superseded ones too")],
        method="as_it_is_superseded",
        label="Superseded estimates are left out unless you ask for them.",
    )

    def as_it_is_superseded(self, rows: Any, name: str, value: str) -> Any:
        """Narrow to superseded estimates, or leave the rows as they are."""
        return rows.filter(superseded_by__isnull=False) if value == "only" else rows

    def filter_queryset(self, queryset: Any) -> Any:
        """Leave superseded estimates out unless they are asked for."""
        if not self.form.cleaned_data.get("superseded"):
            queryset = queryset.filter(superseded_by__isnull=True)
        return super().filter_queryset(queryset)


class EstimateViewSet(HasHandling, Withdraws, Creates):
    """Estimates: opinions on age, sex, stature or time of burial. None is edited: a later one supersedes it."""

    model = Estimate
    serializer_class: Any = EstimateSerializer
    filterset_class: Any = EstimateFilters
    search = SearchBelow(
        Estimate,
        (
            "find__number",
            "site__code",
            "specimen__number",
            "individual__number",
            "method",
            "basis",
            "observer",
        ),
        ESTIMATE_WORDS,
    )
    create_door = staticmethod(service.record_estimate)
    create_arguments = ("unverified",)
    answers_created = frozenset({"create", "bulk_create", "supersede"})
    takes: ClassVar[dict[str, Any]] = {"supersede": SupersedingEstimateSerializer}

    @step()
    def supersede(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let a new estimate of the same question stand in its place. It stays in the history."""
        earlier = self.locked("remains.estimate:supersede")
        serializer: Any = SupersedingEstimateSerializer(
            data=request.data, context=self.get_serializer_context()
        )
        [row] = read([serializer])
        arguments = {name: row.pop(name) for name in ("reason", "unverified") if name in row}
        look_up(Estimate, [row], self.caller)
        record = Estimate(**row)
        settle(record, row)
        later = service.supersede_estimate(actor=self.caller, estimate=earlier, record=record, **arguments)
        answer = self.answer_with(later, 201)
        answer["Location"] = self.address(later)
        return answer
