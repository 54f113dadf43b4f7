"""Storage places as the interface shows them, and what lay where and when."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import HasHandling, Recorded, joint_step
from cases.api.filters import SearchAnywhere, filters_of
from cases.api.views import RecordViewSet
from evidence.api.item import ItemsSerializer, items_told
from evidence.models.storage import Placement, StoragePlace
from evidence.services import storage as service


class StoragePlaceViewSet(Recorded):
    """Storage places, as a tree."""

    model = StoragePlace
    narrowed_by = ("parent", "agency", "kind")
    search = SearchAnywhere(("name",))
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)


_Narrowed: Any = filters_of(Placement, ("place", "find", "specimen", "exhibit"), ())


class PlacementFilters(_Narrowed):
    """What placements are narrowed by."""

    at = django_filters.IsoDateTimeFilter(
        method="as_it_lay", label="An instant: what lay where then. Without it, placements of all times."
    )

    def as_it_lay(self, rows: Any, name: str, value: dt.datetime) -> Any:
        """Narrow to what lay somewhere at an instant."""
        return rows.filter(Q(until_at__isnull=True) | Q(until_at__gt=value), from_at__lte=value)


class PutSerializer(ItemsSerializer):
    """Which items are put where, since when."""

    place = fields.KeyField()
    at = fields.InstantField(required=False)
    note = fields.TextField(required=False, allow_blank=True, max_length=5_000)


class PlacementViewSet(HasHandling, RecordViewSet):
    """Placements: an item lay in a place from an instant until another, or lies there still."""

    model = Placement
    filterset_class: Any = PlacementFilters
    answers_several = frozenset({"put"})
    answers_created = frozenset({"put"})
    takes: ClassVar[dict[str, Any]] = {"put": PutSerializer}

    @joint_step()
    def put(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put items in a place, all or none; where they lay until then ends."""
        self.may_somewhere(Placement.permission("create"))
        told = self.told()
        [place] = self.named(StoragePlace, [told["place"]], "place")
        rows = service.put(
            actor=self.caller,
            items=items_told(self, told),
            place=place,
            at=told.get("at"),
            note=told.get("note", ""),
        )
        return self.answer_many(rows, 201)
