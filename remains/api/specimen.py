"""Specimens as the interface shows them, and what was measured of them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import Creates, HasHandling, Recorded, Withdraws, joint_step
from cases.api.serializers import PlainSerializer, RecordSerializer
from remains.below_search import SearchBelow
from remains.models.find import Find
from remains.models.specimen import SPECIMEN_WORDS, Measurement, Specimen
from remains.services import measurement, specimen
from remains.services.specimen_move import move_specimens


class MoveSpecimensSerializer(PlainSerializer):
    """Which specimens go to which find, and why."""

    specimens = serializers.ListField(child=fields.KeyField(), min_length=1, max_length=1_000)
    find = fields.KeyField(help_text="The find to which they belong.")
    reason = fields.TextField(max_length=5_000)


class SpecimenViewSet(Recorded):
    """Specimens: one bone, tooth or fragment each, under a number of its own."""

    model = Specimen
    narrowed_by = ("find", "number", "element", "side", "cohort", "completeness", "find__site")
    search = SearchBelow(Specimen, ("number", "element__label", "notes", "find__number"), SPECIMEN_WORDS)
    orderings = ("id", "number")
    ordered_in_one_case = True
    create_door = staticmethod(specimen.create)
    create_many_door = staticmethod(specimen.log_specimens)
    change_door = staticmethod(specimen.change)
    withdraw_door = staticmethod(specimen.withdraw)
    answers_several = frozenset({"move_to"})
    takes: ClassVar[dict[str, Any]] = {"move_to": MoveSpecimensSerializer}

    @joint_step(url_path="move", url_name="move")
    def move_to(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put specimens with another find of their case, all or none. They keep their numbers."""
        self.may_somewhere(Specimen.permission("change"))
        told = self.told()
        moving = self.named(Specimen, told["specimens"], "specimens")
        [find] = self.named(Find, [told["find"]], "find")
        return self.answer_many(
            move_specimens(actor=self.caller, specimens=moving, to=find, reason=told["reason"])
        )


class MeasurementSerializer(RecordSerializer):
    """One reading on one specimen, as it was read and in millimetres. Never edited: withdrawn, and entered anew."""

    class Meta:
        model = Measurement


class MeasurementViewSet(HasHandling, Withdraws, Creates):
    """Measurements, as they were read and in millimetres. None is edited: it is withdrawn, and entered anew."""

    model = Measurement
    serializer_class: Any = MeasurementSerializer
    narrowed_by = ("specimen", "kind")
    search = SearchBelow(Measurement, ("specimen__number", "kind__label"))
    create_door = staticmethod(measurement.create)
    create_many_door = staticmethod(measurement.record_measurements)
    withdraw_door = staticmethod(measurement.withdraw)
