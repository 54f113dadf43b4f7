"""Finds as the interface shows them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cases.api import fields
from cases.api.filters import RecordFilters
from cases.api.serializers import RecordSerializer
from cases.api.views import Moves, Recorded
from remains.find_search import search_finds
from remains.models.find import Find
from remains.services import find as service
from remains.workflows import FIND


class FindSerializer(RecordSerializer):
    """What was lifted, or seen in place, under one number."""

    label = fields.TextField(  # type: ignore[assignment]
        write_only=True,
        required=False,
        max_length=80,
        help_text="A number that was given by hand: it is kept as another label of the find.",
    )

    class Meta:
        model = Find


class FindFilters(RecordFilters):
    """What finds are narrowed by."""

    days = ("found_on",)

    class Meta:
        model = Find
        fields = ("site", "context", "number", "status", "category", "bindings", "blindfold", "clothing")


class SearchFinds:
    """By the beginning of the number or of another label, by the serial, and by words of the description."""

    fields = ("number", "description")

    @staticmethod
    def narrow(rows: Any, term: str, *, user: Any, fields: Collection[str]) -> Any:
        """Narrow to finds in which every word fits."""
        return search_finds(rows, term, user=user, fields=fields)


class FindViewSet(Moves, Recorded):
    """Finds: what was lifted in the field, under numbers that are never used again."""

    model = Find
    serializer_class: Any = FindSerializer
    filterset_class = FindFilters
    read_along = ("site",)
    search = SearchFinds()
    orderings = ("id", "number", "status", "category", "found_on")
    ordered_in_one_case = True
    workflow = FIND
    create_door = staticmethod(service.create)
    create_many_door = staticmethod(service.log_many)
    create_arguments = ("label",)
    change_door = staticmethod(service.change)
    withdraw_door = staticmethod(service.withdraw)
